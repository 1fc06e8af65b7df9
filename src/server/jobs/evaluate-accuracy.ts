import { evaluateRun, listRunsToEvaluate } from '../store/accuracy.ts';
import { findNewestSalesDate } from '../store/demand.ts';
import { announceRun } from '../store/run-events.ts';
import type { JobContext } from './job-context.ts';

/** Holds the forecasts of completed runs against the sales that have arrived since. */
export async function evaluateAccuracy(
  context: JobContext,
  { tenantId }: { tenantId: string },
): Promise<void> {
  const inTenant = context.database.withTenant.bind(null, tenantId) as <T>(
    work: Parameters<typeof context.database.withTenant<T>>[1],
  ) => Promise<T>;
  const runs = await inTenant(async (tx) => {
    const newest = await findNewestSalesDate(tx);
    return newest === null ? [] : listRunsToEvaluate(tx, newest);
  });
  for (const { runId } of runs)
    await inTenant(async (tx) => {
      const products = await evaluateRun(tx, { tenantId, runId });
      if (products > 0) await announceRun(tx, { tenantId, runId });
    });
}
