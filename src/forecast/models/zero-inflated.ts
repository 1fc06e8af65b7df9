import type { Fitted, Model } from '../model.ts';
import { makeFitted } from '../model.ts';
import { poissonQuantile } from '../numeric/counts.ts';
import { quantileShape } from '../shape.ts';
import { alikePeriods, observedCounts } from './count-history.ts';

const NEWTON_STEPS = 50;

/** Parameters of the model. */
interface Parameters {
  /** Probability of a period in which nothing could be demanded, in [0,1). */
  readonly idle: number;
  /** Mean of the other periods, units. */
  readonly rate: number;
}

/**
 * Counts that are zero in idle periods and Poisson in the others, which are zero by chance as well:
 * more zeros than a Poisson, and sizes that scatter like one. By maximum likelihood; without too many
 * zeros it is a Poisson.
 * `y` demand per period, whole units, oldest first; NaN is left out
 * refuses too_short (no demand), amounts that are not whole units
 * source Lambert (1992), doi:10.2307/1269547, without regressors
 * checked against reference/counts.json, scipy minimize of the same likelihood, 1e-5
 */
export const zeroInflated: Model = {
  name: 'zero-inflated',
  title: 'Zero-inflated Poisson counts',
  source: 'Lambert (1992)',
  fit: (y) => fitZeroInflated(y),
};

function fitZeroInflated(y: Float64Array): Fitted | undefined {
  const counts = observedCounts(y);
  return counts && applyZeroInflated(y, mostLikely(counts));
}

/** The mean of positive counts gives the rate: rate / (1 − e^−rate). What zeros are left are idle. */
function mostLikely(counts: Float64Array): Parameters {
  const positive = counts.filter((value) => value > 0);
  const size = positive.reduce((sum, value) => sum + value, 0) / positive.length;
  const share = positive.length / counts.length;
  let rate = size;
  for (let step = 0; step < NEWTON_STEPS && rate > 1e-9; step++) {
    const some = -Math.expm1(-rate);
    const slope = (some - rate * Math.exp(-rate)) / some ** 2;
    rate = Math.max(1e-9, rate - (rate / some - size) / slope);
  }
  const idle = 1 - share / -Math.expm1(-rate);
  // As few zeros as a Poisson has, or fewer: the plain Poisson is the most likely of them.
  return idle > 0 ? { idle, rate } : { idle: 0, rate: size * share };
}

function applyZeroInflated(y: Float64Array, { idle, rate }: Parameters): Fitted {
  const mean = (1 - idle) * rate;
  const sd = Math.sqrt(mean * (1 + idle * rate));
  const quantile = (level: number): number =>
    level <= idle ? 0 : poissonQuantile((level - idle) / (1 - idle), rate);
  const shape = quantileShape(quantile, { mean, sd, whole: true });
  return makeFitted({
    model: 'zero-inflated',
    form: 'Zero-inflated Poisson',
    parameters: { idle, rate },
    residuals: y.map((value) => value - mean),
    sigma: sd,
    moments: (h) => alikePeriods(h, { mean, sigma: sd, shape, echo: 0 }),
    update: (longer) => applyZeroInflated(longer, { idle, rate }),
  });
}
