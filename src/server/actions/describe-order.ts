import type { z } from 'zod';
import { Refusal } from '../../contract/errors.ts';
import type { orderSchema } from '../../contract/orders.ts';
import { movePurchaseOrder, nextStates } from '../../planning/index.ts';
import type { Tx } from '../store/database.ts';
import {
  findOrder,
  listOrderLines,
  type OrderLineRow,
  type OrderRow,
  sumOrders,
} from '../store/orders.ts';
import type { OrderState } from '../store/schema.ts';

export type PurchaseOrder = z.infer<typeof orderSchema>;

/** Orders as the contract has them, with their lines. */
export async function describeOrders(tx: Tx, rows: readonly OrderRow[]): Promise<PurchaseOrder[]> {
  const ids = rows.map((row) => row.id);
  const lines = await listOrderLines(tx, ids);
  const sums = await sumOrders(tx, ids);
  return rows.map((row) => ({
    id: String(row.id),
    number: row.number,
    supplierCode: row.supplier_code,
    supplierName: row.supplier_name,
    state: row.state,
    next: [...nextStates(row.state)],
    value: money(sums.get(row.id), row.currency),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    confirmedOn: row.confirmed_on,
    expectedOn: lastExpected(lines.get(row.id) ?? []),
    lines: (lines.get(row.id) ?? []).map((line) => ({
      id: String(line.id),
      sku: line.sku,
      productName: line.product_name,
      unit: line.unit,
      quantity: line.quantity,
      received: line.received,
      unitCost: money(line.unit_cost, row.currency),
      expectedOn: line.expected_on,
    })),
  }));
}

/** The order as it is now; refuses not_found. */
export async function readOrder(tx: Tx, id: string): Promise<PurchaseOrder> {
  return (await describeOrders(tx, [await requireOrder(tx, id)]))[0]!;
}

export async function requireOrder(tx: Tx, id: string): Promise<OrderRow> {
  const row = await findOrder(tx, id);
  if (row === undefined) throw new Refusal('not_found', { order: id });
  return row;
}

/** Refuses a move that planning's states do not know. */
export function requireMove(order: OrderRow, to: OrderState): void {
  const move = movePurchaseOrder(order.state, to);
  if (move.ok) return;
  const { from, next } = move;
  throw new Refusal('order_transition', { order: order.number, from, to, next });
}

/** The day on which the last line is due. */
function lastExpected(lines: readonly OrderLineRow[]): string | null {
  const days = lines.flatMap((line) => line.expected_on ?? []);
  return days.sort().at(-1) ?? null;
}

function money(amount: string | null | undefined, currency: string | null) {
  return amount && currency ? { amount, currency } : null;
}
