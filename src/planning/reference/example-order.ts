/** One ordinary order, for tests to vary. */

import { normalQuantile } from '../../forecast/index.ts';
import type { DemandInput, OrderInput, PredictiveDemand } from '../index.ts';

export const EXAMPLE_LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.8, 0.9, 0.95, 0.975, 0.99];

/** A forecast of independent normal days, stored as quantiles: what normal theory knows exactly. */
export function normalForecast(options: {
  mean: number | readonly number[];
  sd: number;
  days?: number;
  levels?: readonly number[];
}): PredictiveDemand {
  const { mean, sd, levels = EXAMPLE_LEVELS } = options;
  const daily =
    typeof mean === 'number' ? new Array<number>(options.days ?? 28).fill(mean) : [...mean];
  let through = 0;
  const quantiles = daily.map((units, i) => {
    through += units;
    const spread = sd * Math.sqrt(i + 1);
    const total = through;
    return levels.map((level) => total + normalQuantile(level) * spread);
  });
  return { kind: 'predictive', mean: daily, cumulative: { levels, quantiles } };
}

/** 40 a day ± 12, nine days of lead time, weekly review, 95 % cycle service, 200 on hand. */
export function exampleOrder(change: { demand?: DemandInput } = {}): OrderInput {
  return {
    asOf: '2026-02-13',
    product: { sku: 'PASTA-1', unitDecimals: 0 },
    terms: { leadTimeDays: 9, reviewPeriodDays: 7, unitCost: 1.25, currency: 'EUR' },
    stock: { onHand: 200, committed: 10, backorders: 5 },
    openOrders: [],
    demand: change.demand ?? normalForecast({ mean: 40, sd: 12 }),
    policy: { service: { kind: 'cycle', level: 0.95 }, review: 'periodic' },
  };
}
