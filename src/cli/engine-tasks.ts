import {
  type BacktestScore,
  type ForecastOptions,
  forecast,
  mase,
  meanPinball,
  rmsse,
  type Series,
  type SeriesRefusal,
  seasonOf,
  sql,
} from '../forecast/index.ts';
import { type PredictiveDemand, predictiveDemand } from '../planning/index.ts';

/** What a chunk of series is asked for; plain data, since it crosses to a worker thread. */
export type EngineTask =
  | { readonly kind: 'forecast'; readonly options: ForecastOptions }
  | {
      readonly kind: 'backtest';
      readonly options: ForecastOptions;
      readonly windows: number;
      readonly methods: readonly string[];
    }
  | { readonly kind: 'demand'; readonly options: ForecastOptions };

/** A forecast without its functions. */
export interface ForecastRow {
  readonly ok: true;
  readonly seriesId: string;
  readonly method: string;
  readonly reason: string;
  readonly demandClass: string;
  readonly scores: readonly BacktestScore[];
  readonly mean: Float64Array;
  readonly quantiles: readonly Float64Array[];
}

/** Scores of one method on one series, averaged over its windows; NaN where not defined. */
export interface MethodScore {
  readonly method: string;
  readonly mase: number;
  readonly rmsse: number;
  readonly sql: number;
  /** Sums for WQL, which pools all series. */
  readonly loss: number;
  readonly demand: number;
  readonly seconds: number;
}

export interface BacktestRow {
  readonly ok: true;
  readonly seriesId: string;
  readonly scores: readonly MethodScore[];
}

/** What planning needs of a forecast. */
export interface DemandRow {
  readonly ok: true;
  readonly seriesId: string;
  readonly method: string;
  readonly demand: PredictiveDemand;
}

export type TaskRow = ForecastRow | BacktestRow | DemandRow | SeriesRefusal;

/** Does a task on a chunk of series, one row per series, in order. */
export function runTask(task: EngineTask, series: readonly Series[]): TaskRow[] {
  if (task.kind === 'backtest') return series.map((one) => backtestOne(one, task));
  return forecast(series, task.options).map((outcome) => {
    if (!outcome.ok) return outcome;
    if (task.kind === 'demand') {
      const { ok, seriesId, method, predictive } = outcome;
      return { ok, seriesId, method, demand: predictiveDemand(predictive) };
    }
    const { ok, seriesId, method, reason, demandClass, scores, mean, quantiles } = outcome;
    return { ok, seriesId, method, reason, demandClass, scores, mean, quantiles };
  });
}

const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/** A first window that begins with fewer periods says nothing about a method. */
const LEAST_TRAINING = 4;

function backtestOne(
  series: Series,
  task: Extract<EngineTask, { kind: 'backtest' }>,
): BacktestRow | SeriesRefusal {
  const { horizon } = task.options;
  const y = Float64Array.from(series.y);
  const first = y.length - task.windows * horizon;
  if (first < LEAST_TRAINING) {
    const details = { periods: y.length, wanted: task.windows * horizon + LEAST_TRAINING };
    return { ok: false, code: 'too_short', seriesId: series.id, details };
  }
  const scores: MethodScore[] = [];
  for (const method of task.methods) {
    const score = scoreMethod({ id: series.id, y }, { ...task, method, first });
    if ('code' in score) return score;
    scores.push(score);
  }
  return { ok: true, seriesId: series.id, scores };
}

/** Forecasts from every origin with what was known there, and compares with what followed. */
function scoreMethod(
  { id, y }: { id: string; y: Float64Array },
  at: { options: ForecastOptions; windows: number; method: string; first: number },
): MethodScore | SeriesRefusal {
  const { horizon } = at.options;
  const season = at.options.season ?? seasonOf(at.options.frequency ?? 'D');
  const means = { mase: [] as number[], rmsse: [] as number[], sql: [] as number[] };
  let loss = 0;
  let demand = 0;
  const started = performance.now();
  for (let w = 0; w < at.windows; w++) {
    const known = at.first + w * horizon;
    const insample = y.subarray(0, known);
    const options = { ...at.options, method: at.method, levels: DECILES };
    const [outcome] = forecast([{ id, y: insample }], options);
    if (!outcome!.ok) return outcome as SeriesRefusal;
    const said = outcome as Extract<typeof outcome, { ok: true }>;
    const actual = y.subarray(known, known + horizon);
    const quantilewise = { actual, levels: DECILES, quantiles: said.quantiles };
    const observed = actual.filter((value) => !Number.isNaN(value));
    means.mase.push(mase({ actual, forecast: said.mean, insample, season }));
    means.rmsse.push(rmsse({ actual, forecast: said.mean, insample }));
    means.sql.push(sql({ ...quantilewise, insample, season }));
    if (observed.length > 0) loss += meanPinball(quantilewise) * observed.length;
    demand += observed.reduce((sum, value) => sum + value, 0);
  }
  return {
    method: at.method,
    mase: meanOfDefined(means.mase),
    rmsse: meanOfDefined(means.rmsse),
    sql: meanOfDefined(means.sql),
    loss,
    demand,
    seconds: (performance.now() - started) / 1000,
  };
}

/** Mean of the values that are defined; NaN without any. */
export function meanOfDefined(values: readonly number[]): number {
  const defined = values.filter((value) => Number.isFinite(value));
  return defined.reduce((sum, value) => sum + value, 0) / (defined.length || Number.NaN);
}
