import { describe, expect, it } from 'vitest';
import { normalQuantile, type Predictive } from '../forecast/index.ts';
import { PLANNING_LEVELS, predictiveDemand, proposeOrder } from './index.ts';
import { exampleOrder } from './reference/example-order.ts';

/** Independent normal periods: `mean` and `sd` per period. */
function normalPredictive(options: { mean: number; sd: number; horizon: number }): Predictive {
  const { mean, sd, horizon } = options;
  const means = new Float64Array(horizon).fill(mean);
  return {
    horizon,
    mean: means,
    quantile: (level) => means.map((units) => units + sd * normalQuantile(level)),
    sum: (from, to) => ({
      mean: mean * (to - from),
      sd: sd * Math.sqrt(to - from),
      quantile: (level) => mean * (to - from) + sd * Math.sqrt(to - from) * normalQuantile(level),
    }),
    simulate: (count) => new Float64Array(count * horizon).fill(mean),
  };
}

describe('the demand input of a forecast', () => {
  it('carries a daily forecast into a proposal', () => {
    const demand = predictiveDemand(normalPredictive({ mean: 40, sd: 12, horizon: 28 }));
    expect(demand.cumulative.levels).toBe(PLANNING_LEVELS);
    expect(proposeOrder(exampleOrder({ demand })).reorderPoint).toBeCloseTo(718.953, 3);
  });

  it('spreads weeks over their days', () => {
    const weekly = normalPredictive({ mean: 280, sd: 12 * Math.sqrt(7), horizon: 4 });
    const demand = predictiveDemand(weekly, { daysPerPeriod: 7 });
    expect(demand.cumulative.windows).toEqual([7, 14, 21, 28]);
    expect(demand.mean).toHaveLength(28);
    expect(proposeOrder(exampleOrder({ demand })).reorderPoint).toBeCloseTo(718.953, 3);
  });

  it('keeps the windows that are asked for', () => {
    const predictive = normalPredictive({ mean: 40, sd: 12, horizon: 28 });
    const demand = predictiveDemand(predictive, { windows: [9, 16], levels: [0.5, 0.95] });
    expect(demand.cumulative.quantiles).toHaveLength(2);
    expect(proposeOrder(exampleOrder({ demand })).reorderPoint).toBeCloseTo(718.953, 3);
    expect(() => predictiveDemand(predictive, { windows: [29] })).toThrow(/horizon of 28/);
  });
});
