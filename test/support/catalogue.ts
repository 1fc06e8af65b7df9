import { sql } from 'kysely';
import type { Database } from '../../src/server/store/database.ts';

export interface CatalogueOptions {
  readonly tenantId: string;
  readonly products: number;
  readonly days: number;
  /** Newest day with sales. */
  readonly lastDay: string;
  readonly suppliers?: number;
}

/**
 * Fills a tenant with made-up products, suppliers, terms, stock and sales, the same every time: a
 * level and a weekly pattern per product, and noise from a hash of product and day.
 */
export async function insertCatalogue(
  database: Database,
  options: CatalogueOptions,
): Promise<void> {
  const { tenantId, products, days, lastDay, suppliers = 3 } = options;
  await database.withTenant(tenantId, async (tx) => {
    await sql`insert into suppliers (tenant_id, code, name, working_weekdays, currency)
      select ${tenantId}::uuid, 'S' || n, 'Supplier ' || n, '{1,2,3,4,5}', 'EUR'
      from generate_series(1, ${suppliers}::int) n`.execute(tx);
    await sql`insert into products (tenant_id, sku, name, service_level)
      select ${tenantId}::uuid, 'P' || lpad(n::text, 5, '0'), 'Product ' || n, 0.95
      from generate_series(1, ${products}::int) n`.execute(tx);
    await sql`insert into product_suppliers (tenant_id, product_id, supplier_id, lead_time_days,
        lead_time_sd_days, review_period_days, minimum_order_quantity, order_multiple, unit_cost, currency)
      select p.tenant_id, p.id, s.id, 5 + n % 9, n % 3, 7, 10, 5, 1.5 + n % 7, 'EUR'
      from (select *, substr(sku, 2)::int as n from products) p
      join suppliers s on s.tenant_id = p.tenant_id and s.code = 'S' || (1 + n % ${suppliers}::int)`.execute(
      tx,
    );
    await sql`insert into stock (tenant_id, product_id, on_hand, counted_on)
      select tenant_id, id, 20 + substr(sku, 2)::int % 60, ${lastDay}::date from products`.execute(
      tx,
    );
    await sql`insert into demand_daily (tenant_id, product_id, date, units)
      select p.tenant_id, p.id, ${lastDay}::date - d,
        floor((4 + n % 11) * (1 + 0.4 * sin(2 * pi() * (d % 7) / 7))
          * (hashint8(n * 100003 + d)::bigint & 1023) / 512.0)
      from (select *, substr(sku, 2)::int as n from products) p
      cross join generate_series(0, ${days}::int - 1) d`.execute(tx);
  });
}
