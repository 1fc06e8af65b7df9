import { ApiProblem } from '../api-client/client.ts';

/** Any error as a problem with words for a person. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem({
    code: 'internal',
    status: 500,
    title: 'This page has a fault.',
    remedy: 'Load it again; if it happens again, tell your administrator what you did.',
    details: error instanceof Error ? { message: error.message } : {},
  });
}
