import type { ActionContext } from './context.ts';
import { type PurchaseOrder, readOrder } from './describe-order.ts';

/** One purchase order with its lines. */
export async function getOrder(
  context: ActionContext,
  { id }: { id: string },
): Promise<PurchaseOrder> {
  return context.database.withTenant(context.tenantId, (tx) => readOrder(tx, id));
}
