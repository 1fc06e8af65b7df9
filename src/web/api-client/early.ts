declare global {
  interface Window {
    /** Answers under way since before this script had arrived, by address; public/early.js asks. */
    earlyAnswers?: Record<string, Promise<Response>>;
  }
}

/**
 * `fetch`, except that an answer which is under way already is taken over, once. A change makes all
 * of them stale: after signing in, a page must not be told "not signed in" from before.
 */
export function fetchEarly(request: Request): Promise<Response> {
  const early = globalThis.window?.earlyAnswers;
  if (!early) return fetch(request);
  if (request.method !== 'GET') {
    delete window.earlyAnswers;
    return fetch(request);
  }
  const { pathname, search } = new URL(request.url);
  const answer = early[pathname + search];
  if (!answer) return fetch(request);
  delete early[pathname + search];
  return answer;
}
