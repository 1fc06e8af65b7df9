import { sql } from 'kysely';
import { type Database, enterTenant, type Tx } from './database.ts';

/**
 * Every table with rows of a tenant, those first that refer to others. A test compares the list with
 * the database's own catalogue: a table made tomorrow cannot be forgotten.
 */
export const tenantTables = [
  'receipts',
  'order_proposals',
  'purchase_order_lines',
  'purchase_orders',
  'planning_refusals',
  'forecast_accuracy',
  'forecasts',
  'forecast_chunks',
  'forecast_runs',
  'import_errors',
  'imports',
  'demand_daily',
  'promotions',
  'stock_movements',
  'stock',
  'product_suppliers',
  'suppliers',
  'products',
  'audit_log',
  'sessions',
  'api_keys',
  'users',
] as const;

export interface ScratchTenantRow {
  readonly id: string;
  readonly expiresAt: Date;
}

/** The tenants that smoke tests have made and not removed, of all servers on this database. */
export async function listScratchTenants(
  database: Pick<Database, 'withHousekeeping'>,
): Promise<ScratchTenantRow[]> {
  return database.withHousekeeping(async (tx) => {
    await sql`select set_config('parstock.scope', 'scratch', true)`.execute(tx);
    const rows = await tx
      .selectFrom('tenants')
      .select(['id', 'scratch_expires_at as expiresAt'])
      .where('scratch_expires_at', 'is not', null)
      .orderBy('created_at')
      .execute();
    return rows.map(({ id, expiresAt }) => ({ id, expiresAt: expiresAt as Date }));
  });
}

/**
 * Deletes a scratch tenant with every row that it has, in the caller's transaction; false where there
 * is none by that id. A company's tenant is never one: nothing of it is touched.
 */
export async function deleteScratchTenant(tx: Tx, id: string): Promise<boolean> {
  await enterTenant(tx, id);
  const found = await tx
    .selectFrom('tenants')
    .select('id')
    .where('id', '=', id)
    .where('scratch_expires_at', 'is not', null)
    .forUpdate()
    .executeTakeFirst();
  if (!found) return false;
  for (const table of tenantTables)
    await sql`delete from ${sql.table(table)} where tenant_id = ${id}`.execute(tx);
  await tx.deleteFrom('tenants').where('id', '=', id).execute();
  return true;
}
