import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api-client/client.ts';

export type Today = Schemas['Today'];

export const todayQuery = queryOptions({
  queryKey: ['today'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/today', { signal })),
});
