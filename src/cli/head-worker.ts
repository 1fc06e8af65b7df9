import { parentPort } from 'node:worker_threads';
import { encodeTrees, fitHead, type HeadTask } from '../forecast/index.ts';

// A loss has functions, which do not cross to another thread: the model goes as text, to the last bit.
parentPort!.on('message', (task: HeadTask) => {
  parentPort!.postMessage(encodeTrees(fitHead(task)));
});
