import type { DeployRecord } from '../../contract/delivery.ts';
import { listNewestDeploys, upsertDeploy } from '../store/deploys.ts';
import type { ActionContext } from './context.ts';

/** More is history that the journal on the host keeps. */
const SHOWN = 100;

/** Takes a delivery down, whether or not it was told before. */
export async function recordDeploy(
  { database, tenantId }: ActionContext,
  record: DeployRecord,
): Promise<DeployRecord> {
  await database.withTenant(tenantId, (tx) => upsertDeploy(tx, record));
  return record;
}

/** What was delivered here, newest first. */
export async function listDeploys({ database, tenantId }: ActionContext): Promise<DeployRecord[]> {
  return database.withTenant(tenantId, (tx) => listNewestDeploys(tx, SHOWN));
}
