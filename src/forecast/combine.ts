import type { Evaluation, Origins } from './backtest-windows.ts';
import { type Moments, mixMoments } from './moments.ts';

/** A weighted mean of models, as it would have forecast at every origin. */
export interface Combination {
  readonly members: readonly { readonly evaluation: Evaluation; readonly weight: number }[];
  readonly moments: readonly Moments[];
}

/** A member whose error is this much above the best only adds its own faults. */
const WORST_RATIO = 1.15;
const MOST_MEMBERS = 4;

/**
 * Combines the models whose backtest error is close to the best, weighted by the inverse of their
 * mean squared error.
 * `ranked` evaluations with their RMSSE, best first · returns Combination, or undefined where only one is close
 * source Bates & Granger (1969), doi:10.1057/jors.1969.103, with correlations ignored
 */
export function combine(
  ranked: readonly { evaluation: Evaluation; rmsse: number }[],
  origins: Origins,
): Combination | undefined {
  const bound = ranked[0]!.rmsse * WORST_RATIO;
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
