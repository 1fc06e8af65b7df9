import { Refusal } from '../../contract/errors.ts';
import { nextStates } from '../../planning/index.ts';
import { recordAudit } from '../store/audit.ts';
import { lockOrdering } from '../store/ordering-lock.ts';
import { listOrderLines, setLineQuantity } from '../store/orders.ts';
import type { ActionContext } from './context.ts';
import { type PurchaseOrder, readOrder, requireOrder } from './describe-order.ts';
import { requireQuantity } from './quantities.ts';
import { recomputeProposals } from './refresh-proposals.ts';

/** Changes the quantity of a line while the order is a draft; 0 removes the line. */
export async function changeOrderLine(
  context: ActionContext,
  { id, line: lineId, quantity }: { id: string; line: string; quantity: number },
): Promise<PurchaseOrder> {
  return context.database.withTenant(context.tenantId, async (tx) => {
    await lockOrdering(tx, context.tenantId);
    const order = await requireOrder(tx, id);
    const lines = (await listOrderLines(tx, [order.id])).get(order.id) ?? [];
    const line = lines.find((candidate) => String(candidate.id) === lineId);
    if (line === undefined) throw new Refusal('not_found', { order: order.number, line: lineId });
    if (order.state !== 'draft')
      throw new Refusal('order_transition', {
        order: order.number,
        from: order.state,
        next: nextStates(order.state),
      });
    requireQuantity(quantity, { field: 'quantity', decimals: line.unit_decimals });
    await setLineQuantity(tx, { id: line.id, quantity });
    const details = { sku: line.sku, was: line.quantity, quantity };
    await recordAudit(tx, context, { action: 'order.change', subject: order.number, details });
    await recomputeProposals(tx, context, [line.product_id]);
    return readOrder(tx, id);
  });
}
