import { recomputeProposals } from '../actions/refresh-proposals.ts';
import { addDays } from '../store/calendar-day.ts';
import { listDemand } from '../store/demand.ts';
import { type ChunkOf, completeChunk, type ForecastRecord } from '../store/forecasts.ts';
import { withPromotions } from '../store/promotions.ts';
import { announceRun } from '../store/run-events.ts';
import {
  beginRun,
  type Chunk,
  endRun,
  findRun,
  listOpenChunks,
  type RunRow,
} from '../store/runs.ts';
import { engineOptions } from './engine-options.ts';
import { type ExternalForecaster, openExternalForecaster } from './external-forecasts.ts';
import type { ForecastTask } from './forecast-worker.ts';
import { actingFor, Interrupted, type JobContext } from './job-context.ts';
import { fitRunTrees, type RunTrees } from './tree-forecasts.ts';

interface RunKey {
  readonly tenantId: string;
  readonly runId: string;
}

/**
 * Carries a run to its end: forecasts the chunks that are not done yet, then proposes orders. May be
 * called again after a crash at any point; what is done stays done.
 */
export async function runForecast(context: JobContext, key: RunKey): Promise<void> {
  const run = await inTenant(context, key, async (tx) => {
    const begun = await beginRun(tx, key.runId, context.machineLearning?.());
    if (begun) await announceRun(tx, key);
    return begun ?? (await findRun(tx, key.runId));
  });
  if (run?.state !== 'running') return;
  const outcome = await forecastChunks(context, run);
  await inTenant(context, key, async (tx) => {
    const ended = await endRun(tx, { runId: key.runId, state: outcome });
    // One transaction: whoever sees the run completed also sees what it proposes.
    if (ended && outcome === 'completed') {
      await recomputeProposals(tx, actingFor(context, key.tenantId));
    }
    await announceRun(tx, key);
  });
  context.log.info({ ...key, outcome, attempts: run.attempts }, 'forecast run ended');
}

/** Gives a run up for good: its job has failed too often. */
export async function failRun(context: JobContext, key: RunKey, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  await inTenant(context, key, async (tx) => {
    await endRun(tx, { runId: key.runId, state: 'failed', error: { code: 'internal', message } });
    await announceRun(tx, key);
  });
}

/** Takes the open chunks one after the other on several lanes, until all are done or it must stop. */
async function forecastChunks(
  context: JobContext,
  run: RunRow,
): Promise<'completed' | 'cancelled'> {
  const key = { tenantId: run.tenant_id, runId: run.id };
  const chunks = await inTenant(context, key, (tx) => listOpenChunks(tx, run.id));
  if (chunks.length === 0) return 'completed';
  const trees = await fitRunTrees(context, run);
  const guest = await openExternalForecaster(context);
  let halted: 'cancelled' | Error | null = context.signal.aborted ? new Interrupted() : null;
  const lane = async () => {
    while (halted === null) {
      const chunk = chunks.shift();
      if (chunk === undefined) return;
      try {
        if (!(await forecastChunk(context, { run, chunk, guest, trees }))) halted = 'cancelled';
      } catch (error) {
        halted = context.signal.aborted ? new Interrupted() : (error as Error);
      }
    }
  };
  try {
    // One lane more than threads: while all compute, the next chunk is being read.
    await Promise.all(Array.from({ length: context.workers + 1 }, lane));
  } finally {
    await guest?.close();
  }
  // Assigned inside the lanes, which the compiler does not follow.
  const outcome = halted as 'cancelled' | Error | null;
  if (outcome instanceof Error) throw outcome;
  return outcome ?? 'completed';
}

/** One chunk from its sales to its stored forecasts; false when the run is to stop. */
async function forecastChunk(
  context: JobContext,
  work: {
    run: RunRow;
    chunk: Chunk;
    guest: ExternalForecaster | null;
    trees: RunTrees | null;
  },
): Promise<boolean> {
  const { run, chunk, guest, trees } = work;
  const { options, horizon_days: horizonDays } = run;
  const key = { tenantId: run.tenant_id, runId: run.id };
  const series = await inTenant(context, key, async (tx) => {
    const now = await findRun(tx, run.id);
    if (now?.state !== 'running' || now.cancel_requested) return null;
    const window = { from: addDays(run.as_of, 1 - options.historyDays), to: run.as_of };
    const { productIds } = chunk;
    const demand = await listDemand(tx, {
      ...window,
      productIds,
      missingDays: options.missingDays,
    });
    return withPromotions(tx, demand, { ...window, horizonDays });
  });
  if (series === null) return false;
  const external = await guest?.ask(series, engineOptions({ horizonDays, options }));
  const records = await context.threads.run<ForecastTask, ForecastRecord[]>(
    'forecast-worker',
    { series, horizonDays, options, external, trees },
    context.signal,
  );
  const target: ChunkOf = {
    ...key,
    chunkNo: chunk.chunkNo,
    origin: run.as_of,
    levels: options.levels,
    windowLevels: options.windowLevels,
  };
  return inTenant(context, key, async (tx) => {
    const written = await completeChunk(tx, target, records);
    await announceRun(tx, key);
    return written;
  });
}

function inTenant<T>(
  context: JobContext,
  key: RunKey,
  work: Parameters<typeof context.database.withTenant<T>>[1],
): Promise<T> {
  return context.database.withTenant(key.tenantId, work);
}
