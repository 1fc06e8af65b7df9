/** What stock there is against the demand of a window. */

import { dayNumber } from './calendar-day.ts';
import { requireNumber } from './refusal.ts';
import type { IsoDate, OpenOrder, StockLevel } from './types.ts';

/** A stock position and what became of each open order. */
export interface StockPosition {
  readonly position: number;
  readonly receipts: number;
  /** Due inside the window, or overdue: supply for it. */
  readonly counted: readonly OpenOrder[];
  /** Counted although the expected date has passed when the order is placed. */
  readonly overdue: readonly OpenOrder[];
  /** Due after the window: no supply for it. */
  readonly tooLate: readonly OpenOrder[];
}

/**
 * Stock position over a window: on hand − committed − backorders + receipts due inside it.
 *
 * `stock` units, on hand may be below 0 · `asOf` day of the count · `windowDays` days from
 * then, ≥ 0 · `orderOn` day from which a receipt is overdue, default `asOf`
 * returns the position and the open orders, counted and not · refuses bad_date, bad_number
 * source an order due after the protection window cannot serve the demand inside it
 */
export function stockPosition(
  stock: StockLevel,
  supply: {
    asOf: IsoDate;
    orderOn?: IsoDate;
    windowDays: number;
    openOrders: readonly OpenOrder[];
  },
): StockPosition {
  requireNumber('stock.onHand', stock.onHand, Number.NEGATIVE_INFINITY);
  requireNumber('stock.committed', stock.committed);
  requireNumber('stock.backorders', stock.backorders);
  const [counted, overdue, tooLate]: OpenOrder[][] = [[], [], []];
  const available = stock.onHand - stock.committed - stock.backorders;
  const start = dayNumber(supply.asOf);
  const orderDay = dayNumber(supply.orderOn ?? supply.asOf);
  let receipts = 0;
  for (const order of supply.openOrders) {
    requireNumber(`openOrders ${order.reference}`, order.quantity);
    const dueDay = dayNumber(order.expectedDate);
    if (dueDay - start > supply.windowDays) {
      tooLate!.push(order);
      continue;
    }
    counted!.push(order);
    if (dueDay < orderDay) overdue!.push(order);
    receipts += order.quantity;
  }
  return {
    position: available + receipts,
    receipts,
    counted: counted!,
    overdue: overdue!,
    tooLate: tooLate!,
  };
}
