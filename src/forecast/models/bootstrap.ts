import type { Fitted, Model } from '../model.ts';
import { makeFitted } from '../model.ts';
import { linearMoments, type Moments } from '../moments.ts';
import { seededRandom } from '../numeric/random.ts';
import { quantileShape, type Shape } from '../shape.ts';

/** Sample paths that sums are read from. */
const DRAWS = 2000;
/** Fewer observations than this make no distribution. */
const LEAST_OBSERVED = 4;

/**
 * Bootstrap of lead-time demand: coming periods are drawn from the history with replacement, and sums
 * of them have the distribution of the sums drawn. The stream of draws is fixed, so the same history
 * gives the same numbers.
 * `y` demand per period, units, oldest first; NaN is left out
 * refuses too_short (fewer than 4 observations)
 * source Efron (1979), doi:10.1214/aos/1176344552; Willemain, Smart & Schwarz (2004), doi:10.1016/S0169-2070(03)00013-X, without their Markov chain
 * checked against reference/counts.json, exact convolution by numpy, 2 %
 */
export const bootstrap: Model = {
  name: 'bootstrap',
  title: 'Bootstrap of lead-time demand',
  source: 'Willemain, Smart & Schwarz (2004)',
  fit: (y) => fitBootstrap(y),
};

function fitBootstrap(y: Float64Array): Fitted | undefined {
  const seen = y.filter((value) => !Number.isNaN(value)).sort();
  if (seen.length < LEAST_OBSERVED) return undefined;
  const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
  const squares = seen.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const sigma = Math.sqrt(squares / seen.length);
  return makeFitted({
    model: 'bootstrap',
    form: 'Bootstrap',
    parameters: { observations: seen.length },
    residuals: y.map((value) => value - mean),
    sigma,
    moments: (h) => bootstrapMoments(seen, { mean, sigma, h }),
    update: (longer) => fitBootstrap(longer)!,
  });
}

function bootstrapMoments(
  seen: Float64Array,
  { mean, sigma, h }: { mean: number; sigma: number; h: number },
): Moments {
  const moments = linearMoments({ mean: new Float64Array(h).fill(mean), sigma, echo: () => 0 });
  if (!(sigma > 1e-10 * Math.abs(mean))) return moments;
  const whole = seen.every(Number.isInteger);
  const paths = new Float64Array(DRAWS);
  const random = seededRandom('bootstrap', seen.length);
  const sums: Shape[] = [];
  for (let w = 1; w <= h; w++) {
    for (let d = 0; d < DRAWS; d++) paths[d]! += seen[random.integer(seen.length)]!;
    const drawn = paths.slice().sort();
    const of = { mean: w * mean, sd: Math.sqrt(w) * sigma, whole };
    sums.push(quantileShape((level) => lowest(drawn, level), of));
  }
  const single = quantileShape((level) => lowest(seen, level), { mean, sd: sigma, whole });
  return { ...moments, marginals: new Array(h).fill(single), sums };
}

/** The smallest of ascending values that reaches a level. */
function lowest(ascending: Float64Array, level: number): number {
  const place = Math.ceil(level * ascending.length - 1e-9) - 1;
  return ascending[Math.max(0, Math.min(ascending.length - 1, place))]!;
}
