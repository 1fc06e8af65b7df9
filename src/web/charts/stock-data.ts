import { projectStock } from '../../planning/projection.ts';
import { addDays, daysBetween, epochSeconds } from '../format/date.ts';
import type { Product, ProductForecast } from '../queries/products.ts';
import type { Proposal } from '../queries/proposals.ts';
import { walkShelf } from './walk-shelf.ts';

export interface Arrival {
  readonly day: string;
  readonly units: number;
  readonly number: string;
}

/** Stock at the start and at the end of each day along the forecast, with what open orders bring. */
export interface StockData {
  readonly days: readonly string[];
  readonly times: readonly number[];
  /** Never below zero: what is asked for in vain is in `missed`. */
  readonly stock: readonly number[];
  readonly missed: readonly number[];
  readonly arrivals: readonly Arrival[];
  /** First day without stock, also beyond the forecast where the proposal knows it. */
  readonly stockOutDay: string | null;
  /** Days until then; null: not in sight. */
  readonly daysOfCover: number | null;
  readonly horizonDays: number;
  /** The same with the order that is proposed; null where none is. */
  readonly withOrder: WithOrder | null;
}

export interface WithOrder {
  readonly arrival: { readonly day: string; readonly units: number };
  readonly stock: readonly number[];
  /** First day after its arrival on which the stock is used up, if within the forecast. */
  readonly stockOutDay: string | null;
}

/** What of a proposal the projection draws on. */
export type ProposedOrder = Pick<
  Proposal,
  'asOf' | 'state' | 'quantity' | 'expectedReceipt' | 'stockOutOn' | 'daysOfCover'
>;

interface StockGround {
  readonly product: Product;
  readonly forecast: ProductForecast | null;
  /** The open proposal: the projection starts from its day and agrees with its dates. */
  readonly proposal: ProposedOrder | null;
}

const dust = 1e-9;

/** From the proposal's day; else that of the count or of the forecast, whichever is later. */
function demandAhead(ground: StockGround): { start: string; ahead: readonly number[] } | null {
  const { product, forecast, proposal } = ground;
  if (!product.stock || !forecast || forecast.mean.length === 0) return null;
  const { origin, mean } = forecast;
  const { countedOn } = product.stock;
  const start = proposal?.asOf ?? (countedOn > origin ? countedOn : origin);
  const elapsed = Math.max(0, daysBetween(origin, start));
  // Planning uses a forecast that is over as if it began now; without a proposal nothing is drawn.
  const ahead = proposal && elapsed >= mean.length ? mean : mean.slice(elapsed);
  return ahead.length === 0 ? null : { start, ahead };
}

/**
 * Projects the stock along the forecast, with the same code as the planner's proposals. Null where
 * there is no stock or no forecast to project along.
 */
export function stockData(ground: StockGround): StockData | null {
  const { product, proposal } = ground;
  const demand = demandAhead(ground);
  if (!product.stock || !demand) return null;
  const { start, ahead } = demand;
  const days = [start, ...ahead.map((_, i) => addDays(start, i + 1))];
  const { onHand, committed, backorders } = product.stock;
  const available = onHand - committed - backorders;
  const arrivals = product.openOrders.flatMap((order) =>
    order.expectedOn
      ? [{ day: order.expectedOn, units: order.quantity, number: order.number }]
      : [],
  );
  const receipts = arrivals.map(({ day, units }) => ({
    day: daysBetween(start, day),
    quantity: units,
  }));
  const walk = walkShelf({ start: available, demand: ahead, receipts });
  const out =
    available <= dust
      ? 0
      : projectStock({ onHand: available, demand: ahead, receipts }).stockOutDay;
  return {
    days,
    times: days.map(epochSeconds),
    ...walk,
    arrivals: arrivals.filter(({ day }) => day <= (days.at(-1) as string)),
    stockOutDay: proposal ? proposal.stockOutOn : out === null ? null : (days[out] ?? null),
    daysOfCover: proposal ? proposal.daysOfCover : out,
    horizonDays: ahead.length,
    withOrder: proposal && withOrder({ proposal, days, available, ahead, receipts }),
  };
}

interface OrderGround {
  readonly proposal: ProposedOrder;
  readonly days: readonly string[];
  readonly available: number;
  readonly ahead: readonly number[];
  readonly receipts: readonly { day: number; quantity: number }[];
}

function withOrder(ground: OrderGround): WithOrder | null {
  const { proposal, days, available, ahead, receipts } = ground;
  const { expectedReceipt, quantity } = proposal;
  if (proposal.state !== 'open' || quantity <= 0 || !expectedReceipt) return null;
  const day = Math.max(1, daysBetween(days[0] as string, expectedReceipt));
  const { stock } = walkShelf({
    start: available,
    demand: ahead,
    receipts: [...receipts, { day, quantity }],
  });
  const out = stock.findIndex((units, i) => i >= day && units <= dust);
  return {
    arrival: { day: expectedReceipt, units: quantity },
    stock,
    stockOutDay: out < 0 ? null : (days[out] ?? null),
  };
}
