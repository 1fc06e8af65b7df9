import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PanelSeries } from '../forecast/index.ts';
import { type EngineTask, openTask, type TaskRow } from './engine-tasks.ts';

/** Below this many series a thread starts later than the work would be done. */
const WORTH_THREADS = 24;
const MOST_WORKERS = 16;
const CHUNK = 8;

interface Done {
  readonly index: number;
  readonly rows: TaskRow[];
}

/**
 * Runs a task over all series, in chunks on worker threads where there are many, and yields the
 * rows in the order of the series: neither the number of threads nor their pace changes the result.
 */
export async function* runOnAllCores(
  task: EngineTask,
  series: readonly PanelSeries[],
  options: { workers?: number | undefined },
): AsyncGenerator<TaskRow[]> {
  const chunks = inChunks(series);
  const few = series.length < WORTH_THREADS ? 1 : Math.min(availableParallelism(), MOST_WORKERS);
  const workers = Math.min(options.workers ?? few, chunks.length);
  if (workers > 1) return yield* onThreads(task, chunks, workers);
  const work = openTask(task);
  for (const chunk of chunks) {
    yield work(chunk);
    // Ctrl-C and the progress bar get their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function inChunks(series: readonly PanelSeries[]): PanelSeries[][] {
  const chunks: PanelSeries[][] = [];
  for (let at = 0; at < series.length; at += CHUNK)
    // A dated series carries functions; a worker takes plain data.
    chunks.push(
      series
        .slice(at, at + CHUNK)
        .map(({ id, y, covariates, external, start, price, category }) => {
          return { id, y, covariates, external, start, price, category };
        }),
    );
  return chunks;
}

async function* onThreads(
  task: EngineTask,
  chunks: readonly PanelSeries[][],
  workers: number,
): AsyncGenerator<TaskRow[]> {
  const file = new URL(`./engine-worker${extname(import.meta.url)}`, import.meta.url);
  const threads = Array.from({ length: workers }, () => new Worker(file, { workerData: task }));
  const results = collectResults(threads);
  let sent = 0;
  const send = (thread: Worker) => {
    if (sent >= chunks.length) return;
    thread.postMessage({ index: sent, series: chunks[sent] });
    sent++;
  };
  try {
    for (const thread of threads) {
      thread.on('message', () => send(thread));
      send(thread);
    }
    for (let index = 0; index < chunks.length; index++) yield await results(index);
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

/** Waits for the result of a chunk by its number, whichever thread brings it and whenever. */
function collectResults(threads: readonly Worker[]): (index: number) => Promise<TaskRow[]> {
  const arrived = new Map<number, TaskRow[]>();
  let failure: Error | undefined;
  let wake = () => {};
  const on = (work: () => void) => {
    work();
    wake();
  };
  for (const thread of threads) {
    thread.on('message', ({ index, rows }: Done) => on(() => arrived.set(index, rows)));
    thread.on('error', (error: Error) =>
      on(() => {
        failure = error;
      }),
    );
  }
  return async (index) => {
    while (!arrived.has(index)) {
      if (failure) throw failure;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const rows = arrived.get(index)!;
    arrived.delete(index);
    return rows;
  };
}
