import { Refusal } from '../../contract/errors.ts';
import type { Run } from '../../contract/runs.ts';
import { findRun } from '../store/runs.ts';
import type { ActionContext } from './context.ts';
import { describeRuns } from './describe-run.ts';

/** One run: how far it is, what it chose, and how it fared since. */
export async function getRun(context: ActionContext, { id }: { id: string }): Promise<Run> {
  return context.database.withTenant(context.tenantId, async (tx) => {
    const row = await findRun(tx, id);
    if (row === undefined) throw new Refusal('not_found', { run: id });
    return (await describeRuns(tx, [row]))[0]!;
  });
}
