import { coverage, pinball } from './accuracy.ts';
import { planOrigins } from './backtest-windows.ts';
import { methods as catalogue } from './catalogue.ts';
import { type ExternalOrigin, externalOrigins } from './external-origins.ts';
import { forecastOne, type SeriesForecast } from './forecast.ts';
import {
  type ForecastOptions,
  type OptionRefusal,
  resolveOptions,
  type Settings,
} from './options.ts';
import { prepare, type SeriesRefusal } from './prepare.ts';
import { type Scales, seriesScales } from './score.ts';
import type { BacktestScore, Series } from './types.ts';

/** What a caller may ask of a backtest: `windows` counts the origins that are scored. */
export interface BacktestOptions extends Omit<ForecastOptions, 'method' | 'levels'> {
  /** `auto` and names of the catalogue; by default all of them. */
  readonly methods?: readonly string[];
  /** A clock in milliseconds, for the seconds per method; the engine has none of its own. */
  readonly now?: () => number;
}

/** One method over all series. */
export interface MethodSummary {
  readonly method: string;
  /** Means over the series that were scored. */
  readonly mase: number;
  readonly rmsse: number;
  readonly sql: number;
  readonly coverage80: number;
  /** 2 Σ pinball over Σ|actual|, over all series together. */
  readonly wql: number;
  /** Σ(forecast − actual) over Σ|actual|, over all series together. */
  readonly bias: number;
  /** Σ|actual| that wql and bias were divided by: parts of a batch are pooled by it. */
  readonly demand: number;
  /** Series that were scored. */
  readonly series: number;
  /** Time spent, where a clock was given. */
  readonly seconds?: number;
}

/** The scores of one series under every method. */
export interface SeriesBacktest {
  readonly ok: true;
  readonly seriesId: string;
  readonly scores: readonly BacktestScore[];
}

/** Result of a backtest, or why it could not be begun. */
export type BacktestReport =
  | {
      readonly ok: true;
      readonly methods: readonly MethodSummary[];
      readonly series: readonly (SeriesBacktest | SeriesRefusal)[];
    }
  | ({ readonly ok: false } & OptionRefusal);

/** Origins of the choice that is made at each origin. */
const INNER_WINDOWS = 3;
const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/**
 * Scores methods as they would have been used: at every origin the whole of `forecast`, its own
 * choice and calibration included, sees only what was known there.
 * `series` units per period · `options` horizon, windows, methods · returns BacktestReport
 * refuses options as forecast does; per series too_short where no origin leaves four periods
 * source Tashman (2000), doi:10.1016/S0169-2070(00)00065-0
 */
export function backtest(series: readonly Series[], options: BacktestOptions): BacktestReport {
  const names = options.methods ?? ['auto', ...catalogue.map(({ name }) => name)];
  for (const method of names.length > 0 ? names : ['auto']) {
    const resolved = resolveOptions({ ...options, levels: DECILES, method });
    if (!resolved.ok) return resolved;
  }
  const resolved = resolveOptions({ ...options, levels: DECILES, method: 'auto' });
  if (!resolved.ok) return resolved;
  const totals = names.map(newTotal);
  const results = series.map((one) =>
    scoreSeries(one, { totals, options, settings: resolved.settings }),
  );
  return {
    ok: true,
    methods: totals.map((total) => summarise(total, options.now)),
    series: results,
  };
}

/**
 * Where a forecaster outside of the engine has to be asked for a backtest: at every origin, and at
 * those of the choice that is made there.
 * `series`, `options` as for `backtest` · returns origins, ascending; none where it would be refused
 */
export function backtestOrigins(
  series: Series,
  options: Omit<BacktestOptions, 'methods'>,
): readonly ExternalOrigin[] {
  const resolved = resolveOptions({ ...options, method: 'auto' });
  if (!resolved.ok) return [];
  const y = Float64Array.from(series.y);
  const { lengths, horizon } = planOrigins(y.length, resolved.settings);
  const farthest = new Map<number, number>();
  for (const length of lengths) {
    const there = { ...options, horizon, windows: INNER_WINDOWS };
    farthest.set(length, horizon);
    for (const origin of externalOrigins({ id: series.id, y: y.subarray(0, length) }, there))
      farthest.set(origin.known, Math.max(origin.horizon, farthest.get(origin.known) ?? 0));
  }
  return [...farthest]
    .map(([known, ahead]) => ({ known, horizon: ahead }))
    .sort((a, b) => a.known - b.known);
}

/** Running sums of one method. */
interface Total {
  readonly method: string;
  readonly scores: BacktestScore[];
  loss: number;
  over: number;
  demand: number;
  milliseconds: number;
}

function newTotal(method: string): Total {
  return { method, scores: [], loss: 0, over: 0, demand: 0, milliseconds: 0 };
}

interface Run {
  readonly totals: readonly Total[];
  readonly options: BacktestOptions;
  readonly settings: Settings;
}

function scoreSeries(one: Series, run: Run): SeriesBacktest | SeriesRefusal {
  const ready = prepare(one, run.settings.season);
  if (!ready.ok) return ready;
  const y = Float64Array.from(one.y);
  if (one.unfinished) y[y.length - 1] = Number.NaN;
  const origins = planOrigins(y.length, run.settings);
  if (origins.lengths.length === 0) {
    const details = { periods: y.length, horizon: run.settings.horizon };
    return { ok: false, code: 'too_short', seriesId: one.id, details };
  }
  const now = run.options.now ?? (() => 0);
  const { id, covariates, price, external } = one;
  const scores = run.totals.map((total) => {
    const settings = {
      ...run.settings,
      method: total.method,
      windows: INNER_WINDOWS,
      horizon: origins.horizon,
    };
    const began = now();
    const windows: WindowScore[] = [];
    for (const length of origins.lengths) {
      // Covariates are known in advance: also those of the periods to forecast.
      const known = { id, y: y.subarray(0, length), covariates, price, external };
      const outcome = forecastOne(known, settings);
      if (!outcome.ok) continue;
      const scales = seriesScales(y.subarray(0, length), settings.season);
      windows.push(scoreWindow(outcome, y.subarray(length, length + origins.horizon), scales));
    }
    total.milliseconds += now() - began;
    return addUp(total, windows);
  });
  return { ok: true, seriesId: one.id, scores };
}

/** Sums over one origin, scaled where the measure is. */
interface WindowScore {
  readonly mase: number;
  readonly rmsse: number;
  readonly sql: number;
  readonly inside: number;
  readonly loss: number;
  readonly over: number;
  readonly demand: number;
}

function scoreWindow(
  { mean, quantiles }: SeriesForecast,
  actual: Float64Array,
  scales: Scales,
): WindowScore {
  let absolute = 0;
  let squares = 0;
  let over = 0;
  let demand = 0;
  let loss = 0;
  let count = 0;
  for (let k = 0; k < actual.length; k++) {
    const value = actual[k]!;
    if (Number.isNaN(value)) continue;
    count++;
    absolute += Math.abs(mean[k]! - value);
    squares += (mean[k]! - value) ** 2;
    over += mean[k]! - value;
    demand += Math.abs(value);
    for (let l = 0; l < DECILES.length; l++) {
      loss += pinball(DECILES[l]!, { actual: value, quantile: quantiles[l]![k]! });
    }
  }
  loss *= 2 / DECILES.length;
  return {
    mase: absolute / count / scales.absolute,
    rmsse: Math.sqrt(squares / count) / scales.squared,
    sql: loss / count / scales.absolute,
    inside: coverage({ actual, lower: quantiles[0]!, upper: quantiles[8]! }),
    loss,
    over,
    demand,
  };
}

function addUp(total: Total, windows: readonly WindowScore[]): BacktestScore {
  const over = sum(windows.map((window) => window.over));
  const demand = sum(windows.map((window) => window.demand));
  total.loss += sum(windows.map((window) => window.loss));
  total.over += over;
  total.demand += demand;
  const score = {
    method: total.method,
    mase: mean(windows.map((window) => window.mase)),
    rmsse: mean(windows.map((window) => window.rmsse)),
    sql: mean(windows.map((window) => window.sql)),
    bias: demand > 0 ? over / demand : Number.NaN,
    coverage80: mean(windows.map((window) => window.inside)),
    windows: windows.length,
  };
  if (Number.isFinite(score.mase)) total.scores.push(score);
  return score;
}

function summarise(total: Total, now: BacktestOptions['now']): MethodSummary {
  const { method, scores, loss, over, demand, milliseconds } = total;
  return {
    method,
    mase: mean(scores.map((score) => score.mase)),
    rmsse: mean(scores.map((score) => score.rmsse)),
    sql: mean(scores.map((score) => score.sql)),
    coverage80: mean(scores.map((score) => score.coverage80)),
    wql: demand > 0 ? loss / demand : Number.NaN,
    bias: demand > 0 ? over / demand : Number.NaN,
    demand,
    series: scores.length,
    ...(now === undefined ? {} : { seconds: milliseconds / 1000 }),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + (Number.isNaN(value) ? 0 : value), 0);
}

/** Mean of the defined values. */
function mean(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return defined.length === 0 ? Number.NaN : sum(defined) / defined.length;
}
