import type { ForecastRecord } from '../store/forecasts.ts';
import type { ForecastTask } from './forecast-worker.ts';
import { openSeriesThreads, type SeriesThreads } from './series-threads.ts';

/** Threads that forecast. They live as long as one run: an idle server holds none. */
export type ForecastPool = SeriesThreads<ForecastTask, ForecastRecord[]>;

export function openForecastPool(workers: number): ForecastPool {
  return openSeriesThreads('forecast-worker', workers);
}
