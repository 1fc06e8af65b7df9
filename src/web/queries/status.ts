import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { statusSchema } from '../../contract/index.ts';
import { ApiProblem } from '../api-client/client.ts';

export type Status = z.infer<typeof statusSchema>;
export type MachineLearning = Status['machineLearning'];

/** Something is about to change, and somebody may be watching. */
export function isMoving({ state }: MachineLearning): boolean {
  return state !== 'ready' && state !== 'off' && state !== 'failed';
}

/** How the server is; asked more often while something is being installed. */
export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: async ({ signal }): Promise<Status> => {
    const response = await fetch('/status', { signal });
    if (response.ok) return (await response.json()) as Status;
    throw new ApiProblem({
      code: 'internal',
      status: response.status,
      title: 'The server does not say how it is.',
      remedy: 'Load the page again in a moment.',
      details: {},
    });
  },
  refetchInterval: (query) =>
    query.state.data && isMoving(query.state.data.machineLearning) ? 1_500 : 15_000,
});
