import { Refusal } from '../../contract/errors.ts';
import type { Run } from '../../contract/runs.ts';
import { recordAudit } from '../store/audit.ts';
import { announceRun } from '../store/run-events.ts';
import { endRun, findRun, requestCancel } from '../store/runs.ts';
import type { ActionContext } from './context.ts';
import { getRun } from './get-run.ts';

/** Cancels a run: at once while it waits, at its next checkpoint when it is under way. */
export async function cancelRun(context: ActionContext, { id }: { id: string }): Promise<Run> {
  await context.database.withTenant(context.tenantId, async (tx) => {
    const run = await findRun(tx, id);
    if (run === undefined) throw new Refusal('not_found', { run: id });
    if (!(await requestCancel(tx, id))) throw new Refusal('run_not_active', { state: run.state });
    if (run.state === 'queued') await endRun(tx, { runId: id, state: 'cancelled' });
    await recordAudit(tx, context, { action: 'run.cancel', subject: `run ${id}`, details: {} });
    await announceRun(tx, { tenantId: context.tenantId, runId: id });
  });
  return getRun(context, { id });
}
