import {
  type BacktestScore,
  backtest,
  backtestOrigins,
  type ForecastOptions,
  forecast,
  type MethodSummary,
  type PanelSeries,
  readTrees,
  type SeriesRefusal,
  sayTrees,
  type TreeOptions,
  type TreeText,
} from '../forecast/index.ts';
import { type PredictiveDemand, predictiveDemand } from '../planning/index.ts';

/** What series are asked for; plain data, since it crosses to worker threads. */
export type EngineTask =
  | {
      readonly kind: 'forecast';
      readonly options: ForecastOptions;
      readonly trees?: TriedText | undefined;
    }
  | {
      readonly kind: 'backtest';
      readonly options: ForecastOptions;
      readonly windows: number;
      readonly methods: readonly string[];
      readonly trees?: TriedText | undefined;
    }
  | { readonly kind: 'demand'; readonly options: ForecastOptions };

/** Trees that were fitted and tried, as plain data. */
export type TriedText = TreeText & {
  /** Weight beside what is chosen without them, of `tryTrees`. */
  readonly share: number;
};

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

/** Rows of a chunk of series: one per series, in order. */
export type ChunkWork = (series: readonly PanelSeries[]) => TaskRow[];

/**
 * Makes a task ready for chunks, once per thread. Trees are asked of a chunk just before it is
 * forecast: what they say of all series is never held at once, and never crosses threads.
 */
export function openTask(task: EngineTask): ChunkWork {
  if (task.kind === 'demand' || task.trees === undefined) return (series) => runTask(task, series);
  const fitted = { ...readTrees(task.trees), share: task.trees.share };
  const options = treeOptions(task);
  return (series) => {
    const { external } = sayTrees(fitted, series, options);
    const joined = series.map((one, i) => ({
      ...one,
      external: [...(one.external ?? []), external[i]!],
    }));
    return runTask(task, joined);
  };
}

/** What trees are fitted and asked with: they are asked wherever the task will look at them. */
export function treeOptions({
  options,
  windows,
}: {
  readonly options: ForecastOptions;
  /** Of a backtest. */
  readonly windows?: number;
}): TreeOptions {
  if (windows === undefined) return options;
  return { ...options, originsOf: (series) => backtestOrigins(series, { ...options, windows }) };
}

function runTask(task: EngineTask, series: readonly PanelSeries[]): TaskRow[] {
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
  series: PanelSeries,
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
