import type { Import } from '../../contract/index.ts';
import { decodeCursor, toPage } from '../store/cursor.ts';
import { listImportRows } from '../store/imports.ts';
import type { ActionContext } from './context.ts';
import { describeImport } from './describe-import.ts';

/** Imports, newest first. */
export async function listImports(
  context: ActionContext,
  { cursor, limit = 100 }: { cursor?: string; limit?: number } = {},
): Promise<{ items: Import[]; nextCursor: string | null }> {
  const [createdAt, id] = cursor === undefined ? [] : decodeCursor(cursor, 2).map(String);
  const before = createdAt && id ? { createdAt, id } : undefined;
  const rows = await context.database.withTenant(context.tenantId, (tx) =>
    listImportRows(tx, { limit: limit + 1, before }),
  );
  return toPage(rows, { limit, key: (row) => [row.created_key, row.id], item: describeImport });
}
