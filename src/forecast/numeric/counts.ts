/** Distributions of counts: Poisson and negative binomial. */

import { incompleteBeta } from './beta.ts';
import { gammaQuantile, incompleteGamma } from './gamma.ts';
import { normalQuantile } from './normal.ts';

/**
 * Probability that a Poisson count is at most x.
 * `x` count, any real (floored) · `mean` units, ≥ 0 · returns probability in [0,1]
 * checked against reference/special-functions.json, scipy.stats.poisson.cdf, 1e-11 absolute
 */
export function poissonCdf(x: number, mean: number): number {
  if (x < 0) return 0;
  if (!(mean > 0)) return 1;
  return 1 - incompleteGamma(Math.floor(x) + 1, mean);
}

/**
 * Smallest integer x with Poisson cdf ≥ level.
 * `level` probability in (0,1) · `mean` units, ≥ 0 · returns whole units, ≥ 0
 * checked against reference/special-functions.json, scipy.stats.poisson.ppf, exact
 */
export function poissonQuantile(level: number, mean: number): number {
  if (!(mean > 0) || level <= 0) return 0;
  if (level >= 1) return Number.POSITIVE_INFINITY;
  if (mean < 200) return walk(level, Math.exp(-mean), (k) => mean / k);
  if (mean > LARGE_MEAN) return Math.ceil(gammaQuantile(level, { mean, sd: Math.sqrt(mean) }));
  return search(level, { mean, variance: mean, cdf: (x) => poissonCdf(x, mean) });
}

/** From here on a unit is below the precision that anyone needs: the gamma of the same moments stands in. */
const LARGE_MEAN = 1e7;

/** Mean and variance of a count. */
export interface CountMoments {
  readonly mean: number;
  /** Where it does not exceed the mean, the Poisson takes the place of the negative binomial. */
  readonly variance: number;
}

/**
 * Probability that a negative binomial count is at most x.
 * `x` count, any real (floored) · `mean`, `variance` units, units² · returns probability in [0,1]
 * checked against reference/special-functions.json, scipy.stats.nbinom.cdf, 1e-10 absolute
 */
export function negativeBinomialCdf(x: number, { mean, variance }: CountMoments): number {
  if (x < 0) return 0;
  if (!(mean > 0)) return 1;
  if (isPoisson(mean, variance)) return poissonCdf(x, mean);
  const size = (mean * mean) / (variance - mean);
  return incompleteBeta(mean / variance, { a: size, b: Math.floor(x) + 1 });
}

/**
 * Smallest integer x with negative binomial cdf ≥ level, from mean and variance.
 * `level` probability in (0,1) · `mean`, `variance` units, units² · returns whole units, ≥ 0
 * source method of moments: size = mean² / (variance − mean)
 * checked against reference/special-functions.json, scipy.stats.nbinom.ppf, exact
 */
export function negativeBinomialQuantile(level: number, moments: CountMoments): number {
  const { mean, variance } = moments;
  if (!(mean > 0) || level <= 0) return 0;
  if (level >= 1) return Number.POSITIVE_INFINITY;
  if (isPoisson(mean, variance)) return poissonQuantile(level, mean);
  if (mean > LARGE_MEAN) return Math.ceil(gammaQuantile(level, { mean, sd: Math.sqrt(variance) }));
  const size = (mean * mean) / (variance - mean);
  const failure = 1 - mean / variance;
  const atZero = Math.exp(size * Math.log(mean / variance));
  if (mean < 200 && atZero > 1e-280) {
    return walk(level, atZero, (k) => ((size + k - 1) / k) * failure);
  }
  return search(level, { mean, variance, cdf: (x) => negativeBinomialCdf(x, moments) });
}

/** Below this excess the size parameter is so large that the two distributions are one. */
function isPoisson(mean: number, variance: number): boolean {
  return variance <= mean * (1 + 1e-9);
}

/** Adds up the probabilities from zero: exact, and the fastest way for a small mean. */
function walk(level: number, atZero: number, ratio: (k: number) => number): number {
  // Levels such as .9 are not exact in binary: without the slack a cdf that equals the level but
  // for its last digit gives the next integer.
  const target = level - 1e-13;
  let probability = atZero;
  let sum = probability;
  let k = 0;
  while (sum < target && k < 1_000_000) {
    k++;
    probability *= ratio(k);
    sum += probability;
    if (probability < 1e-300 && k > 1000) break;
  }
  return k;
}

interface Searched extends CountMoments {
  readonly cdf: (x: number) => number;
}

/** Starts at the normal approximation, brackets, and halves. */
function search(level: number, { mean, variance, cdf }: Searched): number {
  const target = level - 1e-13;
  const sd = Math.sqrt(variance);
  let high = Math.max(0, Math.floor(mean + sd * normalQuantile(level)));
  let step = Math.max(1, Math.floor(sd / 4));
  while (cdf(high) < target) {
    high += step;
    step *= 2;
  }
  let low = high;
  step = Math.max(1, Math.floor(sd / 4));
  while (low >= 0 && cdf(low) >= target) {
    high = low;
    low -= step;
    step *= 2;
  }
  low = Math.max(low, -1);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    // Above 2⁵³ neighbouring integers cannot be told apart.
    if (middle === low || middle === high) break;
    if (cdf(middle) >= target) high = middle;
    else low = middle;
  }
  return high;
}
