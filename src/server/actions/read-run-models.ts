import { Refusal } from '../../contract/errors.ts';
import type { RunModels } from '../../contract/runs.ts';
import { listRunModelSeries, listRunModels } from '../store/run-models.ts';
import { findRun } from '../store/runs.ts';
import type { ActionContext } from './context.ts';

/** Enough to see what kind of product it is good for. */
const MOST_SERIES = 20;

/** Which products the models of a run forecast, and what each gained over the statistical choice. */
export async function readRunModels(
  context: ActionContext,
  { id }: { id: string },
): Promise<RunModels> {
  return context.database.withTenant(context.tenantId, async (tx) => {
    if ((await findRun(tx, id)) === undefined) throw new Refusal('not_found', { run: id });
    const models = await listRunModels(tx, id);
    const series = await listRunModelSeries(tx, { runId: id, most: MOST_SERIES });
    return {
      models: models.map((row) => ({
        method: row.method,
        title: row.title,
        scored: row.scored,
        used: row.used,
        medianGain: row.median_gain,
        unavailable: row.unavailable,
        unavailableReason: row.unavailable_reason,
        bestSeries: series
          .filter(({ method }) => method === row.method)
          .map(({ sku, name, weight, gain }) => ({ sku, name, weight, gain })),
      })),
    };
  });
}
