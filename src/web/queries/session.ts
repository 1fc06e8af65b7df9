import { queryOptions } from '@tanstack/react-query';
import { ApiProblem, answer, api, type Schemas } from '../api-client/client.ts';

export type Session = Schemas['Session'];
export type Role = Schemas['Role'];
export type SetupStatus = Schemas['SetupStatus'];

/** Who is signed in; null rather than an error when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await answer(api.GET('/api/v1/session', { signal }));
    } catch (error) {
      if (error instanceof ApiProblem && error.code === 'not_signed_in') return null;
      throw error;
    }
  },
});

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/setup', { signal })),
});

export function signIn(body: { email: string; password: string }): Promise<Session> {
  return answer(api.POST('/api/v1/session', { body }));
}

export async function signOut(): Promise<void> {
  await answer(api.DELETE('/api/v1/session'));
}

export interface SetupRequest {
  token: string;
  companyName: string;
  currency: string;
  email: string;
  password: string;
  demoData: boolean;
}

export function completeSetup(body: SetupRequest) {
  return answer(api.POST('/api/v1/setup', { body }));
}
