import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api-client/client.ts';

export type Deploy = Schemas['Deploy'];
export type DeployList = Schemas['DeployList'];

export const deploysQuery = queryOptions({
  queryKey: ['deploys'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/deploys', { signal })),
});
