import type { ImportError } from '../../contract/index.ts';
import { decodeCursor, toPage } from '../store/cursor.ts';
import { listImportErrorRows } from '../store/imports.ts';
import type { ActionContext } from './context.ts';
import { readImport } from './describe-import.ts';

/** The bad rows of an import by line and column, in the order of the file; the first 1,000 are kept. */
export async function listImportErrors(
  context: ActionContext,
  { id, cursor, limit = 100 }: { id: string; cursor?: string; limit?: number },
): Promise<{ items: ImportError[]; nextCursor: string | null }> {
  const after = cursor === undefined ? undefined : Number(decodeCursor(cursor, 1)[0]);
  const rows = await context.database.withTenant(context.tenantId, async (tx) => {
    await readImport(tx, id);
    return listImportErrorRows(tx, { importId: id, limit: limit + 1, after });
  });
  return toPage(rows, { limit, key: (row) => [row.id], item: ({ id: _, ...error }) => error });
}
