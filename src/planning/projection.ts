/** Stock from day to day along the forecast. */

import { requireNumber } from './refusal.ts';

/** Less than any unit that is sold: what is left over by floating-point arithmetic. */
const DUST = 1e-9;

/** Units that arrive on a day, before the demand of that day. */
export interface DatedReceipt {
  /** 1 is the first day of the projection. */
  readonly day: number;
  readonly quantity: number;
}

/** What is projected. */
export interface ProjectionInput {
  /** Units at the start; below 0 when more is promised than there is. */
  readonly onHand: number;
  /** Expected demand of day 1, 2, 3 … */
  readonly demand: ArrayLike<number>;
  readonly receipts?: readonly DatedReceipt[];
  /** Default 0. */
  readonly safetyStock?: number;
}

/** Projected stock and the days that matter. Days count from 1; null: not within the projection. */
export interface Projection {
  /** Stock at the end of day 1, 2, 3 … below 0 when demand goes unserved. */
  readonly stock: Float64Array;
  readonly belowSafetyDay: number | null;
  /** First day on which projected stock reaches zero: the days of cover. */
  readonly stockOutDay: number | null;
}

/**
 * Projects stock along the forecast.
 *
 * `input` units; a receipt due on day 0 or before arrives on day 1 · returns one value per day of
 * demand, the first day below the safety stock, and the first day at or below zero
 * refuses bad_number
 */
export function projectStock(input: ProjectionInput): Projection {
  requireNumber('onHand', input.onHand, Number.NEGATIVE_INFINITY);
  const days = input.demand.length;
  const stock = new Float64Array(days);
  const run = walkStock({
    onHand: input.onHand,
    receipts: input.receipts ?? [],
    safetyStock: input.safetyStock ?? 0,
    days,
    demandOf: (day) => input.demand[day - 1]!,
    visit: (day, units) => {
      stock[day - 1] = units;
    },
  });
  return { stock, ...run };
}

/** The walk itself: without `visit` it stops as soon as both days are known. */
export function walkStock(walk: {
  onHand: number;
  receipts: readonly DatedReceipt[];
  safetyStock: number;
  days: number;
  demandOf: (day: number) => number;
  visit?: (day: number, units: number) => void;
}): { belowSafetyDay: number | null; stockOutDay: number | null } {
  const arrivals = [...walk.receipts].sort((a, b) => a.day - b.day);
  let [belowSafetyDay, stockOutDay]: (number | null)[] = [null, null];
  let units = walk.onHand;
  let next = 0;
  for (let day = 1; day <= walk.days; day++) {
    while (next < arrivals.length && arrivals[next]!.day <= day)
      units += arrivals[next++]!.quantity;
    units -= walk.demandOf(day);
    walk.visit?.(day, units);
    if (belowSafetyDay == null && units < walk.safetyStock - DUST) belowSafetyDay = day;
    if (stockOutDay == null && units <= DUST) stockOutDay = day;
    if (walk.visit === undefined && belowSafetyDay != null && stockOutDay != null) break;
  }
  return { belowSafetyDay: belowSafetyDay ?? null, stockOutDay: stockOutDay ?? null };
}
