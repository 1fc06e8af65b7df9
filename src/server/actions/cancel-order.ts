import { recordAudit } from '../store/audit.ts';
import { lockOrdering } from '../store/ordering-lock.ts';
import { listOrderLines, updateOrderState } from '../store/orders.ts';
import type { ActionContext } from './context.ts';
import { type PurchaseOrder, readOrder, requireMove, requireOrder } from './describe-order.ts';
import { recomputeProposals } from './refresh-proposals.ts';

/** Cancels an order of which nothing has arrived; what it would have brought is proposed anew. */
export async function cancelOrder(
  context: ActionContext,
  { id }: { id: string },
): Promise<PurchaseOrder> {
  return context.database.withTenant(context.tenantId, async (tx) => {
    await lockOrdering(tx, context.tenantId);
    const order = await requireOrder(tx, id);
    requireMove(order, 'cancelled');
    await updateOrderState(tx, { orderId: order.id, state: 'cancelled' });
    const details = { was: order.state };
    await recordAudit(tx, context, { action: 'order.cancel', subject: order.number, details });
    const lines = (await listOrderLines(tx, [order.id])).get(order.id) ?? [];
    const productIds = lines.map((line) => line.product_id);
    await recomputeProposals(tx, context, productIds);
    return readOrder(tx, id);
  });
}
