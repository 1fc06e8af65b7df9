import { seasonalError, squaredSeasonalError } from './accuracy.ts';
import type { ScoredPeriod } from './backtest-windows.ts';
import { normalQuantile } from './numeric/normal.ts';
import type { BacktestScore } from './types.ts';

/** What errors of one series are divided by; never zero. */
export interface Scales {
  /** Seasonal error, units: for MASE and SQL. */
  readonly absolute: number;
  /** Root of the mean squared one-step difference, units: for RMSSE. */
  readonly squared: number;
}

/**
 * Scales of a series from its training part. Where a difference is not defined or zero (too short,
 * constant), the next simpler one stands in: lag one, then the mean demand, then one unit.
 * `train` units, NaN left out · `season` periods · returns Scales, > 0
 */
export function seriesScales(train: Float64Array, season: number): Scales {
  let sum = 0;
  let count = 0;
  for (const value of train) {
    if (Number.isNaN(value)) continue;
    sum += Math.abs(value);
    count++;
  }
  const size = firstPositive([count > 0 ? sum / count : 0, 1]);
  return {
    absolute: firstPositive([seasonalError(train, season), seasonalError(train, 1), size]),
    squared: firstPositive([Math.sqrt(squaredSeasonalError(train, 1)), size]),
  };
}

function firstPositive(values: readonly number[]): number {
  return values.find((value) => value > 0 && Number.isFinite(value)) ?? 1;
}

const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const DECILE_SCORES = DECILES.map(normalQuantile);

/**
 * Scores what a method said over all origins of one series, its spread taken as a normal truncated
 * at zero and not yet calibrated, so that methods are compared on what they know themselves.
 * `rows` one per scored period · returns BacktestScore; NaN measures where nothing was scored
 */
export function scoreRows(
  rows: readonly ScoredPeriod[],
  { method, scales, windows }: { method: string; scales: Scales; windows: number },
): BacktestScore {
  let absolute = 0;
  let squares = 0;
  let over = 0;
  let demand = 0;
  let loss = 0;
  let inside = 0;
  for (const { actual, mean, sd } of rows) {
    const error = mean - actual;
    absolute += Math.abs(error);
    squares += error * error;
    over += error;
    demand += Math.abs(actual);
    for (let l = 0; l < DECILES.length; l++) {
      const short = actual - Math.max(0, mean + sd * DECILE_SCORES[l]!);
      loss += short >= 0 ? DECILES[l]! * short : (DECILES[l]! - 1) * short;
    }
    const low = Math.max(0, mean + sd * DECILE_SCORES[0]!);
    const high = Math.max(0, mean + sd * DECILE_SCORES[8]!);
    if (actual >= low && actual <= high) inside++;
  }
  const n = rows.length === 0 ? Number.NaN : rows.length;
  return {
    method,
    mase: absolute / n / scales.absolute,
    rmsse: Math.sqrt(squares / n) / scales.squared,
    sql: (2 * loss) / DECILES.length / n / scales.absolute,
    bias: demand > 0 ? over / demand : Number.NaN,
    coverage80: inside / n,
    windows,
  };
}
