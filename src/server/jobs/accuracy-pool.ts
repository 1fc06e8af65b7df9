import type { AccuracyPool } from '../actions/check-accuracy.ts';
import { openSeriesThreads } from './series-threads.ts';

/** Threads that score series for one accuracy check. */
export function openAccuracyPool(threads: number): AccuracyPool {
  return openSeriesThreads('accuracy-worker', threads);
}
