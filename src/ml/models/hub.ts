import { Refusal } from '../../contract/errors.ts';

/** Where models come from. */
export interface Hub {
  /** Address without a slash at the end; paths below it as Hugging Face has them. */
  readonly url: string;
  /** Sent to that address alone. */
  readonly token: string | null;
  /** A connection that gives nothing for so long is given up. */
  readonly stallMs?: number;
  /** The first pause between tries; later ones are longer. */
  readonly pauseMs?: number;
}

/** A try that failed and may succeed later. */
export class TransientFault extends Error {
  readonly code: 'hub_unreachable' | 'hub_busy' | 'model_damaged';
  readonly found: string;
  readonly retryAfterMs: number | null;

  constructor(
    code: TransientFault['code'],
    found: string,
    options: { retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(found, { cause: options.cause });
    this.code = code;
    this.found = found;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

const MOST_REDIRECTS = 5;

/**
 * Asks the hub, following redirects itself: the token goes to the hub's own host and never further.
 * Gives a response of 2xx or 416; refuses or throws a TransientFault for every other.
 */
export async function askHub(
  hub: Hub,
  request: { path: string; headers?: Readonly<Record<string, string>>; signal: AbortSignal },
): Promise<Response> {
  const { path, headers, signal } = request;
  const home = new URL(hub.url);
  let url = new URL(hub.url + path);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const own = hub.token !== null && url.origin === home.origin;
    const authorization = own ? { authorization: `Bearer ${hub.token}` } : {};
    const response = await send(url, {
      headers: { 'accept-encoding': 'identity', ...headers, ...authorization },
      signal,
    });
    if (![301, 302, 303, 307, 308].includes(response.status)) return accept(response, url);
    await response.body?.cancel();
    url = nextAddress(response, url);
  }
  throw new Refusal('hub_refused', {
    host: home.host,
    found: `more than ${MOST_REDIRECTS} redirects`,
  });
}

async function send(url: URL, options: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...options, redirect: 'manual' });
  } catch (cause) {
    options.signal?.throwIfAborted();
    throw new TransientFault('hub_unreachable', `${url.host}: ${codeOf(cause)}`, { cause });
  }
}

/** The system's code behind fetch's one sentence for everything; its last sentence where there is none. */
export function codeOf(error: unknown): string {
  let words = '';
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
    words = at.message;
  }
  return words;
}

function nextAddress(response: Response, from: URL): URL {
  const target = URL.parse(response.headers.get('location') ?? '', from.href);
  const encrypted = from.protocol === 'http:' || target?.protocol === 'https:';
  if (target && /^https?:$/.test(target.protocol) && encrypted) return target;
  throw new Refusal('hub_refused', {
    host: from.host,
    found: `redirect to ${target ? target.origin : 'nowhere'}`,
    wanted: encrypted ? 'an http address' : 'an https address',
  });
}

async function accept(response: Response, url: URL): Promise<Response> {
  const { status } = response;
  if (response.ok || status === 416) return response;
  await response.body?.cancel();
  const found = `${url.host}: ${status}`;
  if (status === 429 || status === 503)
    throw new TransientFault('hub_busy', found, { retryAfterMs: readRetryAfter(response) });
  if (status >= 500 || status === 408) throw new TransientFault('hub_unreachable', found);
  const details = { host: url.host, found: status, path: url.pathname };
  throw new Refusal(status === 404 || status === 410 ? 'hub_has_not' : 'hub_refused', details);
}

/** Seconds, or a date. */
function readRetryAfter({ headers }: Response): number | null {
  const text = headers.get('retry-after');
  if (text === null) return null;
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000;
  const at = Date.parse(text);
  const now = Date.parse(headers.get('date') ?? '');
  return Number.isFinite(at) && Number.isFinite(now) ? Math.max(0, at - now) : null;
}
