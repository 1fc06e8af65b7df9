import { type ErrorCode, errorCatalogue, Refusal } from '../contract/errors.ts';
import type { Problem } from '../contract/index.ts';
import type { Terminal } from './terminal.ts';

/** A running server, as a verb sees it. */
export interface ServerClient {
  readonly url: string;
  /** Asks, and gives the answer's JSON; a problem document becomes the refusal that it describes. */
  ask<T>(path: string, options?: RequestInit): Promise<T>;
}

const PATIENCE_MILLISECONDS = 30_000;

/** Address of the server: as told, or where one runs by default on this machine. */
export function serverUrl(told: string | undefined, terminal: Terminal): string {
  const port = terminal.env.PARSTOCK_PORT ?? '8080';
  return (told ?? `http://127.0.0.1:${port}`).replace(/\/+$/, '');
}

export function openServer(options: { url: string; apiKey?: string | undefined }): ServerClient {
  const { url, apiKey } = options;
  const authorization = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  return {
    url,
    ask: async <T>(path: string, request: RequestInit = {}): Promise<T> => {
      const headers = { ...authorization, ...request.headers } as Record<string, string>;
      const response = await answered(`${url}${path}`, { ...request, headers });
      if (response.ok) return (await response.json()) as T;
      throw await refusalOf(response, url);
    },
  };
}

async function answered(address: string, request: RequestInit): Promise<Response> {
  // An upload takes as long as it takes; a question is answered soon or not at all.
  const patience = request.body ? null : AbortSignal.timeout(PATIENCE_MILLISECONDS);
  const signal = request.signal ?? patience;
  try {
    return await fetch(address, { ...request, signal });
  } catch (cause) {
    if (cause instanceof TypeError || (cause as Error).name === 'TimeoutError')
      throw unreachable(address, cause as Error);
    throw cause;
  }
}

function unreachable(address: string, cause: Error): Refusal {
  const reason = (cause.cause as NodeJS.ErrnoException | undefined)?.code ?? cause.message;
  return new Refusal('server_unreachable', { where: address, found: reason }, { cause });
}

async function refusalOf(response: Response, url: string): Promise<Refusal> {
  const body: unknown = await response.json().catch(() => undefined);
  const { code, details } = (body ?? {}) as Partial<Problem>;
  if (code !== undefined && Object.hasOwn(errorCatalogue, code))
    return new Refusal(code as ErrorCode, details ?? {});
  const found = `HTTP ${response.status} without a problem document`;
  return new Refusal('server_unreachable', { where: url, found, wanted: 'a Parstock server' });
}
