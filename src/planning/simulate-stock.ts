/** What a policy would have done on sampled demand: the service that it really gives. */

import { type OrderLimits, orderQuantity } from './order-quantity.ts';
import { requireNumber } from './refusal.ts';

/** One product under one policy, on many sampled futures. */
export interface StockSimulation {
  readonly id: string;
  /** Sampled demand, row-major, `days` values per path, as `Predictive.simulate` gives it. */
  readonly paths: ArrayLike<number>;
  readonly days: number;
  readonly onHand: number;
  readonly reorderPoint: number;
  readonly orderUpTo: number;
  /** Days from an order to its receipt, whole; it arrives after the demand of that day. */
  readonly leadTimeDays: number;
  /** Days between looks at the stock; 1 looks every day. */
  readonly reviewPeriodDays: number;
  readonly limits?: OrderLimits;
}

/** Service of one product over all its paths. */
export interface SimulatedService {
  readonly id: string;
  readonly paths: number;
  /** Share of demand served from stock; 1 without demand. */
  readonly fillRate: number;
  /** Share of days on which all demand was served. */
  readonly daysServed: number;
  readonly meanStock: number;
  readonly ordersPerPath: number;
}

/**
 * Simulates the stock of every product: unserved demand waits, and is served first.
 *
 * `items` any number; none is left out · returns one result per item, in order · refuses bad_number
 * source periodic (R, s, S) with backorders, order of events demand, receipt, review
 */
export function simulateStock(items: readonly StockSimulation[]): SimulatedService[] {
  return items.map(simulateOne);
}

function simulateOne(item: StockSimulation): SimulatedService {
  requireNumber(`${item.id}.days`, item.days, 1);
  requireNumber(`${item.id}.leadTimeDays`, item.leadTimeDays);
  requireNumber(`${item.id}.reviewPeriodDays`, item.reviewPeriodDays, 1);
  const paths = Math.floor(item.paths.length / item.days);
  const totals = { demand: 0, short: 0, daysServed: 0, stock: 0, orders: 0 };
  for (let path = 0; path < paths; path++) walkPath(item, { from: path * item.days, totals });
  const observed = Math.max(1, paths * item.days);
  return {
    id: item.id,
    paths,
    fillRate: totals.demand > 0 ? 1 - totals.short / totals.demand : 1,
    daysServed: totals.daysServed / observed,
    meanStock: totals.stock / observed,
    ordersPerPath: totals.orders / Math.max(1, paths),
  };
}

interface Totals {
  demand: number;
  short: number;
  daysServed: number;
  stock: number;
  orders: number;
}

function walkPath(item: StockSimulation, { from, totals }: { from: number; totals: Totals }): void {
  const arriving = new Float64Array(item.days + Math.ceil(item.leadTimeDays) + 1);
  let stock = item.onHand;
  let onOrder = 0;
  for (let day = 0; day < item.days; day++) {
    const demand = item.paths[from + day]!;
    const short = Math.min(demand, Math.max(0, demand - Math.max(0, stock)));
    stock += arriving[day]! - demand;
    onOrder -= arriving[day]!;
    totals.demand += demand;
    totals.short += short;
    totals.stock += Math.max(0, stock);
    if (short === 0) totals.daysServed++;
    const position = stock + onOrder;
    if ((day + 1) % item.reviewPeriodDays !== 0 || position > item.reorderPoint) continue;
    const { quantity } = orderQuantity(item.orderUpTo - position, item.limits);
    if (quantity === 0) continue;
    totals.orders++;
    if (item.leadTimeDays === 0) stock += quantity;
    else {
      arriving[day + Math.ceil(item.leadTimeDays)]! += quantity;
      onOrder += quantity;
    }
  }
}
