import {
  type Evaluation,
  evaluate,
  type Origins,
  pairWithActuals,
  type ScoredPeriod,
} from './backtest-windows.ts';
import {
  type Combination,
  combine,
  doubtOf,
  isGreatDoubt,
  type Mixing,
  seasonDoubtOf,
  toleranceOf,
} from './combine.ts';
import { modelNamed } from './external.ts';
import type { Model } from './model.ts';
import type { Moments } from './moments.ts';
import type { Pool } from './pool.ts';
import { type Scales, scoreRows } from './score.ts';
import type { BacktestScore } from './types.ts';

/** A candidate with what it said and how well. */
export interface Contender {
  readonly evaluation: Evaluation;
  readonly rows: readonly ScoredPeriod[];
  readonly score: BacktestScore;
  /** Error that it is ranked by: RMSSE, less the lead that it has. */
  readonly rank: number;
}

/** The winner of a backtest: one model, or several with weights. */
export interface Selection {
  /** Name of the model, or `combination`. */
  readonly method: string;
  readonly evaluations: readonly Evaluation[];
  readonly weigh: Mixing['weigh'];
  readonly mix: Mixing['mix'];
  /** The pool that agreed on it, where it was not chosen for its errors. */
  readonly pool?: Pool;
  readonly moments: readonly Moments[];
  readonly rows: readonly ScoredPeriod[];
  readonly score: BacktestScore;
  /** Factor on its errors when it is compared. */
  readonly lead: number;
}

interface Contest {
  readonly origins: Origins;
  readonly season: number;
  readonly states?: Int32Array | undefined;
  readonly scales: Scales;
  /** Models whose agreement stands where the ranking is in doubt. */
  readonly pool: Pool;
  /** Forecasts from outside of the engine, in the guise of models. */
  readonly outside: readonly Model[];
}

/**
 * Backtests candidates on one series.
 * `names` of the catalogue · `y` demand per period, units · returns Contenders, best rank first;
 * candidates that cannot be fitted are left out
 */
export function contend(
  names: readonly string[],
  y: Float64Array,
  { origins, season, states, scales, outside }: Omit<Contest, 'pool'>,
): Contender[] {
  const contenders: Contender[] = [];
  for (const name of names) {
    const model = modelNamed(name, outside);
    const evaluation = model && evaluate(model, y, { origins, season, states });
    if (evaluation === undefined) continue;
    const rows = pairWithActuals(evaluation.moments, y, origins);
    const score = scoreRows(rows, { method: name, scales, windows: origins.lengths.length });
    if (!Number.isFinite(score.rmsse)) continue;
    contenders.push({ evaluation, rows, score, rank: score.rmsse * (model?.lead ?? 1) });
  }
  return contenders.sort((a, b) => a.rank - b.rank);
}

/** Has families of its own, so its mean may lose where its quantiles win. */
const OWN_FAMILIES = 'npts';

/**
 * What may be the forecast: the choice by error, the model with families of its own, and what came
 * from outside and earned its time.
 * `contenders` best first, at least one · `y` demand per period, units · returns Selections, that by error first
 */
export function finalists(
  contenders: readonly Contender[],
  y: Float64Array,
  contest: Contest,
): readonly Selection[] {
  const chosen = select(contenders, y, contest);
  const names = [OWN_FAMILIES, ...contest.outside.map(({ name }) => name)];
  const others = contenders.filter(
    ({ evaluation: { model } }) => names.includes(model) && model !== chosen.method,
  );
  return [chosen, ...others.map(alone)];
}

function alone({ evaluation, rows, score, rank }: Contender): Selection {
  const { model, moments } = evaluation;
  const mixing = { weigh: () => [1], mix: ([said]: readonly Moments[]) => said! };
  const lead = score.rmsse > 0 ? rank / score.rmsse : 1;
  return {
    method: model,
    evaluations: [evaluation],
    ...mixing,
    moments,
    rows,
    score,
    lead,
  };
}

/**
 * Chooses the candidate with the lowest backtest RMSSE, or the combination of the best where that
 * measured no worse (little worse, where the backtest proves little).
 * `contenders` best first, at least one · `y` demand per period, units · returns Selection
 */
function select(
  contenders: readonly Contender[],
  y: Float64Array,
  { origins, scales, season, pool }: Contest,
): Selection {
  const best = contenders[0]!;
  const single = alone(best);
  const great = isGreatDoubt(origins, y.length);
  const unsure = Math.max(doubtOf(origins, y.length), seasonDoubtOf(origins, y.length, season));
  const mixed: Combination | undefined = combine(
    contenders.map(({ evaluation, rank }) => ({ evaluation, rmsse: rank })),
    { origins, great, unsure, pool },
  );
  if (mixed === undefined) return single;
  const rows = pairWithActuals(mixed.moments, y, origins);
  const windows = origins.lengths.length;
  const score = scoreRows(rows, { method: 'combination', scales, windows });
  const worse = !(score.rmsse <= best.rank * toleranceOf(unsure));
  if (worse && !great) return single;
  return { ...mixed, method: 'combination', rows, score, lead: 1 };
}
