import type { Fitted, Model } from '../model.ts';
import { makeFitted } from '../model.ts';
import { logGamma } from '../numeric/gamma.ts';
import { goldenSection } from '../numeric/golden-section.ts';
import { COUNT } from '../shape.ts';
import { alikePeriods, observedCounts } from './count-history.ts';

/** Smoothing of the level; 0 holds it for ever. */
const ALPHAS = [0, 0.02, 0.05, 0.1, 0.2, 0.3] as const;
/** Bounds of the logarithm of the size: from nearly all demand in few periods to a Poisson. */
const LOG_SIZES = [-5, 9] as const;
const STEPS = 40;
/** The level of a count never falls to what makes a demand impossible. */
const LEAST_SHARE = 1e-3;

/** Parameters of the model. */
interface Parameters {
  /** Smoothing of the level, in [0,1). */
  readonly alpha: number;
  /** Size r of the negative binomial: the variance is mean + mean² / r. */
  readonly size: number;
}

/**
 * Counts that are negative binomial about a level, which is smoothed exponentially from the mean of
 * the history on. Size and smoothing by maximum likelihood, the smoothing from a short grid.
 * `y` demand per period, whole units, oldest first; NaN is skipped
 * refuses too_short (no demand), amounts that are not whole units
 * source Snyder, Ord & Beaumont (2012), doi:10.1016/j.ijforecast.2011.03.009, undamped
 * checked against reference/counts.json, scipy nbinom and minimize_scalar, 1e-6
 */
export const negativeBinomial: Model = {
  name: 'negative-binomial',
  title: 'Negative binomial counts',
  source: 'Snyder, Ord & Beaumont (2012)',
  fit: (y) => fitNegativeBinomial(y),
};

function fitNegativeBinomial(y: Float64Array): Fitted | undefined {
  const counts = observedCounts(y);
  if (counts === undefined) return undefined;
  let best: Parameters | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const alpha of ALPHAS) {
    const levels = levelsOf(counts, alpha);
    const size = bestSize(counts, levels);
    const likelihood = logLikelihood(counts, { levels, size });
    if (likelihood <= most) continue;
    most = likelihood;
    best = { alpha, size };
  }
  return best && applyNegativeBinomial(y, best);
}

/** One level per count, and the one after the last. */
function levelsOf(counts: Float64Array, alpha: number): Float64Array {
  const levels = new Float64Array(counts.length + 1);
  const mean = counts.reduce((sum, value) => sum + value, 0) / counts.length;
  levels[0] = mean;
  counts.forEach((value, t) => {
    const next = levels[t]! + alpha * (value - levels[t]!);
    levels[t + 1] = Math.max(LEAST_SHARE * mean, next);
  });
  return levels;
}

/**
 * Log-likelihood of counts about given levels.
 * `counts` whole units · `levels` units, at least one per count · `size` > 0 · returns nats
 */
export function logLikelihood(
  counts: Float64Array,
  { levels, size }: { levels: Float64Array; size: number },
): number {
  const ofSize = logGamma(size);
  let sum = 0;
  for (let t = 0; t < counts.length; t++) {
    const value = counts[t]!;
    const level = levels[t]!;
    sum += logGamma(value + size) - ofSize - logGamma(value + 1);
    sum += size * Math.log(size / (size + level)) + value * Math.log(level / (size + level));
  }
  return sum;
}

/** Over the logarithm: the likelihood has one top. */
function bestSize(counts: Float64Array, levels: Float64Array): number {
  const [low, high] = LOG_SIZES;
  const unlikely = (log: number) => -logLikelihood(counts, { levels, size: Math.exp(log) });
  return Math.exp(goldenSection(unlikely, { low, high, steps: STEPS }));
}

function applyNegativeBinomial(y: Float64Array, { alpha, size }: Parameters): Fitted {
  const counts = y.filter((value) => !Number.isNaN(value));
  const levels = levelsOf(counts, alpha);
  const level = levels[counts.length]!;
  let seen = 0;
  const residuals = y.map((value) => (Number.isNaN(value) ? value : value - levels[seen++]!));
  const sigma = Math.sqrt(level + level ** 2 / size);
  return makeFitted({
    model: 'negative-binomial',
    form: 'Negative binomial',
    parameters: { alpha, size, level },
    residuals,
    sigma,
    moments: (h) => alikePeriods(h, { mean: level, sigma, shape: COUNT, echo: alpha }),
    update: (longer) => applyNegativeBinomial(longer, { alpha, size }),
  });
}
