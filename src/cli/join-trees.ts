import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  type BoostedTrees,
  decodeTrees,
  type FeatureImportance,
  featureImportance,
  fitHead,
  type HeadTask,
  type PanelSeries,
  planTrees,
  sayTrees,
  type TreeOptions,
  tryTrees,
} from '../forecast/index.ts';
import type { NumberedHead } from './head-worker.ts';
import { openProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** Few enough for a progress bar to move. */
const AT_ONCE = 250;

/** Series with what trees over all of them say of each, or why there are none. */
export interface Joined<S> {
  readonly series: readonly S[];
  readonly importance: readonly FeatureImportance[];
  readonly unavailable: string | undefined;
}

/**
 * Fits trees to all series together and has them join the candidates of each. Where they cannot be
 * fitted, the series are as they were.
 */
export async function joinTrees<S extends PanelSeries>(
  series: readonly S[],
  asked: { options: TreeOptions; workers: number | undefined; terminal: Terminal },
): Promise<Joined<S>> {
  const plan = planTrees(series, asked.options);
  if (plan.unavailable !== undefined)
    return { series, importance: [], unavailable: plan.unavailable };
  const heads = await fitAll(plan.tasks, asked);
  const fitted = { ground: plan.ground, heads };
  const lead = tryTrees(fitted, series, asked.options);
  const progress = openProgress('Asking trees', { total: series.length, terminal: asked.terminal });
  const joined: S[] = [];
  for (let at = 0; at < series.length; at += AT_ONCE) {
    const part = series.slice(at, at + AT_ONCE);
    const { external } = sayTrees({ ...fitted, lead }, part, asked.options);
    part.forEach((one, i) => {
      joined.push({ ...one, external: [...(one.external ?? []), external[i]!] });
    });
    progress.advance(joined.length);
    // Ctrl-C gets its turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  progress.clear();
  const importance = featureImportance(heads[0]!);
  return { series: joined, importance, unavailable: undefined };
}

/** Fits the models on threads; each is the same on any, so their number changes nothing. */
async function fitAll(
  tasks: readonly HeadTask[],
  { workers, terminal }: { workers: number | undefined; terminal: Terminal },
): Promise<BoostedTrees[]> {
  const count = Math.min(workers ?? availableParallelism(), tasks.length);
  if (count < 2) return tasks.map(fitHead);
  const file = new URL(`./head-worker${extname(import.meta.url)}`, import.meta.url);
  const threads = Array.from({ length: count }, () => new Worker(file));
  const stop = () => Promise.all(threads.map((thread) => thread.terminate()));
  const forget = terminal.onEnd(() => void stop());
  const queue = tasks.map((task, index): NumberedHead => ({ index, task }));
  const fitted: BoostedTrees[] = [];
  try {
    await Promise.all(
      threads.map(async (thread) => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift())
          fitted[next.index] = await fitOn(thread, next);
      }),
    );
    return fitted;
  } finally {
    forget();
    await stop();
  }
}

function fitOn(thread: Worker, head: NumberedHead): Promise<BoostedTrees> {
  return new Promise((resolve, reject) => {
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('a thread ended before its model was fitted')));
    thread.once('message', ({ text }: { text: string }) => {
      thread.removeAllListeners('error');
      thread.removeAllListeners('exit');
      const read = decodeTrees(text);
      if (read.ok) resolve(read.model);
      else reject(new Error(`a model came back unreadable at ${read.where}: ${read.found}`));
    });
    thread.postMessage(head);
  });
}
