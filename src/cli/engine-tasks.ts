import {
  type BacktestScore,
  backtest,
  type ForecastOptions,
  forecast,
  type MethodSummary,
  type Series,
  type SeriesRefusal,
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

/** How every method did on one series. */
export interface BacktestRow {
  readonly ok: true;
  readonly seriesId: string;
  readonly methods: readonly MethodSummary[];
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

/** One series at a time, so that rows can be put together whichever thread they come from. */
function backtestOne(
  series: Series,
  { options, windows, methods }: Extract<EngineTask, { kind: 'backtest' }>,
): BacktestRow | SeriesRefusal {
  const now = () => performance.now();
  const report = backtest([series], { ...options, windows, methods, now });
  // Options were checked before the file was read.
  if (!report.ok) throw new Error(`the engine refuses the options: ${report.code}`);
  const [outcome] = report.series;
  if (!outcome!.ok) return outcome as SeriesRefusal;
  return { ok: true, seriesId: series.id, methods: report.methods };
}
