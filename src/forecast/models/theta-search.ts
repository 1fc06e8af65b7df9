/** The search that the optimised and the dynamic Theta share. */

import { beginBfgs } from '../numeric/bfgs.ts';
import { byCentralDifferences } from '../numeric/differences.ts';
import { logistic, logit } from '../numeric/logistic.ts';

/** What the search looks for. */
export interface ThetaParameters {
  readonly alpha: number;
  /** 1 − 1/θ: 0 is plain smoothing, ½ the standard Theta, near 1 the full trend. */
  readonly pull: number;
  readonly level: number;
}

const LEAST_ALPHA = 0.005;
const MOST_ALPHA = 0.99;
const MARGIN = 0.001;
const TRIAL_STEPS = 8;
const MOST_STEPS = 100;

/**
 * Searches in logistic coordinates with central differences: three numbers need no more.
 * `x` units, no NaN · `squares` Σe² at given parameters · `starts` at least one · returns ThetaParameters
 */
export function searchTheta(
  x: Float64Array,
  squares: (parameters: ThetaParameters) => number,
  starts: readonly ThetaParameters[],
): ThetaParameters {
  const unit = spreadOf(x);
  const at = (v: Float64Array): ThetaParameters => ({
    alpha: LEAST_ALPHA + (MOST_ALPHA - LEAST_ALPHA) * logistic(v[0]!),
    pull: 0.999 * logistic(v[1]!),
    level: v[2]! * unit,
  });
  const value = (v: Float64Array): number =>
    x.length * Math.log(squares(at(v)) / unit ** 2 + 1e-18);
  const objective = byCentralDifferences(value);
  const place = ({ alpha, pull, level }: ThetaParameters): Float64Array =>
    Float64Array.from([
      logit((alpha - LEAST_ALPHA) / (MOST_ALPHA - LEAST_ALPHA), MARGIN),
      logit(pull / 0.999, MARGIN),
      level / unit,
    ]);
  const searches = starts.map((start) => beginBfgs(objective, place(start), { gain: 1e-3 }));
  for (const one of searches) one.advance(TRIAL_STEPS);
  const ahead = searches.reduce((best, one) => (one.value < best.value ? one : best));
  ahead.advance(MOST_STEPS);
  return at(ahead.x);
}

/** Root mean squared step from period to period; one for a constant. */
function spreadOf(x: Float64Array): number {
  let squares = 0;
  for (let t = 1; t < x.length; t++) squares += (x[t]! - x[t - 1]!) ** 2;
  return Math.sqrt(squares / x.length) || 1;
}
