import {
  type Evaluation,
  evaluate,
  type Origins,
  pairWithActuals,
  type ScoredPeriod,
} from './backtest-windows.ts';
import { findModel } from './catalogue.ts';
import { type Combination, combine, doubtOf, toleranceOf } from './combine.ts';
import type { Moments } from './moments.ts';
import { type Scales, scoreRows } from './score.ts';
import type { BacktestScore } from './types.ts';

/** A candidate with what it said and how well. */
export interface Contender {
  readonly evaluation: Evaluation;
  readonly rows: readonly ScoredPeriod[];
  readonly score: BacktestScore;
}

/** The winner of a backtest: one model, or several with weights. */
export interface Selection {
  /** Name of the model, or `combination`. */
  readonly method: string;
  readonly members: readonly { readonly evaluation: Evaluation; readonly weight: number }[];
  readonly moments: readonly Moments[];
  readonly rows: readonly ScoredPeriod[];
  readonly score: BacktestScore;
}

interface Contest {
  readonly origins: Origins;
  readonly season: number;
  readonly scales: Scales;
}

/**
 * Backtests candidates on one series.
 * `names` of the catalogue · `y` demand per period, units · returns Contenders, best RMSSE first;
 * candidates that cannot be fitted are left out
 */
export function contend(
  names: readonly string[],
  y: Float64Array,
  { origins, season, scales }: Contest,
): Contender[] {
  const contenders: Contender[] = [];
  for (const name of names) {
    const evaluation = evaluate(findModel(name)!, y, { origins, season });
    if (evaluation === undefined) continue;
    const rows = pairWithActuals(evaluation.moments, y, origins);
    const score = scoreRows(rows, { method: name, scales, windows: origins.lengths.length });
    if (Number.isFinite(score.rmsse)) contenders.push({ evaluation, rows, score });
  }
  return contenders.sort((a, b) => a.score.rmsse - b.score.rmsse);
}

/**
 * Chooses the candidate with the lowest backtest RMSSE, or the combination of the best where that
 * measured no worse (little worse, where the backtest proves little).
 * `contenders` best first, at least one · `y` demand per period, units · returns Selection
 */
export function select(
  contenders: readonly Contender[],
  y: Float64Array,
  { origins, scales }: Contest,
): Selection {
  const best = contenders[0]!;
  const single: Selection = {
    method: best.evaluation.model,
    members: [{ evaluation: best.evaluation, weight: 1 }],
    moments: best.evaluation.moments,
    rows: best.rows,
    score: best.score,
  };
  const doubt = doubtOf(origins, y.length);
  const mixed: Combination | undefined = combine(
    contenders.map(({ evaluation, score }) => ({ evaluation, rmsse: score.rmsse })),
    { origins, doubt },
  );
  if (mixed === undefined) return single;
  const rows = pairWithActuals(mixed.moments, y, origins);
  const windows = origins.lengths.length;
  const score = scoreRows(rows, { method: 'combination', scales, windows });
  if (!(score.rmsse <= best.score.rmsse * toleranceOf(doubt))) return single;
  const { members, moments } = mixed;
  return { method: 'combination', members, moments, rows, score };
}
