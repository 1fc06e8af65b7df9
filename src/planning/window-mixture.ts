/**
 * Demand over a window whose length is itself uncertain: a mixture over the possible lead times.
 */

import { curveOver, demandThrough, type ForecastDemand } from './forecast-demand.ts';
import type { WindowAtom } from './protection-window.ts';
import { curveAtMost, curveQuantile, curveShortage, type QuantileCurve } from './quantile-curve.ts';

/** One possible window with its demand. */
export interface MixturePart {
  readonly windowDays: number;
  readonly probability: number;
  readonly mean: number;
  readonly curve: QuantileCurve;
}

/** Relative width at which the search for a quantile stops. */
const CLOSE_ENOUGH = 1e-9;

/**
 * Demand over each possible window, windows of the same length taken together.
 *
 * `atoms` probabilities summing to 1 · returns parts, by length
 * source the distribution of demand over a random lead time is the mixture over its values; a
 * normal with added variances misjudges its tail: Eppen & Martin (1988), Management Science
 * 34(11), 1380–1390, doi:10.1287/mnsc.34.11.1380
 */
export function windowMixture(
  forecast: ForecastDemand,
  atoms: readonly WindowAtom[],
): MixturePart[] {
  const parts: MixturePart[] = [];
  for (let i = 0; i < atoms.length; i++) {
    const { windowDays } = atoms[i]!;
    let { probability } = atoms[i]!;
    while (i + 1 < atoms.length && atoms[i + 1]!.windowDays === windowDays)
      probability += atoms[++i]!.probability;
    const mean = demandThrough(forecast, windowDays);
    parts.push({ windowDays, probability, mean, curve: curveOver(forecast, windowDays) });
  }
  return parts;
}

/** Expected demand of the mixture, units. */
export function mixtureMean(parts: readonly MixturePart[]): number {
  let mean = 0;
  for (const part of parts) mean += part.probability * part.mean;
  return mean;
}

/** Probability that demand is at most `x`. */
export function mixtureAtMost(parts: readonly MixturePart[], x: number): number {
  let atMost = 0;
  for (const part of parts) atMost += part.probability * curveAtMost(part.curve, x);
  return atMost;
}

/** Expected demand beyond a stock of `x`, units. */
export function mixtureShortage(parts: readonly MixturePart[], x: number): number {
  let shortage = 0;
  for (const part of parts) shortage += part.probability * curveShortage(part.curve, x);
  return shortage;
}

/**
 * The smallest stock that demand stays within with the given probability.
 *
 * `goal.level` in (0,1), `goal.score` its normal score · returns units, ≥ 0, monotone in the level
 */
export function mixtureQuantile(
  parts: readonly MixturePart[],
  goal: { level: number; score: number },
): number {
  let [low, high] = [Infinity, 0];
  for (const { curve } of parts) {
    const quantile = curveQuantile(curve, goal.score);
    low = Math.min(low, quantile);
    high = Math.max(high, quantile);
  }
  if (parts.length === 1) return high;
  return smallestReaching(parts, { level: goal.level, low, high });
}

/**
 * The smallest stock whose expected shortage is at most `allowed`.
 *
 * Shortage is convex and falls by P(D > x) a unit, so Newton from 0 comes from the left and never
 * oversteps.
 *
 * `allowed` units, > 0 · returns units, ≥ 0
 */
export function mixtureStockForShortage(parts: readonly MixturePart[], allowed: number): number {
  let x = 0;
  for (let step = 0; step < 100; step++) {
    const excess = mixtureShortage(parts, x) - allowed;
    const chance = 1 - mixtureAtMost(parts, x);
    if (excess <= 0 || chance <= 0) break;
    x += excess / chance;
    if (excess / chance <= CLOSE_ENOUGH * x) break;
  }
  return x;
}

/**
 * Every part reaches the level at `high`, none before `low`: closes in from both sides, along the
 * chord while that pays, by halves where the distribution jumps.
 */
function smallestReaching(
  parts: readonly MixturePart[],
  search: { level: number; low: number; high: number },
): number {
  let { low, high } = search;
  let missing = mixtureAtMost(parts, low) - search.level;
  if (missing >= 0) return low;
  let surplus = mixtureAtMost(parts, high) - search.level;
  for (let step = 0; high - low > CLOSE_ENOUGH * Math.max(1, high); step++) {
    const chord = low + ((high - low) * missing) / (missing - surplus);
    const isChord = step % 3 !== 2 && chord > low && chord < high;
    const x = isChord ? chord : (low + high) / 2;
    const found = mixtureAtMost(parts, x) - search.level;
    if (found >= 0) {
      high = x;
      surplus = found;
      missing /= 2;
    } else {
      low = x;
      missing = found;
      surplus /= 2;
    }
  }
  return high;
}
