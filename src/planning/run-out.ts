/** When stock runs out, by when to order, and how urgent that is. */

import { dayNumber, isoDate } from './calendar-day.ts';
import { walkStock } from './projection.ts';
import { type DemandPath, type Planning, warn } from './reorder-point.ts';
import type { IsoDate, Urgency } from './types.ts';

/** Two years: beyond, a projection says no more than "not soon". */
const PROJECTED_DAYS = 730;

/** Dates that follow from the projection. */
export interface RunOut {
  readonly daysOfCover: number | null;
  readonly stockOutDate: IsoDate | null;
  readonly orderBy: IsoDate | null;
  readonly expectedReceipt: IsoDate;
  readonly urgency: Urgency;
}

/**
 * Projects stock along the forecast with every open order, also those after the protection window,
 * and says when it runs out without a new order.
 */
export function runOut(
  planning: Planning,
  at: { path: DemandPath; safetyStock: number; quantity: number },
): RunOut {
  const { input, window } = planning;
  const { onHand, committed, backorders } = input.stock;
  const start = dayNumber(input.asOf);
  const available = onHand - committed - backorders;
  const hasDemand = at.path.through(PROJECTED_DAYS) > 0;
  let before = 0;
  const run = walkStock({
    onHand: available,
    receipts: input.openOrders.map((order) => ({
      day: dayNumber(order.expectedDate) - start,
      quantity: order.quantity,
    })),
    safetyStock: Math.max(0, at.safetyStock),
    days: hasDemand || available < 0 ? PROJECTED_DAYS : 0,
    demandOf: (day) => {
      const through = at.path.through(day);
      const demand = through - before;
      before = through;
      return demand;
    },
  });
  const isOut = available < 0 || (available <= 0 && hasDemand);
  const daysOfCover = isOut ? 0 : run.stockOutDay;
  const receiptDays = window.receiptDay - start;
  const isLate = daysOfCover !== null && daysOfCover < receiptDays;
  const orderBy =
    run.belowSafetyDay === null
      ? null
      : Math.max(window.orderDay, window.orderDayFor(start + run.belowSafetyDay));
  const expectedReceipt = isoDate(window.receiptDay);
  const stockOutDate = daysOfCover === null ? null : isoDate(start + daysOfCover);
  if (isLate && stockOutDate !== null)
    warn(planning, {
      code: 'stock_out_before_receipt',
      message: `Stock runs out on ${stockOutDate}; an order of today comes on ${expectedReceipt}.`,
      details: { stockOutDate, expectedReceipt },
    });
  return {
    daysOfCover,
    stockOutDate,
    orderBy: orderBy === null ? null : isoDate(orderBy),
    expectedReceipt,
    urgency: urgencyOf({
      isOut,
      isLate,
      quantity: at.quantity,
      slackDays: orderBy === null ? null : orderBy - window.orderDay,
      soonDays: Math.max(7, input.terms.reviewPeriodDays),
    }),
  };
}

function urgencyOf(state: {
  isOut: boolean;
  isLate: boolean;
  quantity: number;
  slackDays: number | null;
  soonDays: number;
}): Urgency {
  if (state.isOut) return 'stock-out';
  if (state.isLate) return 'late';
  if (state.quantity > 0) return 'now';
  return state.slackDays !== null && state.slackDays <= state.soonDays ? 'soon' : 'none';
}
