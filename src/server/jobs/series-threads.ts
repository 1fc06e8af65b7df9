import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

/** What a thread is given: its series are handed over, not copied. */
interface SeriesTask {
  readonly series: readonly { readonly y: Float64Array }[];
}

type WorkerName = 'forecast-worker' | 'accuracy-worker' | 'tree-worker';

/** Threads of a process for all that it computes over series. */
export interface SeriesThreads {
  /** Has a chunk done by one of the workers beside this file; it rejects when the signal says so. */
  run<Task extends SeriesTask, Result>(
    worker: WorkerName,
    task: Task,
    signal: AbortSignal,
  ): Promise<Result>;
  /** Ends the threads, in the middle of a chunk if need be; that chunk rejects. */
  close(): Promise<void>;
}

/** Longer than any pause between two chunks of a run; after it an idle server holds no thread. */
const IDLE_MS = 60_000;

/** The compiled program has .js files, a checkout has .ts files; a thread is started from a path. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/**
 * Threads that are started when there is work for them and shared by everything the process does, so
 * that jobs side by side do not take more processors than they were given. Threads of each run's own
 * were started and ended by the dozen, and ending a thread is where Node.js is known to crash.
 * source nodejs/node issue 56312
 */
export function openSeriesThreads(most: number): SeriesThreads {
  const pool = new Piscina({
    minThreads: 0,
    maxThreads: most,
    idleTimeout: IDLE_MS,
    // Numbers are the same on any thread; a thread needs none of the server's environment.
    env: {},
    execArgv: [],
  });
  return {
    run: (worker, task, signal) =>
      pool.run(task, {
        filename: fileURLToPath(new URL(`./${worker}.${EXTENSION}`, import.meta.url)),
        transferList: task.series.map(({ y }) => y.buffer as ArrayBuffer),
        signal,
      }),
    close: () => pool.destroy(),
  };
}
