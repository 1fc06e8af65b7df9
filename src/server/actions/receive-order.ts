import { Refusal } from '../../contract/errors.ts';
import { stateAfterReceipt } from '../../planning/index.ts';
import { recordAudit } from '../store/audit.ts';
import type { Tx } from '../store/database.ts';
import { lockOrdering } from '../store/ordering-lock.ts';
import {
  listOrderLines,
  type OrderLineRow,
  type OrderRow,
  updateOrderState,
} from '../store/orders.ts';
import { hasReceipts, insertReceipt } from '../store/receipts.ts';
import type { ActionContext } from './context.ts';
import { type PurchaseOrder, readOrder, requireMove, requireOrder } from './describe-order.ts';
import { QUANTITY_DUST, requireQuantity } from './quantities.ts';
import { recomputeProposals } from './refresh-proposals.ts';

export interface ReceiptRequest {
  readonly id: string;
  /** Of the caller's making: the same one twice is taken once. */
  readonly requestId: string;
  readonly receivedOn?: string;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
}

/** Receives goods, whole or in part: lines, stock and state move together or not at all. */
export async function receiveOrder(
  context: ActionContext,
  request: ReceiptRequest,
): Promise<PurchaseOrder> {
  return context.database.withTenant(context.tenantId, async (tx) => {
    await lockOrdering(tx, context.tenantId);
    const order = await requireOrder(tx, request.id);
    const lines = (await listOrderLines(tx, [order.id])).get(order.id) ?? [];
    const repeated = await hasReceipts(tx, {
      requestId: request.requestId,
      lineIds: lines.map((line) => line.id),
    });
    if (repeated) return readOrder(tx, request.id);
    const receivedOn = requireDay(context, { order, receivedOn: request.receivedOn });
    const arrivals = requireArrivals(order, { lines, wanted: request.lines });
    await writeArrivals(tx, { context, order, receivedOn, request }, arrivals);
    const state = stateAfterReceipt(
      lines.map((line) => ({
        ordered: line.quantity - QUANTITY_DUST,
        received: line.received + (arrivals.get(line) ?? 0),
      })),
    );
    if (state !== order.state) requireMove(order, state);
    await updateOrderState(tx, { orderId: order.id, state });
    await recomputeProposals(
      tx,
      context,
      [...arrivals.keys()].map((line) => line.product_id),
    );
    return readOrder(tx, request.id);
  });
}

function requireDay(
  context: ActionContext,
  { order, receivedOn }: { order: OrderRow; receivedOn?: string },
): string {
  const today = context.clock.today();
  // Also what refuses a receipt on a draft or on a cancelled order.
  if (order.state !== 'part_received') requireMove(order, 'part_received');
  const day = receivedOn ?? today;
  const earliest = order.confirmed_on ?? day;
  if (day < earliest || day > today)
    throw new Refusal('invalid_request', {
      field: 'receivedOn',
      found: day,
      wanted: `a day from ${earliest}, when the order was confirmed, to ${today}`,
    });
  return day;
}

/** What arrives of which line, several entries of one line added up. */
function requireArrivals(
  order: OrderRow,
  { lines, wanted }: { lines: readonly OrderLineRow[]; wanted: ReceiptRequest['lines'] },
): Map<OrderLineRow, number> {
  const arrivals = new Map<OrderLineRow, number>();
  for (const { lineId, quantity } of wanted) {
    const line = lines.find((candidate) => String(candidate.id) === lineId);
    if (line === undefined) throw new Refusal('not_found', { order: order.number, line: lineId });
    const decimals = line.unit_decimals;
    requireQuantity(quantity, { field: 'quantity', decimals, least: 10 ** -decimals });
    arrivals.set(line, (arrivals.get(line) ?? 0) + quantity);
  }
  for (const [line, quantity] of arrivals) {
    const open = line.quantity - line.received;
    if (quantity > open + QUANTITY_DUST)
      throw new Refusal('receipt_exceeds_order', { sku: line.sku, open, found: quantity });
  }
  return arrivals;
}

async function writeArrivals(
  tx: Tx,
  receipt: { context: ActionContext; order: OrderRow; receivedOn: string; request: ReceiptRequest },
  arrivals: Map<OrderLineRow, number>,
): Promise<void> {
  const { context, order, receivedOn, request } = receipt;
  const { tenantId, actor } = context;
  const { requestId } = request;
  for (const [line, quantity] of arrivals) {
    const common = { tenantId, lineId: line.id, requestId, quantity, receivedOn, actor };
    const productId = line.product_id;
    await insertReceipt(tx, { ...common, productId, reference: order.number });
  }
  const quantities = Object.fromEntries([...arrivals].map(([line, units]) => [line.sku, units]));
  const details = { requestId, receivedOn, quantities };
  await recordAudit(tx, context, { action: 'order.receive', subject: order.number, details });
}
