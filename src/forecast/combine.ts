import type { Evaluation, Origins } from './backtest-windows.ts';
import { type Moments, mixMoments } from './moments.ts';
import { proportions } from './numeric/weights.ts';
import { mixPool, type Pool, weighPool } from './pool.ts';

/** A weighted mean of models, as it would have forecast at every origin. */
export interface Combination {
  readonly evaluations: readonly Evaluation[];
  /** Weights of the members, from what they say; they sum to one. */
  readonly weigh: Mixing['weigh'];
  readonly mix: Mixing['mix'];
  /** The pool that agreed on it, where it was not chosen for its errors. */
  readonly pool?: Pool;
  readonly moments: readonly Moments[];
}

/** How forecasts that were made from one origin, with `length` periods known, become one. */
export interface Mixing {
  weigh(said: readonly Moments[], length: number): readonly number[];
  mix(said: readonly Moments[], length: number): Moments;
}

/** With much evidence, a member whose error is this much above the best only adds its own faults. */
const WORST_RATIO = 1.15;
/** With little evidence, the ranking itself is in doubt, and more may stay. */
const WORST_RATIO_IN_DOUBT = 1.5;
const MOST_MEMBERS = 6;
/** Fewer models than this have no middle to agree on. */
export const LEAST_AGREEING = 3;
/** From here on a ranking says less of the models than of luck. */
export const GREAT_DOUBT = 0.25;
/** So few scored periods say next to nothing, however long the history before them. */
const LITTLE_SCORED = 13;
/** So many scored periods say something by themselves, however short the history before them. */
const MUCH_SCORED = 100;

/**
 * How little a backtest proves: 0 where the scored part is a sliver of the history, 1 where it is
 * as long as what was learned from.
 * `origins` of the backtest · `n` periods of the history · returns a share in [0,1]
 */
export function doubtOf(origins: Origins, n: number): number {
  return Math.min(1, n / origins.lengths[0]! - 1);
}

/**
 * How little the ranking of a backtest says of the seasons that it did not see: 0 where it scored two
 * or more of them, 1 where it scored no more than one.
 * `origins` of the backtest · `n`, `season` periods · returns a share in [0,1]
 */
export function seasonDoubtOf(origins: Origins, n: number, season: number): number {
  const scored = n - origins.lengths[0]!;
  return season > 1 ? Math.min(1, Math.max(0, (2 * season) / scored - 1)) : 0;
}

/**
 * Whether the ranking of a backtest is to be trusted less than the plain agreement of good models.
 * `origins` of the backtest · `n` periods of the history · returns true where it is
 */
export function isGreatDoubt(origins: Origins, n: number): boolean {
  const scored = n - origins.lengths[0]!;
  if (scored < LITTLE_SCORED) return true;
  return doubtOf(origins, n) > GREAT_DOUBT && scored < MUCH_SCORED;
}

/** How much a backtest proves. */
interface Doubts {
  readonly origins: Origins;
  /** Of isGreatDoubt. */
  readonly great: boolean;
  /** The larger one of doubtOf and seasonDoubtOf: their ranking is unsure. */
  readonly unsure: number;
  readonly pool: Pool;
}

/**
 * Combines models. With much evidence: those whose backtest error is close to the best, weighted by
 * the inverse of their mean squared error. With little: all of the pool, each
 * weighted by how near it comes to their median, so that one gone astray counts for little.
 * `ranked` evaluations with their RMSSE, best first · returns Combination, or undefined where only one is close
 * source Bates & Granger (1969), doi:10.1057/jors.1969.103, with correlations ignored; Claeskens et al. (2016), doi:10.1016/j.ijforecast.2015.12.005, on why means are hard to beat; Petropoulos & Svetunkov (2020), doi:10.1016/j.ijforecast.2019.01.006, on medians of four models
 */
export function combine(
  ranked: readonly { evaluation: Evaluation; rmsse: number }[],
  { origins, great, unsure, pool }: Doubts,
): Combination | undefined {
  const pooled = ranked.filter(({ evaluation }) => pool.names.has(evaluation.model));
  if (great && pooled.length >= LEAST_AGREEING) {
    return { ...together(pooled.map(evaluationOf), origins, mixingOf(pool, pooled)), pool };
  }
  const ratio = WORST_RATIO + (WORST_RATIO_IN_DOUBT - WORST_RATIO) * unsure;
  const bound = ranked[0]!.rmsse * ratio;
  const close = ranked.filter(({ rmsse }) => rmsse <= bound).slice(0, MOST_MEMBERS);
  const least = ranked[0]!.rmsse;
  if (close.length < 2 || !(least > 0)) return undefined;
  // Relative to the least: the square of an error may be beyond all numbers.
  const weights = proportions(close.map(({ rmsse }) => (least / rmsse) ** 2));
  const weigh = () => weights;
  const mix = (said: readonly Moments[]) => mixMoments(said, weights);
  return together(close.map(evaluationOf), origins, { weigh, mix });
}

const evaluationOf = ({ evaluation }: { evaluation: Evaluation }) => evaluation;

function mixingOf(
  pool: Pool,
  members: readonly { evaluation: Evaluation; rmsse: number }[],
): Mixing {
  const names = members.map(({ evaluation }) => evaluation.model);
  const errors = members.map(({ rmsse }) => rmsse);
  return {
    weigh: (moments, length) => weighPool(pool, { moments, names, length, errors }),
    mix: (moments, length) => mixPool(pool, { moments, names, length, errors }),
  };
}

/**
 * Members as they would have forecast together at every origin.
 * `evaluations` of the members · `origins` of the backtest · `mixing` of what they say · returns Combination
 */
export function together(
  evaluations: readonly Evaluation[],
  origins: Origins,
  mixing: Mixing,
): Combination {
  const moments = origins.lengths.map((length, o) =>
    mixing.mix(
      evaluations.map((one) => one.moments[o]!),
      length,
    ),
  );
  return { evaluations, ...mixing, moments };
}
