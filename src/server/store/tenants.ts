import { Refusal } from '../../contract/errors.ts';
import type { Tx } from './database.ts';

export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly demoData: boolean;
  /** When a tenant for smoke tests ends; null for a company. */
  readonly scratchExpiresAt?: Date | null;
}

/** The tenant that this transaction is about. */
export async function getTenant(tx: Tx, tenantId: string): Promise<Tenant> {
  const row = await tx
    .selectFrom('tenants')
    .select([
      'id',
      'name',
      'currency',
      'demo_data as demoData',
      'scratch_expires_at as scratchExpiresAt',
    ])
    .where('id', '=', tenantId)
    .executeTakeFirst();
  if (!row) throw new Refusal('not_found', { tenant: tenantId });
  return row;
}

export async function insertTenant(tx: Tx, tenant: Tenant): Promise<void> {
  const { id, name, currency, demoData, scratchExpiresAt } = tenant;
  await tx
    .insertInto('tenants')
    .values({ id, name, currency, demo_data: demoData, scratch_expires_at: scratchExpiresAt })
    .execute();
}

/** Ids of all tenants; needs the housekeeping scope. */
export async function listTenantIds(tx: Tx): Promise<string[]> {
  const rows = await tx.selectFrom('tenants').select('id').orderBy('created_at').execute();
  return rows.map(({ id }) => id);
}
