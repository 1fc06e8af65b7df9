/** Families of distributions that are fixed by a mean and a standard deviation. */

import { negativeBinomialQuantile } from './numeric/counts.ts';
import { gammaQuantile } from './numeric/gamma.ts';
import { normalQuantile } from './numeric/normal.ts';
import { onScoreLines } from './numeric/score-lines.ts';

/**
 * A family. `normal` truncated at zero · `gamma` for skewed amounts · `count` whole units: negative
 * binomial, Poisson where the variance does not exceed the mean · `empirical` the model's own
 * one-step errors, drawn towards a normal as periods add up.
 */
export interface Shape {
  readonly kind: 'normal' | 'gamma' | 'count' | 'empirical';
  /** For `empirical`: standardised errors at evenly spaced probabilities, ascending. */
  readonly table?: Float64Array;
  /** For `empirical`: demand comes in whole units. */
  readonly whole?: boolean;
}

export const NORMAL: Shape = { kind: 'normal' };
export const GAMMA: Shape = { kind: 'gamma' };
export const COUNT: Shape = { kind: 'count' };

/** Mean and standard deviation of one number, units. */
export interface MeanAndDeviation {
  readonly mean: number;
  readonly sd: number;
  /** Periods that the number is a sum of; 1 by default. */
  readonly periods?: number;
}

/** Below this skewness the fourth-order expansion is within a fifth of a per cent of the exact quantile. */
const EXPANSION_SKEWNESS = 0.5;
/** Below this mean per standard deviation there is no level that is not zero. */
const LEAST_RELATIVE_MEAN = 1e-6;
/** Above this mean adding up single probabilities costs more than the expansion. */
const WALK_MEAN = 60;

/**
 * Quantile of a family at a level, never below zero.
 * `level` probability in (0,1) · `mean`, `sd` units · returns units, ≥ 0; whole units for `count`
 * source method of moments; Cornish & Fisher (1937) for large, nearly symmetric counts and amounts
 * checked against reference/special-functions.json through the exact quantiles, 0.5 %
 */
export function shapeQuantile(shape: Shape, level: number, of: MeanAndDeviation): number {
  const { mean, sd } = of;
  if (shape.kind === 'normal') return Math.max(0, mean + sd * normalQuantile(level));
  if (shape.kind === 'empirical') {
    const value = mean + sd * empiricalScore(shape.table!, level, of.periods ?? 1);
    return Math.max(0, shape.whole === true ? Math.round(value) : value);
  }
  // Nearly all of the probability is then at zero, and the rest beyond what doubles can tell.
  if (!(mean > LEAST_RELATIVE_MEAN * sd)) return 0;
  if (!(sd > 0)) return shape.kind === 'gamma' ? mean : Math.round(mean);
  return shape.kind === 'gamma' ? amountQuantile(level, of) : countQuantile(level, of);
}

function amountQuantile(level: number, { mean, sd }: MeanAndDeviation): number {
  const skewness = (2 * sd) / mean;
  if (skewness > EXPANSION_SKEWNESS) return gammaQuantile(level, { mean, sd });
  return Math.max(0, mean + sd * expansion(level, skewness, 1.5 * skewness * skewness));
}

function countQuantile(level: number, { mean, sd }: MeanAndDeviation): number {
  const variance = Math.max(sd * sd, mean);
  const deviation = Math.sqrt(variance);
  const skewness = (2 * variance - mean) / (mean * deviation);
  if (mean < WALK_MEAN || skewness > EXPANSION_SKEWNESS) {
    return negativeBinomialQuantile(level, { mean, variance });
  }
  const kurtosis = (6 * (variance - mean)) / mean ** 2 + 1 / variance;
  return Math.max(0, Math.ceil(mean - 0.5 + deviation * expansion(level, skewness, kurtosis)));
}

/** Standardised quantile from skewness and excess kurtosis. */
function expansion(level: number, skewness: number, kurtosis: number): number {
  const z = normalQuantile(level);
  const z2 = z * z;
  return (
    z +
    ((z2 - 1) * skewness) / 6 +
    (z * (z2 - 3) * kurtosis) / 24 -
    (z * (2 * z2 - 5) * skewness * skewness) / 36
  );
}

/** Fewer errors than this say too little about the tails. */
const LEAST_ERRORS = 40;
/** Only the latest errors: a family that was, need not be. */
const MOST_ERRORS = 1000;
const TABLE_STEPS = 100;
const TABLE_SCORES = Float64Array.from({ length: TABLE_STEPS + 1 }, (_, i) =>
  normalQuantile(tableLevel(i)),
);

/**
 * The family of a model's own one-step errors.
 * `residuals` units, oldest first, NaN left out · returns Shape, or undefined with too few errors or no spread
 * source Lee & Scholtes (2014), doi:10.1016/j.ijforecast.2013.10.004, empirical prediction intervals
 */
export function empiricalShape(residuals: Float64Array): Shape | undefined {
  const errors = residuals.filter((e) => !Number.isNaN(e)).slice(-MOST_ERRORS);
  const n = errors.length;
  if (n < LEAST_ERRORS) return undefined;
  let mean = 0;
  for (const e of errors) mean += e / n;
  let variance = 0;
  for (const e of errors) variance += (e - mean) ** 2 / n;
  // Rounding leaves a trace of spread in errors that are all the same.
  if (!(variance > 1e-20 * mean * mean)) return undefined;
  errors.sort();
  const sd = Math.sqrt(variance);
  const table = new Float64Array(TABLE_STEPS + 1);
  for (let i = 0; i <= TABLE_STEPS; i++) {
    const level = tableLevel(i);
    const place = Math.min(n - 1, Math.max(0, level * n - 0.5));
    const low = Math.floor(place);
    const high = Math.min(n - 1, low + 1);
    table[i] = (errors[low]! + (place - low) * (errors[high]! - errors[low]!) - mean) / sd;
  }
  return { kind: 'empirical', table };
}

/** Weights by value, and the mean and deviation that they give. */
interface WeightedValues {
  readonly weights: ArrayLike<number>;
  readonly mean: number;
  readonly sd: number;
  readonly whole: boolean;
}

/**
 * The family of weighted demands: its quantile is the smallest demand whose weight, with all below
 * it, reaches the level.
 * `values` units, ascending · `weights` ≥ 0 · returns Shape, or undefined without spread
 * source Hyndman & Fan (1996), doi:10.1080/00031305.1996.10473566, definition 1, weighted
 * checked against reference/npts.json, R spatstat weighted.quantile type 1, 1e-9
 */
export function weightedShape(values: ArrayLike<number>, of: WeightedValues): Shape | undefined {
  const { weights, mean, sd, whole } = of;
  if (!(sd > 1e-10 * Math.abs(mean))) return undefined;
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i]!;
  const table = new Float64Array(TABLE_STEPS + 1);
  let i = 0;
  let below = weights[0]!;
  for (let step = 0; step <= TABLE_STEPS; step++) {
    while (below < tableLevel(step) * total && i < values.length - 1) below += weights[++i]!;
    table[step] = (values[i]! - mean) / sd;
  }
  return { kind: 'empirical', table, whole };
}

/** Quantiles of one period, and the mean and deviation that they give. */
interface QuantileValues {
  /** Normal scores of their levels, ascending, at least two. */
  readonly scores: readonly number[];
  /** Units, ascending. */
  readonly values: ArrayLike<number>;
  readonly mean: number;
  readonly sd: number;
  readonly whole: boolean;
}

/**
 * The family that a few quantiles describe: straight lines between them over the normal score, and
 * the outermost lines carried on beyond.
 * `quantiles` with their scores · returns Shape
 */
export function externalShape(quantiles: QuantileValues): Shape {
  const { mean, sd, whole } = quantiles;
  const table = new Float64Array(TABLE_STEPS + 1);
  for (let step = 0; step <= TABLE_STEPS; step++)
    table[step] = (onScoreLines(TABLE_SCORES[step]!, quantiles) - mean) / sd;
  return { kind: 'empirical', table, whole };
}

/**
 * The family of a quantile function.
 * `quantile` units at a level in (0,1), never falling · `mean`, `sd` units, sd > 0 · returns Shape
 */
export function quantileShape(
  quantile: (level: number) => number,
  { mean, sd, whole }: { mean: number; sd: number; whole: boolean },
): Shape {
  const values = Float64Array.from({ length: TABLE_STEPS + 1 }, (_, i) => quantile(tableLevel(i)));
  return { kind: 'empirical', table: values.map((value) => (value - mean) / sd), whole };
}

/** One of the families that a mean is taken of. */
interface PartOfMean extends MeanAndDeviation {
  /** Normal or empirical. */
  readonly shape: Shape;
  readonly weight: number;
}

/**
 * The family whose quantiles are the weighted mean of those of others.
 * `parts` with weights that sum to 1 · `mean`, `sd` units of the outcome, sd > 0 · returns Shape, in
 * whole units where one of them is
 */
export function meanShape(parts: readonly PartOfMean[], { mean, sd }: MeanAndDeviation): Shape {
  const table = new Float64Array(TABLE_STEPS + 1);
  for (const part of parts) {
    const { shape, weight } = part;
    const scores = shape.kind === 'empirical' ? shape.table! : TABLE_SCORES;
    for (let step = 0; step <= TABLE_STEPS; step++)
      table[step]! += weight * (part.mean + part.sd * scores[step]!);
  }
  for (let step = 0; step <= TABLE_STEPS; step++) table[step] = (table[step]! - mean) / sd;
  const whole = parts.some(({ shape }) => shape.whole === true);
  return { kind: 'empirical', table, whole };
}

/** Probabilities of the table: from half a per cent to half a per cent below one. */
function tableLevel(i: number): number {
  return 0.005 + (0.99 * i) / TABLE_STEPS;
}

/** Standardised quantile of a sum of periods: the excess over the normal shrinks with their root. */
function empiricalScore(table: Float64Array, level: number, periods: number): number {
  const normal = normalQuantile(level);
  const place = ((level - 0.005) / 0.99) * TABLE_STEPS;
  let own: number;
  if (place <= 0) own = table[0]! * stretch(normal, TABLE_EDGE);
  else if (place >= TABLE_STEPS) own = table[TABLE_STEPS]! * stretch(normal, TABLE_EDGE);
  else {
    const low = Math.floor(place);
    own = table[low]! + (place - low) * (table[low + 1]! - table[low]!);
  }
  // For one period the normal would cancel but for its rounding, and equal quantiles would differ.
  return periods === 1 ? own : normal + (own - normal) / Math.sqrt(periods);
}

const TABLE_EDGE = normalQuantile(0.995);

/** Beyond the table its last error grows as a normal one would, never towards the centre. */
function stretch(score: number, edge: number): number {
  return Math.max(1, Math.abs(score) / edge);
}
