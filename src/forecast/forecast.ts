import { type Assessment, mixResiduals, shapesFor, sharpest } from './assess.ts';
import { isStale, planOrigins } from './backtest-windows.ts';
import { barredFor, candidatesFor } from './candidates.ts';
import { doubtOf, isGreatDoubt, LEAST_AGREEING } from './combine.ts';
import { type Calibrated, calibrateLevel, UNCALIBRATED } from './conformal.ts';
import { type MomentPredictive, makePredictive } from './distribution.ts';
import { earning, explainExternal, guestsAt, modelNamed, reportExternal } from './external.ts';
import { describeEffects } from './known-effects-fit.ts';
import type { Fitted } from './model.ts';
import { linearMoments, type Moments, multiplyMoments, withoutMarginals } from './moments.ts';
import { type ForecastOptions, resolveOptions, type Settings } from './options.ts';
import { mixPool, type Pool, poolFor, repeats, weighPool } from './pool.ts';
import { type Prepared, prepare, type SeriesRefusal } from './prepare.ts';
import { type Choice, explain, explainEffects, explainShut } from './reason.ts';
import { seriesScales } from './score.ts';
import { adjustSeason } from './seasonal-adjustment.ts';
import { type Contender, contend, finalists, type Selection } from './select.ts';
import { empiricalShape, type Shape } from './shape.ts';
import type { BacktestScore, DemandClass, Series } from './types.ts';

/** A forecast of one series. */
export interface SeriesForecast {
  readonly ok: true;
  readonly seriesId: string;
  /** Name of the catalogue, or `combination`. */
  readonly method: string;
  /** Why this method, in one plain sentence. */
  readonly reason: string;
  /** Why this method, as data. */
  readonly choice: Choice;
  readonly demandClass: DemandClass;
  /** Backtest scores, best first; seasonal naive is always among them where a backtest was possible. */
  readonly scores: readonly BacktestScore[];
  /** Mean per period, units, ≥ 0. */
  readonly mean: Float64Array;
  readonly levels: readonly number[];
  /** One array per level, units, ≥ 0. */
  readonly quantiles: readonly Float64Array[];
  readonly predictive: MomentPredictive;
  /** What the intervals were scaled by, and from how many errors. */
  readonly calibration: Calibrated;
}

/** What became of one series. */
export type ForecastOutcome = SeriesForecast | SeriesRefusal;

/**
 * Forecasts every series of a batch; what goes wrong with one is its own outcome.
 * `series` units per period, oldest first, NaN where not observed · `options` horizon and the rest
 * returns one outcome per series, in order · refuses per series: bad options (all), empty_series,
 * no_observation, not_finite
 */
export function forecast(
  series: readonly Series[],
  options: ForecastOptions,
): readonly ForecastOutcome[] {
  const resolved = resolveOptions(options);
  return series.map((one) =>
    resolved.ok
      ? forecastOne(one, resolved.settings)
      : { ok: false, code: resolved.code, seriesId: one.id, details: resolved.details },
  );
}

/** What a method gives before it is made a distribution. */
interface Decision {
  readonly method: string;
  readonly choice: Choice;
  readonly scores: readonly BacktestScore[];
  readonly moments: Moments;
  readonly calibration: Calibrated;
  readonly shape: Shape;
}

/**
 * Forecasts one series with settings that were checked before.
 * `series` units per period, oldest first · returns ForecastOutcome
 */
export function forecastOne(series: Series, settings: Settings): ForecastOutcome {
  const ready = prepare(series, settings.season);
  if (!ready.ok) return ready;
  const { prepared } = ready;
  const decision = decide(prepared, settings);
  const { method, scores, calibration, shape } = decision;
  const shut = shutAhead(prepared, settings.horizon);
  const moments = shut.includes(1)
    ? multiplyMoments(decision.moments, (k) => 1 - shut[k]!)
    : decision.moments;
  const external = reportExternal(series.external, scores, decision.choice.members);
  const { y, known } = prepared;
  const effects = known && describeEffects(y, known, settings.season);
  const choice = {
    ...decision.choice,
    ...(external !== undefined && { external }),
    ...(effects !== undefined && { effects }),
  };
  const predictive = makePredictive({
    moments,
    shape,
    calibration,
    key: prepared.id,
    seed: settings.seed,
  });
  return {
    ok: true,
    seriesId: prepared.id,
    method,
    reason: [
      explain(choice, scores),
      ...explainExternal(choice),
      ...explainEffects(effects ?? []),
      ...explainShut(shut),
    ].join(' '),
    choice,
    demandClass: prepared.profile.demandClass,
    scores,
    mean: predictive.mean,
    levels: settings.levels,
    quantiles: settings.levels.map((level) => predictive.quantile(level)),
    predictive,
    calibration,
  };
}

/** Per period to come, 1 where it is known that nothing can be sold. */
function shutAhead({ y, closed }: Prepared, horizon: number): Uint8Array {
  return Uint8Array.from({ length: horizon }, (_, k) => closed?.[y.length + k] ?? 0);
}

function decide(prepared: Prepared, settings: Settings): Decision {
  const { y, profile, known } = prepared;
  const { season, horizon, windows } = settings;
  const origins = planOrigins(y.length, { horizon, season, windows });
  const auto = settings.method === 'auto';
  const none = origins.lengths.length === 0;
  const doubtful = none || isGreatDoubt(origins, y.length);
  const seen = { season, learned: origins.lengths[0] ?? y.length };
  const pool = poolFor(prepared, { ...seen, doubtful });
  const names = auto
    ? candidatesFor({
        profile,
        length: y.length,
        ...seen,
        informed: known !== undefined,
        repeating: repeats(y, season),
        doubtful,
        proportional: adjustSeason(y, season).kind === 'multiplicative',
        pool,
      })
    : [...new Set([settings.method, 'seasonal-naive'])];
  const rule = { pool, pooled: names.filter((name) => pool.names.has(name)), names };
  if (none) return byRule(rule, prepared, settings);
  const scales = seriesScales(y.subarray(0, origins.lengths[0]!), season);
  const { outside } = prepared;
  const contest = { origins, season, known, scales, outside, pool };
  const guests = auto ? guestsAt(outside, doubtOf(origins, y.length)) : [];
  const contenders = contend([...names, ...guests], y, contest);
  const barred = auto ? barredFor(profile) : [];
  const wanted = auto
    ? earning(contenders, outside).filter(({ evaluation }) => !barred.includes(evaluation.model))
    : contenders.filter(({ evaluation }) => evaluation.model === settings.method);
  // Origins too early for most models leave a choice among those that learn nothing; too early for all
  // that see a year, among those that do not.
  const scored = wanted.map(({ evaluation }) => evaluation.model);
  const learning = scored.filter((name) => pool.names.has(name)).length;
  const sees = (name: string) => pool.seeing?.has(name) ?? false;
  const blind = y.length >= season && rule.pooled.some(sees) && !scored.some(sees);
  const tooEarly = rule.pooled.length >= LEAST_AGREEING && (learning < LEAST_AGREEING || blind);
  if (wanted.length === 0 || (auto && doubtful && tooEarly))
    return byRule(rule, prepared, settings);
  const assessed = sharpest(finalists(wanted, y, contest), prepared, origins);
  return carryOn({ assessed, contenders, auto }, prepared, settings);
}

interface Chosen {
  readonly assessed: Assessment;
  readonly contenders: readonly Contender[];
  readonly auto: boolean;
}

/**
 * Carries the chosen models on to the end of the history: with the parameters that were scored, unless those
 * have grown too old.
 */
function carryOn(
  { assessed, contenders, auto }: Chosen,
  { y, known, outside }: Prepared,
  settings: Settings,
): Decision {
  const { selection, calibration, shape, own } = assessed;
  const carried = selection.evaluations.map((evaluation) => {
    const model = modelNamed(evaluation.model, outside)!;
    const stale = isStale(evaluation.fittedAt, y.length);
    const fitted = stale ? model.fit(y, { season: settings.season, known }) : undefined;
    return fitted ?? evaluation.fitted.update(y);
  });
  const said = carried.map((fitted) => fitted.moments(settings.horizon));
  const weights = selection.weigh(said, y.length);
  const mixed = selection.mix(said, y.length);
  const fits = carried.map((fitted, i) => ({ fitted, weight: weights[i]! }));
  const together = selection.method === 'combination' ? [selection.score] : [];
  return {
    method: selection.method,
    choice: {
      code: auto ? codeOf(selection, earning(contenders, outside)) : 'asked_for',
      members: fits.map(({ fitted, weight }) => describe(fitted, weight)),
      candidates: contenders.length,
      windows: selection.score.windows,
    },
    scores: [...together, ...contenders.map(({ score }) => score)],
    moments: own ? mixed : withoutMarginals(mixed),
    calibration,
    shape: shape.kind === 'empirical' ? (empiricalShape(mixResiduals(fits)) ?? shape) : shape,
  };
}

function codeOf(
  { method, score, share }: Selection,
  contenders: readonly Contender[],
): Choice['code'] {
  if (method === 'combination') return share > 0 ? 'shared' : 'combination';
  if (contenders.every((other) => other.score.rmsse >= score.rmsse)) return 'lowest_error';
  return share > 0 ? 'shared' : 'sharpest';
}

/** Candidates, and those of them that may agree. */
interface Rule {
  readonly pool: Pool;
  readonly names: readonly string[];
  readonly pooled: readonly string[];
}

/** Without a backtest: what models that learn agree on, or the first candidate that can be fitted. */
function byRule({ pool, names, pooled }: Rule, prepared: Prepared, settings: Settings): Decision {
  const { y, known } = prepared;
  const options = { season: settings.season, known };
  const fitOne = (name: string) => modelNamed(name, prepared.outside)?.fit(y, options);
  const asked = settings.method !== 'auto';
  const fits = asked ? [] : pooled.map(fitOne).filter((one) => one !== undefined);
  if (fits.length >= LEAST_AGREEING) {
    const said = {
      moments: fits.map((fitted) => fitted.moments(settings.horizon)),
      names: fits.map(({ model }) => model),
      length: y.length,
    };
    const weights = weighPool(pool, said);
    const members = fits.map((fitted, i) => describe(fitted, weights[i]!));
    const moments = mixPool(pool, said);
    const made = unproven('combination', { members, moments, prepared });
    return pool.level ? { ...made, calibration: calibrateLevel(y) } : made;
  }
  for (const name of [...names, 'historic-average']) {
    const fitted = fitOne(name);
    if (fitted === undefined) continue;
    const moments = widened(fitted.moments(settings.horizon), fitted, prepared);
    const made = unproven(name, { members: [describe(fitted, 1)], moments, prepared });
    if (!asked) return made;
    if (name === settings.method) return { ...made, choice: { ...made.choice, code: 'asked_for' } };
    const choice = { ...made.choice, code: 'fallback', instead: settings.method } as const;
    return { ...made, choice };
  }
  throw new Error(`no model fits a series with an observation: ${prepared.id}`);
}

/** What stands although no backtest could be made. */
function unproven(
  method: string,
  {
    members,
    moments,
    prepared,
  }: { members: Choice['members']; moments: Moments; prepared: Prepared },
): Decision {
  return {
    method,
    choice: { code: 'by_rule', members, candidates: 0, windows: 0 },
    scores: [],
    moments,
    calibration: UNCALIBRATED,
    shape: shapesFor(prepared)[0]!,
  };
}

/** Fewer observations than this show no spread that could be believed. */
const LEAST_OBSERVED = 4;

/** A history of a point or two shows no errors: its demand is then taken to scatter as a Poisson. */
function widened(moments: Moments, { sigma }: Fitted, { y }: Prepared): Moments {
  let observed = 0;
  for (const value of y) if (!Number.isNaN(value)) observed++;
  if (sigma > 0 || observed >= LEAST_OBSERVED) return moments;
  const { mean } = moments;
  const scale = mean.map((value) => Math.sqrt(Math.max(0, value)));
  return linearMoments({ mean, sigma: 1, echo: () => 0, scale });
}

function describe({ model, form, parameters }: Fitted, weight: number) {
  return { method: model, form, weight, parameters };
}
