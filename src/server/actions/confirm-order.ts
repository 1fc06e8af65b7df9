import { Refusal } from '../../contract/errors.ts';
import { dueDate } from '../../planning/index.ts';
import { recordAudit } from '../store/audit.ts';
import { addDays } from '../store/calendar-day.ts';
import type { Tx } from '../store/database.ts';
import { lockOrdering } from '../store/ordering-lock.ts';
import {
  listLineTerms,
  listOrderLines,
  type OrderRow,
  setExpectedOn,
  updateOrderState,
} from '../store/orders.ts';
import { listLeadTimes } from '../store/planning-inputs.ts';
import type { ActionContext } from './context.ts';
import { type PurchaseOrder, readOrder, requireMove, requireOrder } from './describe-order.ts';
import { learnLeadTimes } from './learned-lead-times.ts';
import { supplierCalendar } from './order-input.ts';
import { recomputeProposals } from './refresh-proposals.ts';

/** A mistyped year would be learned as a lead time, for all that the supplier delivers. */
const LONGEST_AGO_DAYS = 365;

/** Confirms a draft with its supplier: lead times count from here, and each line gets its due day. */
export async function confirmOrder(
  context: ActionContext,
  { id, confirmedOn = context.clock.today() }: { id: string; confirmedOn?: string },
): Promise<PurchaseOrder> {
  const today = context.clock.today();
  const earliest = addDays(today, -LONGEST_AGO_DAYS);
  if (confirmedOn > today || confirmedOn < earliest) {
    const wanted = `a day from ${earliest} to ${today}`;
    throw new Refusal('invalid_request', { field: 'confirmedOn', found: confirmedOn, wanted });
  }
  return context.database.withTenant(context.tenantId, async (tx) => {
    await lockOrdering(tx, context.tenantId);
    const order = await requireOrder(tx, id);
    requireMove(order, 'confirmed');
    const lines = (await listOrderLines(tx, [order.id])).get(order.id) ?? [];
    if (lines.length === 0)
      throw new Refusal('order_transition', { order: order.number, found: 'no lines' });
    await setDueDays(tx, { order, confirmedOn });
    await updateOrderState(tx, { orderId: order.id, state: 'confirmed', confirmedOn });
    await recordAudit(tx, context, {
      action: 'order.confirm',
      subject: order.number,
      details: { confirmedOn, lines: lines.length },
    });
    const productIds = lines.map((line) => line.product_id);
    await recomputeProposals(tx, context, productIds);
    return readOrder(tx, id);
  });
}

/** Lead time of the terms, or as receipts have shown it; a delivery lands on an open day. */
async function setDueDays(
  tx: Tx,
  { order, confirmedOn }: { order: OrderRow; confirmedOn: string },
): Promise<void> {
  const learned = learnLeadTimes(await listLeadTimes(tx));
  for (const line of await listLineTerms(tx, order.id)) {
    const kept = learned.find({ supplier_id: order.supplier_id, product_id: line.product_id });
    const leadDays = Math.ceil(kept?.meanDays ?? line.lead_time_days ?? 0);
    const calendar = supplierCalendar(order.working_weekdays);
    const due = addDays(confirmedOn, leadDays);
    // The first open day from the due day on: one working day after the day before it.
    const expectedOn = calendar ? dueDate(addDays(due, -1), { workingDays: 1, calendar }) : due;
    await setExpectedOn(tx, { id: line.line_id, expectedOn });
  }
}
