import { linearMoments, type Moments } from '../moments.ts';
import type { Shape } from '../shape.ts';

/**
 * The observed counts of a history.
 * `y` demand per period, units, NaN left out · returns whole units, oldest first, or undefined
 * without demand and where demand is not in whole units
 */
export function observedCounts(y: Float64Array): Float64Array | undefined {
  const counts = y.filter((value) => !Number.isNaN(value));
  const whole = counts.every((value) => Number.isInteger(value) && value >= 0);
  return whole && counts.some((value) => value > 0) ? counts : undefined;
}

interface AlikePeriods {
  readonly mean: number;
  readonly sigma: number;
  readonly shape: Shape;
  /** Share of a shock that each later period still has. */
  readonly echo: number;
}

/**
 * Moments of periods that are all alike: one mean, one deviation and one family.
 * `h` periods · returns Moments
 */
export function alikePeriods(h: number, { mean, sigma, shape, echo }: AlikePeriods): Moments {
  return {
    ...linearMoments({ mean: new Float64Array(h).fill(mean), sigma, echo: () => echo }),
    marginals: new Array(h).fill(shape),
  };
}
