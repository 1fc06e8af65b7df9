import { decodeCursor, encodeCursor } from '../store/cursor.ts';
import { listOrderRows } from '../store/orders.ts';
import type { OrderState } from '../store/schema.ts';
import type { ActionContext } from './context.ts';
import { describeOrders, type PurchaseOrder } from './describe-order.ts';

/** Purchase orders, newest first. */
export async function listOrders(
  context: ActionContext,
  query: { state?: OrderState; cursor?: string; limit?: number } = {},
): Promise<{ items: PurchaseOrder[]; nextCursor: string | null }> {
  const { state, limit = 100 } = query;
  const before = query.cursor ? Number(decodeCursor(query.cursor, 1)[0]) : undefined;
  return context.database.withTenant(context.tenantId, async (tx) => {
    const rows = await listOrderRows(tx, { state, limit: limit + 1, before });
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      items: await describeOrders(tx, page),
      nextCursor: last ? encodeCursor([last.id]) : null,
    };
  });
}
