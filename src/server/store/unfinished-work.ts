import type { Tx } from './database.ts';

/** Runs of all tenants that are queued or under way; in the housekeeping scope alone. */
export async function listUnfinishedRuns(tx: Tx): Promise<{ tenantId: string; runId: string }[]> {
  return tx
    .selectFrom('forecast_runs')
    .select(['tenant_id as tenantId', 'id as runId'])
    .where('state', 'in', ['queued', 'running'])
    .orderBy('created_at')
    .execute();
}

/** Imports of all tenants that wait for their job or were in it; in the housekeeping scope alone. */
export async function listUnfinishedImports(
  tx: Tx,
): Promise<{ tenantId: string; importId: string; state: 'checking' | 'committing' }[]> {
  return tx
    .selectFrom('imports')
    .select(['tenant_id as tenantId', 'id as importId', 'state'])
    .where('state', 'in', ['checking', 'committing'])
    .orderBy('created_at')
    .$narrowType<{ state: 'checking' | 'committing' }>()
    .execute();
}
