import type { DeployRecord } from '../../contract/delivery.ts';
import type { Tx } from './database.ts';

/** Keeps a delivery; one that is told again replaces what was told before. */
export async function upsertDeploy(tx: Tx, record: DeployRecord): Promise<void> {
  const { id, destination, startedAt } = record;
  const values = { destination, started_at: startedAt, record: JSON.stringify(record) };
  await tx
    .insertInto('deploys')
    .values({ id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
}

/** Deliveries, newest first. */
export async function listNewestDeploys(tx: Tx, limit: number): Promise<DeployRecord[]> {
  const rows = await tx
    .selectFrom('deploys')
    .select('record')
    .orderBy('started_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ record }) => record as DeployRecord);
}
