import { pickTried, planTrees, type TreePlan, type TreeText } from '../../forecast/index.ts';
import { addDays } from '../store/calendar-day.ts';
import { listDemand } from '../store/demand.ts';
import { withPromotions } from '../store/promotions.ts';
import { listRunProducts, type RunRow } from '../store/runs.ts';
import { engineOptions } from './engine-options.ts';
import { Interrupted, type JobContext } from './job-context.ts';
import { dated, type TreeSeries, type TreeTask } from './tree-worker.ts';

/** Trees fitted for a run: plain data, for the threads that forecast; or why there are none. */
export type RunTrees =
  | (TreeText & {
      readonly share: number;
      /** Instant of the last day of every series. */
      readonly lastDay: number;
    })
  | { readonly unavailable: string };

/** More products than this teach little more, and their demand would be held in memory all at once. */
const MOST_LEARNED = 1000;
const READ_AT_ONCE = 250;
/** So few are mostly too few, which is seen at once: they are not worth a thread. */
const FEW = 8;

/**
 * Fits trees to the products of a run, on all threads; null where the run asks for another method. A
 * resumed run fits the same ones: they depend on its products, its options and the sales.
 */
export async function fitRunTrees(context: JobContext, run: RunRow): Promise<RunTrees | null> {
  if (run.options.method !== 'auto') return null;
  const series = await readSample(context, run);
  if (series.length <= FEW) {
    const { unavailable } = planTrees(series, optionsOf(run));
    if (unavailable !== undefined) return { unavailable };
  }
  try {
    return await fitHeads(context, { series, run });
  } catch (error) {
    if (context.signal.aborted) throw new Interrupted();
    // The run has the engine; what is wrong with the trees is the administrator's to see.
    context.log.warn({ err: error, runId: run.id }, 'the run goes on without trees');
    return { unavailable: 'it failed, see the log of the server' };
  }
}

function optionsOf({ horizon_days: horizonDays, options }: RunRow) {
  return engineOptions({ horizonDays, options });
}

async function fitHeads(
  { threads, signal }: JobContext,
  { series, run }: { series: readonly TreeSeries[]; run: RunRow },
): Promise<RunTrees> {
  const ask = <Result>(task: TreeTask) =>
    threads.run<TreeTask, Result>('tree-worker', task, signal);
  const options = optionsOf(run);
  // The threads take the series over: those that trees are tried on are kept.
  const tried = pickTried(series).map((one) => ({ ...one, y: one.y.slice() }));
  const plan = await ask<TreePlan>({ series, options });
  if (plan.unavailable !== undefined) return { unavailable: plan.unavailable };
  const heads = await Promise.all(plan.tasks.map((head) => ask<string>({ series: [], head })));
  const { ground } = plan;
  const share = await ask<number>({ series: tried, options, fitted: { ground, heads } });
  return { ground, heads, share, lastDay: Date.parse(run.as_of) };
}

/** The demand of the run's products, or of every k-th where they are many. */
async function readSample(context: JobContext, run: RunRow): Promise<TreeSeries[]> {
  const { options } = run;
  const inTenant = context.database.withTenant.bind(null, run.tenant_id) as <T>(
    work: Parameters<typeof context.database.withTenant<T>>[1],
  ) => Promise<T>;
  const all = await inTenant((tx) => listRunProducts(tx, run.id));
  const step = Math.max(1, Math.ceil(all.length / MOST_LEARNED));
  const sample = all.filter((_, i) => i % step === 0);
  const series: TreeSeries[] = [];
  for (let at = 0; at < sample.length; at += READ_AT_ONCE) {
    context.signal.throwIfAborted();
    const productIds = sample.slice(at, at + READ_AT_ONCE);
    const window = { from: addDays(run.as_of, 1 - options.historyDays), to: run.as_of };
    const { missingDays } = options;
    const read = await inTenant(async (tx) => {
      const demand = await listDemand(tx, { ...window, productIds, missingDays });
      return withPromotions(tx, demand, { ...window, horizonDays: run.horizon_days });
    });
    series.push(...read.map((one) => dated(one, Date.parse(run.as_of))));
  }
  return series;
}
