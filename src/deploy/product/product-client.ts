/** A server under test, as whoever delivers it sees it: plain HTTP, and nothing taken on trust. */

/** What the server answered that it should not have, in the terms of a person who reads a report. */
export class UnexpectedAnswer extends Error {
  readonly where: string;
  readonly found: string;
  readonly wanted: string;
  /** HTTP status; absent where there was no answer. */
  readonly status: number | undefined;

  constructor(facts: { where: string; found: string; wanted: string; status?: number }) {
    super(`${facts.where}: found ${facts.found}, wanted ${facts.wanted}`);
    this.name = 'UnexpectedAnswer';
    this.where = facts.where;
    this.found = facts.found;
    this.wanted = facts.wanted;
    this.status = facts.status;
  }
}

export interface ProductRequest {
  /** Sent as JSON; a text is sent as a CSV file. */
  readonly body?: unknown;
  readonly csv?: string;
  readonly cookie?: string;
  /** Without the client's own key: for what anybody may ask. */
  readonly anonymous?: boolean;
}

export interface ProductClient {
  readonly url: string;
  /** The answer's JSON; anything but success throws UnexpectedAnswer. */
  ask<T>(method: string, path: string, request?: ProductRequest): Promise<T>;
  /** The answer itself, whatever its status. */
  send(method: string, path: string, request?: ProductRequest): Promise<Response>;
  /** The same server, with another key. */
  withKey(apiKey: string): ProductClient;
}

export interface ProductAddress {
  readonly url: string;
  /** An administrator's API key, or the server's deploy key. */
  readonly apiKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Opens a server; nothing is sent yet. */
export function openProduct({ url, apiKey, signal }: ProductAddress): ProductClient {
  const base = url.replace(/\/+$/, '');
  const send: ProductClient['send'] = async (method, path, request = {}) => {
    const headers = headersOf({ base, apiKey, request });
    const body = request.csv ?? (request.body === undefined ? null : JSON.stringify(request.body));
    const options = { method, headers, body, redirect: 'manual' as const };
    try {
      return await fetch(`${base}${path}`, { ...options, signal: signal ?? null });
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      throw unreachable(`${method} ${path}`, cause as Error);
    }
  };
  return {
    url: base,
    send,
    ask: async <T>(method: string, path: string, request?: ProductRequest): Promise<T> => {
      const answer = await send(method, path, request);
      return readAnswer<T>(`${method} ${path}`, answer);
    },
    withKey: (other) => openProduct({ url, apiKey: other, signal }),
  };
}

function headersOf(call: {
  base: string;
  apiKey: string | undefined;
  request: ProductRequest;
}): Record<string, string> {
  const { base, apiKey, request } = call;
  const type = request.csv === undefined ? 'application/json' : 'text/csv';
  return {
    ...(apiKey && !request.anonymous && !request.cookie && { authorization: `Bearer ${apiKey}` }),
    // A change that is asked for with a cookie must come from the server's own page.
    ...(request.cookie && { cookie: request.cookie, origin: new URL(base).origin }),
    ...((request.csv ?? request.body) !== undefined && { 'content-type': type }),
  };
}

async function readAnswer<T>(where: string, answer: Response): Promise<T> {
  const text = await answer.text();
  const wanted = 'a success';
  if (!answer.ok) {
    const found = `HTTP ${answer.status} ${codeIn(text)}`.trim();
    throw new UnexpectedAnswer({ where, found, wanted, status: answer.status });
  }
  if (text === '') return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new UnexpectedAnswer({ where, found: text.slice(0, 80), wanted: 'JSON' });
  }
}

/** The code of a problem document; nothing of any other body, which may be a page. */
function codeIn(text: string): string {
  try {
    const { code } = JSON.parse(text) as { code?: unknown };
    return typeof code === 'string' ? code : '';
  } catch {
    return '';
  }
}

function unreachable(where: string, cause: Error): UnexpectedAnswer {
  const { code, message } = (cause.cause ?? cause) as NodeJS.ErrnoException;
  const reason = code ?? message;
  return new UnexpectedAnswer({ where, found: `no answer (${reason})`, wanted: 'an answer' });
}
