declare global {
  interface Window {
    /** Answers under way since before this script had arrived, by address; public/early.js asks. */
    earlyAnswers?: Record<string, Promise<Response>>;
  }
}

/** `fetch`, except that an answer which is under way already is taken over, once. */
export function fetchEarly(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const early = globalThis.window?.earlyAnswers;
  const answer = request.method === 'GET' ? early?.[pathname + search] : undefined;
  if (!early || !answer) return fetch(request);
  delete early[pathname + search];
  return answer;
}
