import { sql } from 'kysely';
import type { Tx } from './database.ts';

export interface SampledProduct {
  readonly productId: number;
  readonly sku: string;
}

export interface SampleOptions {
  readonly seed: number;
  readonly size: number;
  /** Newest day that is looked at. */
  readonly asOf: string;
  /** Shorter histories cannot be scored at several origins. */
  readonly leastDays: number;
}

/**
 * Active products that still sell and have history enough, as the seed shuffles them: by a hash of seed
 * and SKU, so that a product added since changes nothing for the others.
 */
export async function sampleProducts(tx: Tx, options: SampleOptions): Promise<SampledProduct[]> {
  const { seed, size, asOf, leastDays } = options;
  const { rows } = await sql<{ id: number; sku: string }>`
    select p.id, p.sku from products p
    cross join lateral (select min(d.date) as first, max(d.date) as last from demand_daily d
      where d.tenant_id = p.tenant_id and d.product_id = p.id and d.date <= ${asOf}::date) history
    where p.active and history.last - history.first + 1 >= ${leastDays}
      and ${asOf}::date - history.last < ${leastDays}
    order by md5(${String(seed)} || ' ' || p.sku) limit ${size}`.execute(tx);
  return rows.map(({ id, sku }) => ({ productId: Number(id), sku }));
}

/** These very products, in the order of their SKUs; one that is gone is left out. */
export async function findSampled(tx: Tx, skus: readonly string[]): Promise<SampledProduct[]> {
  const rows = await tx
    .selectFrom('products')
    .select(['id', 'sku'])
    .where('sku', 'in', [...skus])
    .execute();
  return rows.map(({ id, sku }) => ({ productId: Number(id), sku }));
}
