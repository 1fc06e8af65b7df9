import {
  cumulativeQuantiles,
  type ExternalForecast,
  type ForecastOutcome,
  forecast,
  readTrees,
  type SeriesForecast,
  sayTrees,
  silentTrees,
} from '../../forecast/index.ts';
import type { DemandSeries } from '../store/demand.ts';
import type { ForecastRecord } from '../store/forecasts.ts';
import type { RunOptions } from '../store/runs.ts';
import { engineOptions } from './engine-options.ts';
import { withKnownDays } from './known-days.ts';
import type { RunTrees } from './tree-forecasts.ts';
import { dated } from './tree-worker.ts';

/** Work for one thread: some series of one run. */
export interface ForecastTask {
  readonly series: readonly DemandSeries[];
  readonly horizonDays: number;
  readonly options: RunOptions;
  /** What a model outside of the engine said, series by series. */
  readonly external?: readonly ExternalForecast[] | undefined;
  /** Trees over all series of the run, or why there are none. */
  readonly trees?: RunTrees | null;
}

/** Forecasts a chunk on a worker thread; what goes wrong with one series is that one's outcome. */
export default function forecastChunk(task: ForecastTask): ForecastRecord[] {
  const trees = askTrees(task);
  return task.series.map((series, i) => {
    const external = [trees?.[i], task.external?.[i]].filter((one) => one !== undefined);
    return forecastSeries(series, { task, external });
  });
}

/** What trees say of the series of a task. */
function askTrees(task: ForecastTask): readonly ExternalForecast[] | undefined {
  const { trees, series } = task;
  if (!trees) return undefined;
  if ('unavailable' in trees) return series.map(() => silentTrees(trees.unavailable));
  const batch = series.map((one) => dated(one, trees.lastDay));
  const tried = { ...readTrees(trees), share: trees.share };
  return sayTrees(tried, batch, engineOptions(task)).external;
}

function forecastSeries(
  series: DemandSeries,
  { task, external }: { task: ForecastTask; external: readonly ExternalForecast[] },
): ForecastRecord {
  const { productId } = series;
  let outcome: ForecastOutcome;
  try {
    // One series a call: its numbers depend on nothing but itself and the seed.
    outcome = forecast([{ ...withKnownDays(series), external }], engineOptions(task))[0]!;
  } catch (error) {
    // A fault in one series must not cost the forecasts of all others; the run counts it as refused.
    return { ok: false, productId, code: 'engine_fault', details: { message: String(error) } };
  }
  if (!outcome.ok) return { ok: false, productId, code: outcome.code, details: outcome.details };
  return toRecord(productId, outcome, task.options.windowLevels);
}

function toRecord(
  productId: number,
  outcome: SeriesForecast,
  windowLevels: readonly number[],
): ForecastRecord {
  const horizon = outcome.mean.length;
  const quantiles = new Float64Array(outcome.levels.length * horizon);
  outcome.quantiles.forEach((row, level) => {
    quantiles.set(row, level * horizon);
  });
  const sums = cumulativeQuantiles(outcome.predictive, windowLevels);
  const windowQuantiles = new Float64Array(horizon * windowLevels.length);
  sums.quantiles.forEach((row, level) => {
    for (let w = 0; w < horizon; w++) windowQuantiles[w * windowLevels.length + level] = row[w]!;
  });
  return {
    ok: true,
    productId,
    method: outcome.method,
    reason: outcome.reason,
    reasonData: outcome.choice,
    demandClass: outcome.demandClass,
    scores: outcome.scores.map(finiteScore),
    mean: rounded(outcome.mean),
    quantiles: rounded(quantiles),
    windowMeans: rounded(sums.mean),
    windowQuantiles: rounded(windowQuantiles),
  };
}

/** JSON knows no NaN: a score that is not defined is null. */
function finiteScore(score: SeriesForecast['scores'][number]) {
  return Object.fromEntries(
    Object.entries(score).map(([name, value]) => [
      name,
      typeof value === 'number' && !Number.isFinite(value) ? null : value,
    ]),
  );
}

/** Quantities have four decimals: a fifth loses nothing, and halves what is stored. */
function rounded(values: Float64Array): Float64Array {
  return values.map((value) => Math.round(value * 1e5) / 1e5);
}
