import type { Evaluation, Origins } from './backtest-windows.ts';
import { type Moments, mixMoments } from './moments.ts';

/** A weighted mean of models, as it would have forecast at every origin. */
export interface Combination {
  readonly members: readonly { readonly evaluation: Evaluation; readonly weight: number }[];
  readonly moments: readonly Moments[];
}

/** With much evidence, a member whose error is this much above the best only adds its own faults. */
const WORST_RATIO = 1.15;
/** With little evidence, the ranking itself is in doubt, and more may stay. */
const WORST_RATIO_IN_DOUBT = 1.5;
const MOST_MEMBERS = 6;
/** With little evidence, a combination may measure this much worse than the best single model. */
const TOLERANCE_IN_DOUBT = 0.25;

/**
 * How little a backtest proves: 0 where the scored part is a sliver of the history, 1 where it is
 * as long as what was learned from.
 * `origins` of the backtest · `n` periods of the history · returns a share in [0,1]
 */
export function doubtOf(origins: Origins, n: number): number {
  return Math.min(1, n / origins.lengths[0]! - 1);
}

/**
 * How much worse a combination may measure than the best single model and still be taken: the
 * winner among many on little evidence is partly lucky, a mean is not.
 * `doubt` share in [0,1] · returns a factor ≥ 1 on RMSSE
 * source Claeskens et al. (2016), doi:10.1016/j.ijforecast.2015.12.005, on why means are hard to beat
 */
export function toleranceOf(doubt: number): number {
  return 1 + TOLERANCE_IN_DOUBT * doubt;
}

/**
 * Combines the models whose backtest error is close to the best, weighted by the inverse of their
 * mean squared error.
 * `ranked` evaluations with their RMSSE, best first · returns Combination, or undefined where only one is close
 * source Bates & Granger (1969), doi:10.1057/jors.1969.103, with correlations ignored
 */
export function combine(
  ranked: readonly { evaluation: Evaluation; rmsse: number }[],
  { origins, doubt }: { origins: Origins; doubt: number },
): Combination | undefined {
  const ratio = WORST_RATIO + (WORST_RATIO_IN_DOUBT - WORST_RATIO) * doubt;
  const bound = ranked[0]!.rmsse * ratio;
  const close = ranked.filter(({ rmsse }) => rmsse <= bound).slice(0, MOST_MEMBERS);
  if (close.length < 2 || !(ranked[0]!.rmsse > 0)) return undefined;
  const raw = close.map(({ rmsse }) => 1 / rmsse ** 2);
  const total = raw.reduce((sum, value) => sum + value, 0);
  const weights = raw.map((value) => value / total);
  return {
    members: close.map(({ evaluation }, i) => ({ evaluation, weight: weights[i]! })),
    moments: origins.lengths.map((_, o) =>
      mixMoments(
        close.map(({ evaluation }) => evaluation.moments[o]!),
        weights,
      ),
    ),
  };
}
