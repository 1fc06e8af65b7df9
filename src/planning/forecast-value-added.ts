/** Whether each hand that touched a forecast made it better. */

import { wape } from '../forecast/index.ts';

/** One stage of a forecast: naive, statistical, with override … */
export interface ForecastStage {
  readonly name: string;
  readonly forecast: ArrayLike<number>;
}

/** A stage's error, and what it gained over the stage before. */
export interface StageValue {
  readonly name: string;
  readonly wape: number;
  /**
   * Share of demand by which the error fell; below 0 when the stage made it worse; null for the
   * first.
   */
  readonly valueAdded: number | null;
}

/**
 * Forecast value added, stage by stage.
 *
 * `actual` demand per period, units, some of it > 0 · `stages` in the order in which they worked,
 * the first is the yardstick (naive) · returns one value per stage
 * source Gilliland (2010), The Business Forecasting Deal, Wiley
 */
export function forecastValueAdded(
  actual: ArrayLike<number>,
  stages: readonly ForecastStage[],
): StageValue[] {
  const errors = stages.map(({ forecast }) => wape({ actual, forecast }));
  return stages.map(({ name }, i) => ({
    name,
    wape: errors[i]!,
    valueAdded: i === 0 ? null : errors[i - 1]! - errors[i]!,
  }));
}
