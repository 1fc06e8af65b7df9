import createClient from 'openapi-fetch';
import type { ErrorCode, Problem } from '../../contract/index.ts';
import { fetchEarly } from './early.ts';
import type { components, paths } from './schema.gen.ts';

/** The shapes that travel, by name: `Schemas['Product']`. */
export type Schemas = components['schemas'];

/** What the server said no with, or that it could not be reached; always with what to do next. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  /** 0 when no answer came. */
  readonly status: number;
  readonly code: ErrorCode | 'unreachable';
  readonly remedy: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string | null;

  constructor(said: Omit<Problem, 'type' | 'code'> & { code: ErrorCode | 'unreachable' }) {
    super(said.title);
    this.status = said.status;
    this.code = said.code;
    this.remedy = said.remedy;
    this.details = said.details;
    this.requestId = said.requestId ?? null;
  }
}

export interface ApiOptions {
  /** Where the server is; default: where the page came from. */
  readonly baseUrl?: string;
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** A client whose calls never answer an error: they throw `ApiProblem`. */
export function createApi(options: ApiOptions = {}) {
  const client = createClient<paths>({ ...options, credentials: 'same-origin' });
  client.use({
    onResponse: async ({ response }) => {
      if (!response.ok) throw await problemOf(response);
      return response;
    },
    onError: ({ error }) => (error instanceof Error ? unreachable(error) : undefined),
  });
  return client;
}
export type Api = ReturnType<typeof createApi>;

/** The client of this page. */
export const api: Api = createApi({ fetch: fetchEarly });

/** The data of a call: `await answer(api.GET('/api/v1/today'))`. */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<T> {
  const { data } = await call;
  return data as T;
}

type UploadQuery = paths['/api/v1/imports']['post']['parameters']['query'];

/** Sends a file as it is, streamed by the browser; answers the import that will check it. */
export function uploadFile(file: Blob, query: UploadQuery, client: Api = api) {
  return answer(
    client.POST('/api/v1/imports', {
      params: { query },
      body: file as unknown as string,
      bodySerializer: (body) => body,
      headers: { 'content-type': 'application/octet-stream' },
    }),
  );
}

/** Address of a run's live progress, for EventSource. */
export function runEventsUrl(runId: string): string {
  return `/api/v1/runs/${encodeURIComponent(runId)}/events`;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => null);
  if (isProblem(body)) return new ApiProblem(body);
  // A proxy in front may answer on its own, with a page.
  const title = `The server answered ${response.status} without saying why.`;
  const remedy = 'Try again in a moment.';
  return new ApiProblem({
    status: response.status,
    title,
    remedy,
    code: 'internal',
    details: {},
  });
}

function unreachable(cause: Error): ApiProblem {
  if (cause instanceof ApiProblem || cause.name === 'AbortError') return cause as ApiProblem;
  const title = 'The server cannot be reached.';
  const remedy = 'Check the connection and try again.';
  const problem = new ApiProblem({
    status: 0,
    code: 'unreachable',
    title,
    remedy,
    details: {},
  });
  problem.cause = cause;
  return problem;
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'remedy' in body;
}
