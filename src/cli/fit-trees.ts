import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  encodeTrees,
  type FeatureImportance,
  featureImportance,
  fitHead,
  type HeadTask,
  type PanelSeries,
  planTrees,
  readTrees,
  type TreeOptions,
  tryTrees,
} from '../forecast/index.ts';
import type { TriedText } from './engine-tasks.ts';
import { openProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** What became of trees over all series: what they rest on, or why there are none. */
export type TreesTold =
  | { readonly importance: readonly FeatureImportance[] }
  | { readonly unavailable: string };

export interface TreeFit {
  /** For the threads that forecast; absent where trees are unavailable. */
  readonly trees?: TriedText;
  readonly told: TreesTold;
}

interface Asked {
  readonly workers: number | undefined;
  readonly terminal: Terminal;
}

/** Fits trees to all series together, and tries them. `options` of treeOptions. */
export async function fitTrees(
  series: readonly PanelSeries[],
  options: TreeOptions,
  asked: Asked,
): Promise<TreeFit> {
  const { ground, tasks, unavailable } = planTrees(series, options);
  if (unavailable !== undefined) return { told: { unavailable } };
  const heads = await fitAll(tasks, asked);
  const fitted = readTrees({ ground, heads });
  const share = tryTrees(fitted, series, options);
  const importance = featureImportance(fitted.heads[0]!);
  return { trees: { ground, heads, share }, told: { importance } };
}

/** Fits the models, as text, on threads; each is the same on any, so their number changes nothing. */
async function fitAll(tasks: readonly HeadTask[], { workers, terminal }: Asked): Promise<string[]> {
  const count = Math.min(workers ?? availableParallelism(), tasks.length);
  const file = new URL(`./head-worker${extname(import.meta.url)}`, import.meta.url);
  const threads = Array.from({ length: count < 2 ? 0 : count }, () => new Worker(file));
  const fits = threads.map((thread) => (task: HeadTask) => fitOn(thread, task));
  const stop = () => Promise.all(threads.map((thread) => thread.terminate()));
  const forget = terminal.onEnd(() => void stop());
  const progress = openProgress('Fitting trees', { total: tasks.length, terminal });
  const fitted: string[] = [];
  let next = 0;
  let done = 0;
  try {
    await Promise.all(
      (count < 2 ? [fitHere] : fits).map(async (fitOne) => {
        while (next < tasks.length) {
          const index = next++;
          fitted[index] = await fitOne(tasks[index]!);
          progress.advance(++done);
        }
      }),
    );
    return fitted;
  } finally {
    progress.clear();
    forget();
    await stop();
  }
}

async function fitHere(task: HeadTask): Promise<string> {
  // Ctrl-C and the progress bar get their turn.
  await new Promise((resolve) => setImmediate(resolve));
  return encodeTrees(fitHead(task));
}

function fitOn(thread: Worker, task: HeadTask): Promise<string> {
  return new Promise((resolve, reject) => {
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('a thread ended before its model was fitted')));
    thread.once('message', (text: string) => {
      thread.removeAllListeners('error');
      thread.removeAllListeners('exit');
      resolve(text);
    });
    thread.postMessage(task);
  });
}
