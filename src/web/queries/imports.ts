import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas, uploadFile } from '../api-client/client.ts';
import type { operations } from '../api-client/schema.gen.ts';

export type Import = Schemas['Import'];
export type ImportKind = Schemas['ImportKind'];
export type ImportError = Schemas['ImportError'];
export type UploadQuery = operations['uploadImport']['parameters']['query'];
/** What the reader is told instead of guessing. */
export type ReadingOptions = Omit<UploadQuery, 'kind' | 'fileName' | 'columns'> & {
  columns?: Record<string, string>;
};

const underWay = new Set<Import['state']>(['uploading', 'checking', 'committing']);

export function isUnderWay(state: Import['state']): boolean {
  return underWay.has(state);
}

export const importListQuery = infiniteQueryOptions({
  queryKey: ['imports', 'list'],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) => {
    const query = { cursor: pageParam, limit: 50 };
    return answer(api.GET('/api/v1/imports', { params: { query }, signal }));
  },
  getNextPageParam: (page) => page.nextCursor ?? undefined,
});

export function importQuery(id: string) {
  return queryOptions({
    queryKey: ['imports', 'one', id],
    queryFn: async ({ client, signal }) => {
      const item = await answer(
        api.GET('/api/v1/imports/{id}', { params: { path: { id } }, signal }),
      );
      // Together with its bad rows: a table that comes later would push the rest of the page down.
      if (!isUnderWay(item.state) && item.rows.bad > 0) {
        await client.ensureInfiniteQueryData(importErrorsQuery(id));
      }
      return item;
    },
    refetchInterval: (query) =>
      query.state.data && isUnderWay(query.state.data.state) ? 700 : false,
  });
}

export function importErrorsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['imports', 'errors', id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const params = { path: { id }, query: { cursor: pageParam, limit: 100 } };
      return answer(api.GET('/api/v1/imports/{id}/errors', { params, signal }));
    },
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function commitImport(id: string): Promise<Import> {
  return answer(api.POST('/api/v1/imports/{id}/commit', { params: { path: { id } } }));
}

export function cancelImport(id: string): Promise<Import> {
  return answer(api.POST('/api/v1/imports/{id}/cancel', { params: { path: { id } } }));
}

export function templateAddress(kind: ImportKind): string {
  return `/api/v1/imports/templates/${kind}`;
}

export interface Upload {
  kind: ImportKind;
  file: File;
  options: ReadingOptions;
}

/** The question of an upload: which file, and what the reader is told about it. */
export function uploadQuery({ kind, file, options }: Upload): UploadQuery {
  const { columns, ...told } = options;
  const mapped = columns && Object.keys(columns).length > 0 ? JSON.stringify(columns) : undefined;
  return { kind, fileName: file.name, ...told, columns: mapped };
}

export function uploadImport(upload: Upload): Promise<Import> {
  return uploadFile(upload.file, uploadQuery(upload));
}
