import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { AccuracyPool } from '../actions/check-accuracy.ts';

/** The compiled program has .js files, a checkout has .ts files; a thread is started from a path. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const WORKER = fileURLToPath(new URL(`./accuracy-worker.${EXTENSION}`, import.meta.url));

/** Threads that score series for one accuracy check. */
export function openAccuracyPool(threads: number): AccuracyPool {
  const pool = new Piscina({
    filename: WORKER,
    minThreads: threads,
    maxThreads: threads,
    // As for forecasts: a thread needs none of the server's environment.
    env: {},
    execArgv: [],
  });
  return {
    run: (task) => pool.run(task, { transferList: task.series.map(({ y }) => y.buffer) }),
    close: () => pool.destroy(),
  };
}
