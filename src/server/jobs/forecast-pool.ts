import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { ForecastRecord } from '../store/forecasts.ts';
import type { ForecastTask } from './forecast-worker.ts';

/** Threads that forecast. They live as long as one run: an idle server holds none. */
export interface ForecastPool {
  /** Forecasts a chunk; takes over the memory of its series. */
  run(task: ForecastTask): Promise<ForecastRecord[]>;
  /** Ends the threads, in the middle of a chunk if need be; that chunk rejects. */
  close(): Promise<void>;
}

/** The compiled program has .js files, a checkout has .ts files; a thread is started from a path. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const WORKER = fileURLToPath(new URL(`./forecast-worker.${EXTENSION}`, import.meta.url));

export function openForecastPool(workers: number): ForecastPool {
  const pool = new Piscina({
    filename: WORKER,
    minThreads: workers,
    maxThreads: workers,
    // Numbers are the same on any thread; a thread needs none of the server's environment.
    env: {},
    execArgv: [],
  });
  return {
    run: (task) => pool.run(task, { transferList: task.series.map(({ y }) => y.buffer) }),
    close: () => pool.destroy(),
  };
}
