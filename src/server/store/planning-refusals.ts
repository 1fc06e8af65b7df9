import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** A product that could not be planned. */
export interface PlanningRefusalRow {
  readonly productId: number;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * Forgets why products (some, or all) had no proposal, and notes those that cannot have one: active,
 * without a preferred supplier. Returns how many those are.
 */
export async function replaceRefusals(
  tx: Tx,
  { tenantId, productIds }: { tenantId: string; productIds?: readonly number[] },
): Promise<number> {
  const some = (column: string) =>
    productIds ? sql`and ${sql.ref(column)} = any(${productIds}::bigint[])` : sql``;
  await sql`delete from planning_refusals where true ${some('product_id')}`.execute(tx);
  const { numAffectedRows } = await sql`
    insert into planning_refusals (tenant_id, product_id, code)
    select ${tenantId}::uuid, p.id, 'no_terms' from products p
    where p.active ${some('p.id')} and not exists (select from product_suppliers t
      where t.tenant_id = p.tenant_id and t.product_id = p.id and t.preferred)`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}

export async function insertRefusals(
  tx: Tx,
  refusals: readonly PlanningRefusalRow[],
  tenantId: string,
): Promise<void> {
  if (refusals.length === 0) return;
  await tx
    .insertInto('planning_refusals')
    .values(
      refusals.map(({ productId, code, details }) => ({
        tenant_id: tenantId,
        product_id: productId,
        code,
        details: JSON.stringify(details),
      })),
    )
    .execute();
}

export interface RefusalSum {
  readonly code: string;
  readonly products: number;
  readonly skus: string[];
}

/** How many products have no proposal, by reason, with the first few of each. */
export async function sumRefusals(tx: Tx, named: number): Promise<RefusalSum[]> {
  const { rows } = await sql<RefusalSum>`
    select r.code, count(*)::int as products,
      (array_agg(p.sku order by p.sku))[1:${named}::int] as skus
    from planning_refusals r join products p on p.tenant_id = r.tenant_id and p.id = r.product_id
    group by r.code order by products desc, r.code`.execute(tx);
  return rows;
}
