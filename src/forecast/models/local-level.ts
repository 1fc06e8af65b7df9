import type { Fitted, Model } from '../model.ts';
import { makeFitted, residualSigma } from '../model.ts';
import { linearMoments } from '../moments.ts';
import { proportions } from '../numeric/weights.ts';

/** Variance of a period's drift over that of its noise, and how likely each is before demand is seen. */
const DRIFTS = [
  { ratio: 0, prior: 0.4 },
  { ratio: 0.001, prior: 0.25 },
  { ratio: 0.003, prior: 0.15 },
  { ratio: 0.01, prior: 0.1 },
  { ratio: 0.03, prior: 0.06 },
  { ratio: 0.1, prior: 0.03 },
  { ratio: 0.3, prior: 0.009 },
  { ratio: 1, prior: 0.001 },
] as const;

/**
 * A level that drifts, averaged over how fast it may: a history of few periods cannot tell whether its
 * level stood still or moved, so each speed counts by its likelihood. That is taken on roots
 * of demand, whose noise grows less with the level.
 * `y` demand per period, units, oldest first; over NaN the level drifts unseen
 * refuses too_short (no observation)
 * source Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter, 4.1; Hoeting et al. (1999), doi:10.1214/ss/1009212519, on averaging models
 * checked against reference/local-level.json, statsmodels UnobservedComponents, 1e-7
 */
export const localLevel: Model = {
  name: 'local-level',
  title: 'Local level, averaged over its drift',
  source: 'Harvey (1989), 4.1; Hoeting et al. (1999)',
  fit: (y) => fitLevel(y, weigh(y)),
};

/** Walks a history at one drift. */
function filter(y: Float64Array, ratio: number, visit?: (t: number, error: number) => void) {
  let level = Number.NaN;
  // Variance of the level that is left when a period has been seen, in units of the noise.
  let variance = 0;
  let gain = 1;
  let squares = 0;
  let logs = 0;
  let errors = 0;
  for (let t = 0; t < y.length; t++) {
    const value = y[t]!;
    if (!Number.isNaN(level)) variance += ratio;
    if (Number.isNaN(value)) continue;
    if (Number.isNaN(level)) {
      level = value;
      variance = 1;
      continue;
    }
    const error = value - level;
    visit?.(t, error);
    const spread = variance + 1;
    gain = variance / spread;
    level += gain * error;
    variance = gain;
    squares += error ** 2 / spread;
    logs += Math.log(spread);
    errors++;
  }
  return { level, gain, squares, logs, errors };
}

/** How much each drift counts; they sum to 1. */
function weigh(y: Float64Array): readonly number[] {
  const roots = y.map((value) => Math.sign(value) * Math.sqrt(Math.abs(value)));
  const likelihoods = DRIFTS.map(({ ratio, prior }) => {
    const { squares, logs, errors } = filter(roots, ratio);
    const fit = squares > 0 ? -0.5 * (errors * Math.log(squares) + logs) : 0;
    return Math.log(prior) + fit;
  });
  const most = Math.max(...likelihoods);
  return proportions(likelihoods.map((value) => Math.exp(value - most)));
}

function fitLevel(y: Float64Array, weights: readonly number[]): Fitted | undefined {
  const first = y.findIndex((value) => !Number.isNaN(value));
  if (first < 0) return undefined;
  const residuals = y.map((value, t) => (t > first && !Number.isNaN(value) ? 0 : Number.NaN));
  let level = 0;
  let gain = 0;
  DRIFTS.forEach(({ ratio }, d) => {
    const weight = weights[d]!;
    const walked = filter(y, ratio, (t, error) => {
      residuals[t]! += weight * error;
    });
    level += weight * walked.level;
    gain += weight * walked.gain;
  });
  const sigma = residualSigma(residuals);
  return makeFitted({
    model: 'local-level',
    form: 'Local level',
    parameters: { level, gain, held: weights[0]! },
    residuals,
    sigma,
    moments: (h) =>
      linearMoments({ mean: new Float64Array(h).fill(level), sigma, echo: () => gain }),
    update: (longer) => fitLevel(longer, weights)!,
  });
}
