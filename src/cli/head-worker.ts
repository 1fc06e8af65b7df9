import { parentPort } from 'node:worker_threads';
import { encodeTrees, fitHead, type HeadTask } from '../forecast/index.ts';

/** A model to fit on its way to a worker thread, and its number, by which models are put in order. */
export interface NumberedHead {
  readonly index: number;
  readonly task: HeadTask;
}

// A loss has functions, which do not cross to another thread: the model goes as text, to the last bit.
parentPort!.on('message', ({ index, task }: NumberedHead) => {
  parentPort!.postMessage({ index, text: encodeTrees(fitHead(task)) });
});
