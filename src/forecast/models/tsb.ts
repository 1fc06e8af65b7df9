import type { Fitted, Model } from '../model.ts';
import { makeFitted, residualSigma } from '../model.ts';
import { linearMoments } from '../moments.ts';

const ALPHAS = [0.02, 0.05, 0.1, 0.2, 0.3] as const;
/** Smoothing of the demand probability, searched together with that of the sizes. */
const BETAS = [0.01, 0.03, 0.1, 0.2] as const;

/** Both smoothing parameters, each in (0,1). */
interface Smoothing {
  readonly alpha: number;
  readonly beta: number;
}

/**
 * Teunter–Syntetos–Babai: the probability of a demand is smoothed in every period, so a series
 * that dies out fades. Both parameters come from a short grid by one-step squared error.
 * `y` demand per period, units, oldest first; NaN is skipped
 * refuses too_short (no demand)
 * source Teunter, Syntetos & Babai (2011), doi:10.1016/j.ejor.2011.05.018
 * checked against reference/models.json, statsforecast TSB at given parameters, 1e-8
 */
export const tsb: Model = {
  name: 'tsb',
  title: 'Teunter–Syntetos–Babai (TSB)',
  source: 'Teunter, Syntetos & Babai (2011)',
  fit: (y): Fitted | undefined => {
    let best: Smoothing | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const alpha of ALPHAS) {
      for (const beta of BETAS) {
        const error = smooth(y, { alpha, beta }).squares;
        if (error < least) {
          least = error;
          best = { alpha, beta };
        }
      }
    }
    return best === undefined ? undefined : fitTsb(y, best);
  },
};

/** States after the last period, and the sum of squared one-step errors. */
interface Smoothed {
  readonly size: number;
  readonly probability: number;
  readonly squares: number;
}

function smooth(y: Float64Array, { alpha, beta }: Smoothing, residuals?: Float64Array): Smoothed {
  let size = Number.NaN;
  let probability = Number.NaN;
  let squares = Number.NaN;
  for (let t = 0; t < y.length; t++) {
    const value = y[t]!;
    if (Number.isNaN(value)) continue;
    const e = value - size * probability;
    if (residuals !== undefined) residuals[t] = e;
    if (!Number.isNaN(e)) squares = (Number.isNaN(squares) ? 0 : squares) + e * e;
    const occurs = value === 0 ? 0 : 1;
    probability = Number.isNaN(probability) ? occurs : probability + beta * (occurs - probability);
    if (occurs === 1) size = Number.isNaN(size) ? value : size + alpha * (value - size);
  }
  if (Number.isNaN(squares) && !Number.isNaN(size)) squares = 0;
  return { size, probability, squares };
}

/**
 * TSB at given parameters.
 * `y` demand per period, units, oldest first, NaN skipped · `alpha` of sizes, `beta` of the probability
 * returns Fitted, or undefined without demand
 */
export function fitTsb(y: Float64Array, smoothing: Smoothing): Fitted | undefined {
  const residuals = new Float64Array(y.length).fill(Number.NaN);
  const { size, probability } = smooth(y, smoothing, residuals);
  if (Number.isNaN(size)) return undefined;
  const sigma = residualSigma(residuals);
  const rate = size * probability;
  return makeFitted({
    model: 'tsb',
    form: 'TSB',
    parameters: { ...smoothing, size, probability },
    residuals,
    sigma,
    moments: (h) =>
      linearMoments({ mean: new Float64Array(h).fill(rate), sigma, echo: () => smoothing.beta }),
    update: (longer) => fitTsb(longer, smoothing)!,
  });
}
