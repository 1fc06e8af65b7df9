import { findNewestCompletedRun } from '../store/runs.ts';
import type { ActionContext } from './context.ts';
import { getImport } from './get-import.ts';
import { recomputeProposals } from './refresh-proposals.ts';

/**
 * Proposals as they are after stock, terms or products have been imported. Sales change nothing here:
 * they make themselves felt through the next forecast run.
 */
export async function refreshAfterImport(context: ActionContext, importId: string): Promise<void> {
  const { kind, state } = await getImport(context, { id: importId });
  if (state !== 'committed' || kind === 'sales') return;
  await context.database.withTenant(context.tenantId, async (tx) => {
    if (await findNewestCompletedRun(tx)) await recomputeProposals(tx, context);
  });
}
