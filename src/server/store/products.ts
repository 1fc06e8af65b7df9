import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** A product in the list, with what the newest run and the open proposal say of it. */
export interface ProductListRow {
  readonly sku: string;
  readonly name: string;
  readonly category: string | null;
  readonly brand: string | null;
  readonly unit: string;
  readonly active: boolean;
  readonly supplier_code: string | null;
  readonly on_hand: number | null;
  readonly method: string | null;
  readonly demand_class: string | null;
  readonly days_of_cover: number | null;
  readonly quantity: number | null;
  readonly urgency: string | null;
}

export interface ProductListPage {
  readonly query?: string;
  /** SKU of the last row of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/** Products by SKU; `query` is a part of SKU or name, whatever its case. */
export async function listProductRows(tx: Tx, page: ProductListPage): Promise<ProductListRow[]> {
  const part = page.query ? `%${page.query.replace(/[\\%_]/g, '\\$&')}%` : null;
  const matching = part ? sql`and (p.sku ilike ${part} or p.name ilike ${part})` : sql``;
  const following = page.after === undefined ? sql`` : sql`and p.sku > ${page.after}`;
  const { rows } = await sql<ProductListRow>`
    select p.sku, p.name, p.category, p.brand, p.unit, p.active, s.code as supplier_code, k.on_hand,
      f.method, f.demand_class, o.days_of_cover, o.quantity, o.urgency
    from products p
    left join product_suppliers t on t.tenant_id = p.tenant_id and t.product_id = p.id and t.preferred
    left join suppliers s on s.tenant_id = p.tenant_id and s.id = t.supplier_id
    left join stock k on k.tenant_id = p.tenant_id and k.product_id = p.id
    left join forecasts f on f.tenant_id = p.tenant_id and f.product_id = p.id
      and f.run_id = (select id from forecast_runs where state = 'completed'
        order by finished_at desc limit 1)
    left join order_proposals o on o.tenant_id = p.tenant_id and o.product_id = p.id
      and o.state = 'open'
    where true ${matching} ${following}
    order by p.sku limit ${page.limit}`.execute(tx);
  return rows;
}

/** A product with its stock and open proposal. Money is text: exact. */
export interface ProductRow {
  readonly id: number;
  readonly sku: string;
  readonly name: string;
  readonly category: string | null;
  readonly brand: string | null;
  readonly unit: string;
  readonly unit_decimals: number;
  readonly unit_cost: string | null;
  readonly unit_price: string | null;
  readonly currency: string;
  readonly service_level: number;
  readonly active: boolean;
  readonly made_up: boolean;
  readonly on_hand: number | null;
  readonly committed: number | null;
  readonly backorders: number | null;
  readonly counted_on: string | null;
  readonly stock_made_up: boolean | null;
  readonly proposal_id: string | null;
}

export async function findProduct(tx: Tx, sku: string): Promise<ProductRow | undefined> {
  const { rows } = await sql<ProductRow>`
    select p.id, p.sku, p.name, p.category, p.brand, p.unit, p.unit_decimals,
      trim_scale(p.unit_cost)::text as unit_cost, trim_scale(p.unit_price)::text as unit_price,
      coalesce(p.currency, c.currency) as currency, p.service_level, p.active, p.made_up,
      k.on_hand, k.committed, k.backorders, k.counted_on, k.made_up as stock_made_up,
      o.id as proposal_id
    from products p
    join tenants c on c.id = p.tenant_id
    left join stock k on k.tenant_id = p.tenant_id and k.product_id = p.id
    left join order_proposals o on o.tenant_id = p.tenant_id and o.product_id = p.id
      and o.state = 'open'
    where p.sku = ${sku}`.execute(tx);
  return rows[0];
}

export async function findProductId(tx: Tx, sku: string): Promise<number | undefined> {
  const row = await tx
    .selectFrom('products')
    .select('id')
    .where('sku', '=', sku)
    .executeTakeFirst();
  return row?.id;
}

export interface TermsRow {
  readonly supplier_code: string;
  readonly supplier_name: string;
  readonly lead_time_days: number;
  readonly lead_time_sd_days: number;
  readonly review_period_days: number;
  readonly minimum_order_quantity: number | null;
  readonly order_multiple: number | null;
  readonly maximum_order_quantity: number | null;
  readonly unit_cost: string | null;
  readonly currency: string;
  readonly preferred: boolean;
  readonly made_up: boolean;
}

/** Terms of a product, the preferred supplier's first. */
export async function listTerms(tx: Tx, productId: number): Promise<TermsRow[]> {
  const { rows } = await sql<TermsRow>`
    select s.code as supplier_code, s.name as supplier_name, t.lead_time_days, t.lead_time_sd_days,
      t.review_period_days, t.minimum_order_quantity, t.order_multiple, t.maximum_order_quantity,
      trim_scale(t.unit_cost)::text as unit_cost,
      coalesce(t.currency, s.currency, p.currency, c.currency) as currency, t.preferred, t.made_up
    from product_suppliers t
    join products p on p.tenant_id = t.tenant_id and p.id = t.product_id
    join suppliers s on s.tenant_id = t.tenant_id and s.id = t.supplier_id
    join tenants c on c.id = t.tenant_id
    where t.product_id = ${productId}
    order by t.preferred desc, s.code`.execute(tx);
  return rows;
}

export interface OpenOrderRow {
  readonly order_id: number;
  readonly number: string;
  readonly state: string;
  readonly quantity: number;
  readonly expected_on: string | null;
}

/** What of a product is ordered, or about to be, and has not come in. */
export async function listOpenOrders(tx: Tx, productId: number): Promise<OpenOrderRow[]> {
  const { rows } = await sql<OpenOrderRow>`
    select o.id as order_id, o.number, o.state, l.quantity - l.received as quantity, l.expected_on
    from purchase_order_lines l
    join purchase_orders o on o.tenant_id = l.tenant_id and o.id = l.purchase_order_id
    where l.product_id = ${productId} and l.quantity > l.received
      and o.state in ('draft', 'confirmed', 'part_received')
    order by l.expected_on nulls last, o.id`.execute(tx);
  return rows;
}

export interface ProductChange {
  readonly serviceLevel?: number;
  readonly active?: boolean;
}

export async function updateProduct(tx: Tx, id: number, change: ProductChange): Promise<void> {
  await tx
    .updateTable('products')
    .set({
      service_level: change.serviceLevel,
      active: change.active,
      updated_at: sql`clock_timestamp()`,
    })
    .where('id', '=', id)
    .execute();
}

export interface SalesRow {
  readonly date: string;
  readonly units: number;
  readonly promotion: boolean | null;
  readonly in_stock: boolean | null;
}

/** The recorded days of a product within bounds, oldest first. */
export async function listSales(
  tx: Tx,
  wanted: { productId: number; from?: string; to?: string },
): Promise<SalesRow[]> {
  let query = tx
    .selectFrom('demand_daily')
    .select(['date', 'units', 'promotion', 'in_stock'])
    .where('product_id', '=', wanted.productId)
    .orderBy('date');
  if (wanted.from) query = query.where('date', '>=', wanted.from);
  if (wanted.to) query = query.where('date', '<=', wanted.to);
  return query.execute();
}

/** The forecast of a product in the newest completed run. */
export async function findNewestForecast(tx: Tx, wanted: { productId: number; runId: string }) {
  return tx
    .selectFrom('forecasts')
    .select(['run_id', 'origin', 'refusal_code', 'refusal_details', 'method', 'reason'])
    .select(['demand_class', 'scores', 'mean', 'levels', 'quantiles'])
    .where('product_id', '=', wanted.productId)
    .where('run_id', '=', wanted.runId)
    .executeTakeFirst();
}

/** How the newest forecast of a product that has met actuals has fared. */
export async function findNewestAccuracy(tx: Tx, productId: number) {
  return tx
    .selectFrom('forecast_accuracy as a')
    .innerJoin('forecast_runs as r', 'r.id', 'a.run_id')
    .select(['a.periods', 'a.through', 'a.mase', 'a.inside80'])
    .select(['a.actual_units', 'a.forecast_units'])
    .where('a.product_id', '=', productId)
    .orderBy('r.finished_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}
