/** What a row counts for: what a product sells in a day is the less a matter of chance, the more of it is sold. */

import { sampleQuantile } from '../numeric/sample-quantile.ts';
import type { Participant } from './panel.ts';

/** Fewer series than this tell no law. */
const LEAST_SERIES = 8;
/** Counts of independent customers have a variance in proportion to their mean, nothing has a lesser power. */
const LEAST_POWER = 1;
/** A variance below this share of the squared mean is a constant's, which sums do not tell from rounding. */
const ROUNDING = 1e-9;
/** Where noise grows as the level does, all rows tell the same. */
const RELATIVE = 2;
/**
 * Weights by noise alone learn best what a shop sells, equal ones what its products sell, which is how they are
 * scored: half way between.
 */
const TRUST = 0.5;

/**
 * Power of the scale of a row that it counts with. Over series the variance of demand grows as a power of its
 * mean (Taylor's law): about the first in counts, the second where everything is in proportion. Divided by the
 * scale, a target has that variance but for two powers of the scale.
 * `participants` series that are learned from · returns a power in [0, .5], the nearer to 0 the less clear the law
 * source Taylor (1961), doi:10.1038/189732a0
 */
export function weightPower(participants: readonly Participant[]): number {
  const logs = participants.flatMap((one) => {
    const { mean, variance } = momentsOf(one);
    return mean > 0 && variance > ROUNDING * mean * mean
      ? [[Math.log(mean), Math.log(variance)] as const]
      : [];
  });
  if (logs.length < LEAST_SERIES) return 0;
  const centre = [0, 1].map((i) => logs.reduce((sum, one) => sum + one[i]!, 0) / logs.length);
  let [meanSquare, varianceSquare, product] = [0, 0, 0];
  for (const [mean, variance] of logs) {
    const [x, y] = [mean - centre[0]!, variance - centre[1]!];
    meanSquare += x * x;
    varianceSquare += y * y;
    product += x * y;
  }
  if (!(meanSquare > 0 && varianceSquare > 0)) return 0;
  const power = Math.min(RELATIVE, Math.max(LEAST_POWER, product / meanSquare));
  const clarity = product ** 2 / (meanSquare * varianceSquare);
  return TRUST * clarity * (RELATIVE - power);
}

/** A row counts for up to so many times the usual one, or as little: no product, and no slip of a pen, is the shop. */
const LARGEST = 8;

/**
 * Weights of rows, 1 on average.
 * `scales` of the rows, units, > 0 · `power` of weightPower · returns one weight for each, or undefined where all count the same
 */
export function rowWeights(scales: ArrayLike<number>, power: number): Float64Array | undefined {
  if (power === 0) return undefined;
  const logs = Float64Array.from(scales, Math.log);
  const usual = sampleQuantile(logs.slice(), 0.5);
  const weights = logs.map((log) =>
    Math.min(LARGEST, Math.max(1 / LARGEST, Math.exp(power * (log - usual)))),
  );
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.map((weight) => weight / mean);
}

function momentsOf({ series: { y }, learnable }: Participant): { mean: number; variance: number } {
  let [sum, squares, count] = [0, 0, 0];
  for (let t = 0; t < learnable; t++) {
    if (Number.isNaN(y[t]!)) continue;
    sum += y[t]!;
    squares += y[t]! ** 2;
    count++;
  }
  const mean = sum / count;
  return { mean, variance: squares / count - mean * mean };
}
