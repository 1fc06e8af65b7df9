import { projectStock } from '../../planning/projection.ts';
import { addDays, daysBetween, epochSeconds } from '../format/date.ts';
import type { Product, ProductForecast } from '../queries/products.ts';

export interface Arrival {
  readonly day: string;
  readonly units: number;
  readonly number: string;
}

/** Stock at the start and at the end of each day along the forecast, with what open orders bring. */
export interface StockData {
  readonly days: readonly string[];
  readonly times: readonly number[];
  readonly stock: readonly number[];
  readonly arrivals: readonly Arrival[];
  /** First day without stock, if within the forecast. */
  readonly stockOutDay: string | null;
  /** Days until then; null: longer than the forecast reaches. */
  readonly daysOfCover: number | null;
  readonly horizonDays: number;
}

/**
 * Projects from the day of the count or of the forecast's origin, whichever is later, with the same
 * code as the planner's proposals. Null where there is no stock or no forecast to project along.
 */
export function stockData(product: Product, forecast: ProductForecast | null): StockData | null {
  const { stock } = product;
  if (!stock || !forecast || forecast.mean.length === 0) return null;
  const start = stock.countedOn > forecast.origin ? stock.countedOn : forecast.origin;
  const ahead = forecast.mean.slice(Math.max(0, daysBetween(forecast.origin, start)));
  if (ahead.length === 0) return null;
  const days = [start, ...ahead.map((_, i) => addDays(start, i + 1))];
  const available = stock.onHand - stock.committed - stock.backorders;
  const arrivals = product.openOrders.flatMap((order) =>
    order.expectedOn
      ? [{ day: order.expectedOn, units: order.quantity, number: order.number }]
      : [],
  );
  const projection = projectStock({
    onHand: available,
    demand: ahead,
    receipts: arrivals.map(({ day, units }) => ({ day: daysBetween(start, day), quantity: units })),
  });
  const out = projection.stockOutDay;
  return {
    days,
    times: days.map(epochSeconds),
    stock: [available, ...projection.stock],
    arrivals: arrivals.filter(({ day }) => day <= (days.at(-1) as string)),
    stockOutDay: out === null ? null : (days[out] ?? null),
    daysOfCover: out,
    horizonDays: ahead.length,
  };
}
