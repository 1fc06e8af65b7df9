import {
  methods as catalogue,
  type ForecastOptions,
  forecast,
  type SeriesForecast,
} from '../../forecast/index.ts';
import { type OrderInput, predictiveDemand, proposeOrders } from '../../planning/index.ts';
import { addDays, daysBetween } from '../format/date.ts';

/** What the reader supposes of some days. */
export interface Change {
  readonly from: string;
  readonly to: string;
  readonly kind: 'unobserved' | 'promotion' | 'no-promotion';
}

/** All that a product's demand and order are computed from; plain data, since it goes to a worker. */
export interface WhatIfGround {
  readonly sales: {
    readonly dates: readonly string[];
    readonly units: readonly (number | null)[];
    readonly promotion: readonly (boolean | null)[];
    readonly inStock: readonly (boolean | null)[];
  };
  /** Past and planned ones, as far as they are known beside the sales. */
  readonly promotions: readonly { readonly firstDay: string; readonly lastDay: string }[];
  /** Last day that the saved forecast knew. */
  readonly origin: string;
  readonly horizonDays: number;
  /** The method of the saved forecast, then those that it was held against, best first. */
  readonly methods: readonly string[];
  /** Stock, terms and open orders; null where no order can be proposed. */
  readonly order: Omit<OrderInput, 'demand'> | null;
}

/** Demand and order under one view of the days. */
export interface View {
  /** Expected per day, units, from the day after the origin on. */
  readonly mean: readonly number[];
  readonly total: number;
  readonly order: { readonly quantity: number; readonly reorderPoint: number } | null;
}

export type WhatIfAnswer =
  | {
      readonly ok: true;
      /** Forms of the models, as a reader calls them. */
      readonly forms: readonly string[];
      /** The days as they are known. */
      readonly unchanged: View;
      readonly changed: View;
    }
  | { readonly ok: false; readonly code: string };

/** As many days as a run looks back. */
const HISTORY_DAYS = 1_100;
/** One origin sets the width of the intervals; more would cost the reader's patience. */
const WINDOWS = 1;
/** The one method that knows promotions. */
const KNOWS_PROMOTIONS = 'npts';

/**
 * Forecasts a product as its days are known, and as the reader supposes them, by one method: what
 * differs comes from the changes alone. Promotions are told to both where plan or changes speak of them.
 */
export function reForecast(ground: WhatIfGround, changes: readonly Change[]): WhatIfAnswer {
  const promoted = tellsPromotions(ground, changes);
  const options: ForecastOptions = {
    horizon: ground.horizonDays,
    frequency: 'D',
    windows: WINDOWS,
    method: promoted ? KNOWS_PROMOTIONS : methodOf(ground),
  };
  const [known] = forecast([seriesOf(ground, { changes: [], promoted })], options);
  if (!known!.ok) return { ok: false, code: known!.code };
  const [supposed] = forecast([seriesOf(ground, { changes, promoted })], options);
  if (!supposed!.ok) return { ok: false, code: supposed!.code };
  return {
    ok: true,
    forms: supposed!.choice.members.map(({ form }) => form),
    unchanged: viewOf(known!, ground),
    changed: viewOf(supposed!, ground),
  };
}

/** Whether days to come are promoted, or the changes speak of it: few methods know what that means. */
export function tellsPromotions(
  { promotions, origin, horizonDays }: WhatIfGround,
  changes: readonly Change[],
): boolean {
  const last = addDays(origin, horizonDays);
  return (
    changes.some(({ kind }) => kind !== 'unobserved') ||
    promotions.some(({ firstDay, lastDay }) => lastDay > origin && firstDay <= last)
  );
}

/** Methods that take longer than a reader should wait for (bench/what-if.ts). */
const SLOW = [
  'arima',
  'log-arima',
  'ces',
  'log-ces',
  'mstl',
  'log-mstl',
  'harmonic',
  'log-harmonic',
];
const QUICK = catalogue.map(({ name }) => name).filter((name) => !SLOW.includes(name));

/** The run's own method; of a combination, or of a slow one, the best of those beside it. */
function methodOf(ground: WhatIfGround): string {
  return ground.methods.find((name) => QUICK.includes(name)) ?? 'ets';
}

function seriesOf(
  { sales, promotions, origin, horizonDays }: WhatIfGround,
  { changes, promoted }: { changes: readonly Change[]; promoted: boolean },
) {
  const last = sales.dates[0] === undefined ? -1 : daysBetween(sales.dates[0], origin);
  const known = Math.max(0, Math.min(sales.dates.length, last + 1));
  const first = Math.max(0, known - HISTORY_DAYS);
  const begin = sales.dates[first] ?? origin;
  const dates = Array.from({ length: known - first + horizonDays }, (_, i) => addDays(begin, i));
  const supposed = (date: string, kinds: readonly Change['kind'][]) =>
    changes.findLast(({ from, to, kind }) => kinds.includes(kind) && from <= date && date <= to);
  const y = dates.slice(0, known - first).map((date, i) => {
    const soldOut = sales.inStock[first + i] === false || supposed(date, ['unobserved']);
    return soldOut ? Number.NaN : (sales.units[first + i] ?? Number.NaN);
  });
  if (!promoted) return { id: 'what-if', y };
  const promotion = dates.map((date, i) => {
    const change = supposed(date, ['promotion', 'no-promotion']);
    if (change) return change.kind === 'promotion' ? 1 : 0;
    const sold = i < y.length && sales.promotion[first + i];
    const planned = promotions.some(({ firstDay, lastDay }) => firstDay <= date && date <= lastDay);
    return sold || planned ? 1 : 0;
  });
  return { id: 'what-if', y, covariates: { promotion } };
}

function viewOf(said: SeriesForecast, ground: WhatIfGround): View {
  const mean = [...said.mean];
  const total = mean.reduce((sum, value) => sum + value, 0);
  return { mean, total, order: orderOf(said, ground) };
}

/** The order that the forecast would lead to; windows begin after the days that are already over. */
function orderOf({ predictive }: SeriesForecast, { order, origin, horizonDays }: WhatIfGround) {
  if (order === null) return null;
  const age = Math.max(0, daysBetween(origin, order.asOf));
  // A forecast whose horizon is over is used as if it began now, as the server does.
  const gone = age >= horizonDays ? 0 : age;
  const demand = predictiveDemand({
    ...predictive,
    horizon: horizonDays - gone,
    mean: predictive.mean.subarray(gone),
    quantile: (level) => predictive.quantile(level).subarray(gone),
    sum: (from, to) => predictive.sum(from + gone, to + gone),
    simulate: (count) => predictive.simulate(count),
  });
  const [outcome] = proposeOrders([{ ...order, demand }]);
  if (!outcome!.ok) return null;
  const { quantity, reorderPoint } = outcome!.proposal;
  return { quantity, reorderPoint };
}
