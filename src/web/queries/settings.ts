import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api-client/client.ts';
import type { Role } from './session.ts';

export type User = Schemas['User'];
export type ApiKey = Schemas['ApiKey'];

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: async ({ signal }) => (await answer(api.GET('/api/v1/users', { signal }))).items,
});

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: async ({ signal }) => (await answer(api.GET('/api/v1/api-keys', { signal }))).items,
});

export function createUser(body: { email: string; password: string; role: Role }): Promise<User> {
  return answer(api.POST('/api/v1/users', { body }));
}

export function changeUser(
  id: string,
  body: { role?: Role; disabled?: boolean; password?: string },
): Promise<User> {
  return answer(api.PATCH('/api/v1/users/{id}', { params: { path: { id } }, body }));
}

export function createApiKey(body: { name: string; role: Role }) {
  return answer(api.POST('/api/v1/api-keys', { body }));
}

export async function revokeApiKey(id: string): Promise<void> {
  await answer(api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id } } }));
}
