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
  together,
} from './combine.ts';
import { modelNamed } from './external.ts';
import type { KnownAhead } from './known-ahead.ts';
import type { Model } from './model.ts';
import { averageMoments, type Moments } from './moments.ts';
import type { Pool } from './pool.ts';
import { type Scales, scoreRows } from './score.ts';
import type { BacktestScore } from './types.ts';

/** A candidate with what it said and how well. */
export interface Contender {
  readonly evaluation: Evaluation;
  readonly rows: readonly ScoredPeriod[];
  readonly score: BacktestScore;
  /** Weight beside the choice made without it, where it learned from many series. */
  readonly share?: number | undefined;
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
  /** Weight in it of what learned from many series. */
  readonly share: number;
}

interface Contest {
  readonly origins: Origins;
  readonly season: number;
  readonly known?: KnownAhead | undefined;
  readonly scales: Scales;
  /** Models whose agreement stands where the ranking is in doubt. */
  readonly pool: Pool;
  /** Forecasts from outside of the engine, in the guise of models. */
  readonly outside: readonly Model[];
}

/**
 * Backtests candidates on one series.
 * `names` of the catalogue · `y` demand per period, units · returns Contenders, best first;
 * candidates that cannot be fitted are left out
 */
export function contend(
  names: readonly string[],
  y: Float64Array,
  { origins, season, known, scales, outside }: Omit<Contest, 'pool'>,
): Contender[] {
  const contenders: Contender[] = [];
  for (const name of names) {
    const model = modelNamed(name, outside);
    const evaluation = model && evaluate(model, y, { origins, season, known });
    if (evaluation === undefined) continue;
    const rows = pairWithActuals(evaluation.moments, y, origins);
    const score = scoreRows(rows, { method: name, scales, windows: origins.lengths.length });
    if (!Number.isFinite(score.rmsse)) continue;
    contenders.push({ evaluation, rows, score, share: model?.share });
  }
  return contenders.sort((a, b) => a.score.rmsse - b.score.rmsse);
}

/** Has families of its own, so its mean may lose where its quantiles win. */
const OWN_FAMILIES = 'npts';
/** With twice the error of the choice, what learned from many series knows little of this one, whatever its weight. */
const MOST_WORSE = 2;

/**
 * What may be the forecast: the choice by error, the model with families of its own, what came
 * from outside and earned its time, and the mean of the choice and of what learned from many series.
 * `contenders` best first, at least one · `y` demand per period, units · returns Selections, that by error first
 */
export function finalists(
  contenders: readonly Contender[],
  y: Float64Array,
  contest: Contest,
): readonly Selection[] {
  const own = contenders.filter(({ share }) => share === undefined);
  if (own.length === 0) return contenders.map(alone);
  const chosen = select(own, y, contest);
  const names = [OWN_FAMILIES, ...contest.outside.map(({ name }) => name)];
  const others = own.filter(
    ({ evaluation: { model } }) => names.includes(model) && model !== chosen.method,
  );
  const bound = MOST_WORSE * chosen.score.rmsse;
  const learned = contenders.filter(({ share = 0, score }) => share > 0 && score.rmsse <= bound);
  const averages = learned.map((one) =>
    one.share === 1 ? alone(one) : averageOf(chosen, one, y, contest),
  );
  return [chosen, ...others.map(alone), ...averages];
}

function alone({ evaluation, rows, score, share }: Contender): Selection {
  const { model, moments } = evaluation;
  const mixing = { weigh: () => [1], mix: ([said]: readonly Moments[]) => said! };
  return {
    method: model,
    evaluations: [evaluation],
    ...mixing,
    moments,
    rows,
    score,
    share: share === undefined ? 0 : 1,
  };
}

/** A choice averaged with what learned from many series, quantile by quantile. */
function averageOf(
  chosen: Selection,
  { evaluation, share = 0 }: Contender,
  y: Float64Array,
  { origins, scales }: Contest,
): Selection {
  const evaluations = [...chosen.evaluations, evaluation];
  const weigh = (said: readonly Moments[], length: number) => [
    ...chosen.weigh(said.slice(0, -1), length).map((weight) => weight * (1 - share)),
    share,
  ];
  const mix = (said: readonly Moments[], length: number) =>
    averageMoments(chosen.mix(said.slice(0, -1), length), said.at(-1)!, share);
  return selected(together(evaluations, origins, { weigh, mix }), y, { origins, scales, share });
}

/** A combination with its score. */
function selected(
  mixed: Combination,
  y: Float64Array,
  { origins, scales, share }: Pick<Contest, 'origins' | 'scales'> & { share: number },
): Selection {
  const rows = pairWithActuals(mixed.moments, y, origins);
  const windows = origins.lengths.length;
  const score = scoreRows(rows, { method: 'combination', scales, windows });
  return { ...mixed, method: 'combination', rows, score, share };
}

/**
 * Chooses the combination of the candidates with the lowest backtest RMSSE, or the best of them where no
 * other comes near. That the best measured less than the combination is no reason to take it: among many it was
 * picked for that, and will do worse than there.
 * `contenders` best first, at least one · `y` demand per period, units · returns Selection
 */
export function select(
  contenders: readonly Contender[],
  y: Float64Array,
  { origins, scales, season, pool }: Contest,
): Selection {
  const great = isGreatDoubt(origins, y.length);
  const unsure = Math.max(doubtOf(origins, y.length), seasonDoubtOf(origins, y.length, season));
  const mixed: Combination | undefined = combine(
    contenders.map(({ evaluation, score }) => ({ evaluation, rmsse: score.rmsse })),
    { origins, great, unsure, pool },
  );
  if (mixed === undefined) return alone(contenders[0]!);
  return selected(mixed, y, { origins, scales, share: 0 });
}
