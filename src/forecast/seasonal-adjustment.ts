/** Classical decomposition, for models that know no season of their own. */

import { normalQuantile } from './numeric/normal.ts';

/** A series without its season, and how to put the season back. */
export interface Adjustment {
  readonly kind: 'none' | 'additive' | 'multiplicative';
  /** Seasonal figure per phase, phase of period 0 first. */
  readonly figure: Float64Array;
  /** Demand without the season, units, NaN where it was NaN. */
  readonly adjusted: Float64Array;
}

/** One-sided test at 95 %, as the M competitions and R forecast::thetaf use it. */
const CRITICAL = normalQuantile(0.95);
/** A phase that sells next to nothing would make its adjusted demand explode. */
const LEAST_FIGURE = 0.05;

/**
 * Fills missing periods by a straight line between their neighbours, and level at the ends.
 * `y` units, NaN where not observed, at least one observed · returns units, no NaN
 */
export function interpolate(y: Float64Array): Float64Array {
  const filled = Float64Array.from(y);
  let last = -1;
  for (let t = 0; t <= y.length; t++) {
    if (t < y.length && Number.isNaN(y[t]!)) continue;
    for (let gap = last + 1; gap < t; gap++) {
      if (last < 0) filled[gap] = y[t]!;
      else if (t === y.length) filled[gap] = y[last]!;
      else filled[gap] = y[last]! + ((y[t]! - y[last]!) * (gap - last)) / (t - last);
    }
    last = t;
  }
  return filled;
}

/**
 * Whether demand one season apart is correlated more than chance would have it.
 * `x` units, no NaN · `m` season, periods · returns true only for at least two seasons and one period
 * source Assimakopoulos & Nikolopoulos (2000); Bartlett's formula; as R forecast::thetaf
 * checked against reference/models.json through theta's forecasts
 */
export function isSeasonal(x: Float64Array, m: number): boolean {
  const n = x.length;
  if (m < 2 || n <= 2 * m) return false;
  let mean = 0;
  for (let t = 0; t < n; t++) mean += x[t]! / n;
  let variance = 0;
  for (let t = 0; t < n; t++) variance += (x[t]! - mean) ** 2;
  if (!(variance > 0)) return false;
  let squares = 0;
  for (let lag = 1; lag <= m; lag++) {
    let product = 0;
    for (let t = lag; t < n; t++) product += (x[t]! - mean) * (x[t - lag]! - mean);
    const correlation = product / variance;
    if (lag === m) return Math.abs(correlation) > CRITICAL * Math.sqrt((1 + 2 * squares) / n);
    squares += correlation * correlation;
  }
  return false;
}

/**
 * Takes the season out where the test finds one: multiplicative, or additive where demand is not
 * clearly above zero in every phase.
 * `y` units, NaN where not observed · `m` season, periods · returns Adjustment
 * source classical decomposition by centred moving averages, as R stats::decompose
 * checked against reference/models.json through theta's forecasts
 */
export function adjustSeason(y: Float64Array, m: number): Adjustment {
  const x = interpolate(y);
  if (!isSeasonal(x, m)) return { kind: 'none', figure: new Float64Array(1), adjusted: y };
  const trend = movingAverage(x, m);
  let least = Number.POSITIVE_INFINITY;
  for (const value of trend) if (value < least) least = value;
  if (least > 0) {
    const figure = seasonalFigure(x, trend, { m, kind: 'multiplicative' });
    if (figure.every((value) => value > LEAST_FIGURE)) {
      return { kind: 'multiplicative', figure, adjusted: y.map((v, t) => v / figure[t % m]!) };
    }
  }
  const figure = seasonalFigure(x, trend, { m, kind: 'additive' });
  return { kind: 'additive', figure, adjusted: y.map((v, t) => v - figure[t % m]!) };
}

/** Centred, with half weights at both ends for an even season; NaN where it does not reach. */
function movingAverage(x: Float64Array, m: number): Float64Array {
  const trend = new Float64Array(x.length).fill(Number.NaN);
  const half = Math.floor(m / 2);
  const even = m % 2 === 0;
  for (let t = half; t < x.length - half; t++) {
    let sum = 0;
    for (let k = -half; k <= half; k++) sum += x[t + k]!;
    if (even) sum -= (x[t - half]! + x[t + half]!) / 2;
    trend[t] = sum / m;
  }
  return trend;
}

function seasonalFigure(
  x: Float64Array,
  trend: Float64Array,
  { m, kind }: { m: number; kind: 'additive' | 'multiplicative' },
): Float64Array {
  const figure = new Float64Array(m);
  const counts = new Float64Array(m);
  for (let t = 0; t < x.length; t++) {
    if (Number.isNaN(trend[t]!)) continue;
    figure[t % m]! += kind === 'additive' ? x[t]! - trend[t]! : x[t]! / trend[t]!;
    counts[t % m]!++;
  }
  let mean = 0;
  for (let j = 0; j < m; j++) {
    figure[j]! /= counts[j]!;
    mean += figure[j]! / m;
  }
  return figure.map((value) => (kind === 'additive' ? value - mean : value / mean));
}
