import { parentPort, workerData } from 'node:worker_threads';
import type { Series } from '../forecast/types.ts';
import { type EngineTask, runTask } from './engine-tasks.ts';

/** A chunk on its way to a worker thread, and its number, by which results are put in order. */
export interface EngineChunk {
  readonly index: number;
  readonly series: readonly Series[];
}

const task = workerData as EngineTask;
parentPort!.on('message', ({ index, series }: EngineChunk) => {
  parentPort!.postMessage({ index, rows: runTask(task, series) });
});
