import { parentPort, workerData } from 'node:worker_threads';
import type { PanelSeries } from '../forecast/index.ts';
import { type EngineTask, openTask } from './engine-tasks.ts';

/** A chunk on its way to a worker thread, and its number, by which results are put in order. */
export interface EngineChunk {
  readonly index: number;
  readonly series: readonly PanelSeries[];
}

const work = openTask(workerData as EngineTask);
parentPort!.on('message', ({ index, series }: EngineChunk) => {
  parentPort!.postMessage({ index, rows: work(series) });
});
