import type { Run } from '../../contract/runs.ts';
import { decodeCursor, encodeCursor } from '../store/cursor.ts';
import { listRunRows } from '../store/runs.ts';
import type { ActionContext } from './context.ts';
import { describeRuns } from './describe-run.ts';

/** Forecast runs, newest first. */
export async function listRuns(
  context: ActionContext,
  { cursor, limit = 100 }: { cursor?: string; limit?: number } = {},
): Promise<{ items: Run[]; nextCursor: string | null }> {
  const [createdAt, id] = cursor ? decodeCursor(cursor, 2).map(String) : [];
  return context.database.withTenant(context.tenantId, async (tx) => {
    const before = createdAt && id ? { createdAt, id } : undefined;
    const rows = await listRunRows(tx, { limit: limit + 1, before });
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      items: await describeRuns(tx, page),
      nextCursor: last ? encodeCursor([last.cursor_at, last.id]) : null,
    };
  });
}
