/**
 * From a predictive distribution to the few quantiles that planning needs, and that can be stored.
 */

import type { Predictive } from '../forecast/index.ts';
import { PlanningRefusal } from './refusal.ts';
import type { PredictiveDemand } from './types.ts';

/** Levels that carry any service level between .8 and .995 without reading beyond them. */
export const PLANNING_LEVELS: readonly number[] = [
  0.05, 0.1, 0.25, 0.5, 0.75, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99, 0.995,
];

/**
 * The demand input of a forecast: its daily means and the quantiles of its cumulative demand.
 *
 * `predictive` any horizon · `daysPerPeriod` 1 for daily forecasts (default), 7 for weekly ·
 * `levels` default PLANNING_LEVELS · `windows` periods to keep, default all · returns
 * PredictiveDemand, in days
 * refuses bad_forecast for a window outside the horizon
 */
export function predictiveDemand(
  predictive: Predictive,
  options: {
    daysPerPeriod?: number;
    levels?: readonly number[];
    windows?: readonly number[];
    spread?: 'backtested' | 'simulated';
  } = {},
): PredictiveDemand {
  const { daysPerPeriod = 1, levels = PLANNING_LEVELS, spread } = options;
  const { horizon } = predictive;
  const periods = options.windows ?? Array.from({ length: horizon }, (_, i) => i + 1);
  const sums = periods.map((to) => {
    if (!(Number.isInteger(to) && to >= 1 && to <= horizon))
      throw new PlanningRefusal('bad_forecast', {
        field: 'windows',
        found: to,
        wanted: `whole periods from 1 to the horizon of ${horizon}`,
      });
    return predictive.sum(0, to);
  });
  return {
    kind: 'predictive',
    mean: dailyMeans(predictive, daysPerPeriod),
    cumulative: {
      levels,
      windows: periods.map((period) => period * daysPerPeriod),
      quantiles: sums.map((sum) => levels.map((level) => sum.quantile(level))),
      means: sums.map((sum) => sum.mean),
    },
    spread,
  };
}

/** A period's demand spread evenly over its days. */
function dailyMeans(predictive: Predictive, daysPerPeriod: number): Float64Array {
  const days = Math.floor(predictive.horizon * daysPerPeriod);
  const mean = new Float64Array(days);
  for (let day = 0; day < days; day++)
    mean[day] = predictive.mean[Math.floor(day / daysPerPeriod)]! / daysPerPeriod;
  return mean;
}
