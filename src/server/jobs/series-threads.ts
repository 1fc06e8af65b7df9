import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

/** What a thread is given: its series are handed over, not copied. */
interface SeriesTask {
  readonly series: readonly { readonly y: Float64Array }[];
}

export interface SeriesThreads<Task, Result> {
  run(task: Task): Promise<Result>;
  /** Ends the threads, in the middle of a chunk if need be; that chunk rejects. */
  close(): Promise<void>;
}

/** Longer than any pause between two chunks of a run. */
const IDLE_MS = 60_000;

/** The compiled program has .js files, a checkout has .ts files; a thread is started from a path. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/** Threads that run one of the workers beside this file, as many as are asked for. */
export function openSeriesThreads<Task extends SeriesTask, Result>(
  worker: 'forecast-worker' | 'accuracy-worker' | 'tree-worker',
  threads: number,
): SeriesThreads<Task, Result> {
  const pool = new Piscina({
    filename: fileURLToPath(new URL(`./${worker}.${EXTENSION}`, import.meta.url)),
    // A run of a few products needs one, and ends before another would have come up.
    minThreads: 1,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
    // Numbers are the same on any thread; a thread needs none of the server's environment.
    env: {},
    execArgv: [],
  });
  return {
    run: (task) =>
      pool.run(task, { transferList: task.series.map(({ y }) => y.buffer as ArrayBuffer) }),
    close: () => pool.destroy(),
  };
}
