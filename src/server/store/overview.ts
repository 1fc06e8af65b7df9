import { sql } from 'kysely';
import type { Tx } from './database.ts';
import { findNewestSalesDate } from './demand.ts';

/** Amount as text by currency. */
type Amounts = Record<string, string>;

export interface CatalogueFacts {
  readonly products: number;
  readonly last_sales_on: string | null;
  readonly as_of: string | null;
}

export async function readCatalogueFacts(tx: Tx): Promise<CatalogueFacts> {
  const { rows } = await sql<Omit<CatalogueFacts, 'last_sales_on'>>`
    select (select count(*)::int from products where active) as products,
      (select max(as_of) from order_proposals where state = 'open') as as_of`.execute(tx);
  return { ...rows[0]!, last_sales_on: await findNewestSalesDate(tx) };
}

export interface ProposalSums {
  readonly lines: number;
  readonly suppliers: number;
  readonly units: number;
  readonly value: Amounts;
}

/** Open proposals that order something. */
export async function sumToOrder(tx: Tx): Promise<ProposalSums> {
  const { rows } = await sql<ProposalSums>`
    with lines as (
      select supplier_id, quantity, currency, parstock_money(quantity * unit_cost, currency) as amount
      from order_proposals where state = 'open' and quantity > 0
    )
    select count(*)::int as lines, count(distinct supplier_id)::int as suppliers,
      coalesce(sum(quantity), 0)::float8 as units, ${amountsOf('lines')} as value
    from lines`.execute(tx);
  return rows[0]!;
}

export interface OverstockSums {
  readonly products: number;
  readonly units: number;
  readonly value: Amounts;
}

/** Products that hold more than twice what would ever be ordered up to, and the units above that level. */
export async function sumOverstock(tx: Tx): Promise<OverstockSums> {
  const { rows } = await sql<OverstockSums>`
    with lines as (
      select stock_position - order_up_to as units, currency,
        parstock_money((stock_position - order_up_to) * unit_cost, currency) as amount
      from order_proposals
      where state = 'open' and stock_position > 2 * greatest(order_up_to, 0) and stock_position > 0
    )
    select count(*)::int as products, coalesce(sum(units), 0)::float8 as units,
      ${amountsOf('lines')} as value
    from lines`.execute(tx);
  return rows[0]!;
}

export interface RiskRow {
  readonly sku: string;
  readonly product_name: string;
  readonly on_hand: number;
  readonly stock_out_on: string | null;
  readonly days_of_cover: number | null;
  readonly quantity: number;
  readonly currency: string | null;
  readonly value: string | null;
  readonly late_units: number;
}

/**
 * Products that run out before an order placed today would arrive. The units that will be missing are
 * the forecast of the days between the stock-out and that arrival.
 */
export async function listAtRisk(tx: Tx, limit: number): Promise<RiskRow[]> {
  const { rows } = await sql<RiskRow>`
    select p.sku, p.name as product_name, coalesce(k.on_hand, 0) as on_hand, q.stock_out_on,
      q.days_of_cover, q.quantity, q.currency, parstock_money(q.quantity * q.unit_cost, q.currency)::text as value,
      missing.units as late_units
    from order_proposals q
    join products p on p.id = q.product_id
    left join stock k on k.product_id = q.product_id
    left join forecasts f on f.run_id = q.run_id and f.product_id = q.product_id
    cross join lateral (select coalesce(sum(day), 0)::float8 as units from unnest(f.mean[
      greatest(q.stock_out_on - f.origin, 1) : q.expected_receipt - f.origin - 1]) as day) missing
    where q.state = 'open' and q.urgency in ('stock-out', 'late')
    order by missing.units * coalesce(q.unit_cost, 1) desc, q.days_of_cover, p.sku
    limit ${limit}`.execute(tx);
  return rows;
}

export interface OrderSums {
  readonly drafts: number;
  readonly orders: number;
  readonly overdue: number;
  readonly value: Amounts;
}

/** Drafts, and orders that are still to arrive. */
export async function sumOrdersUnderWay(tx: Tx, today: string): Promise<OrderSums> {
  const { rows } = await sql<OrderSums>`
    with open as (
      select o.id, o.state, o.currency, 
        parstock_money((l.quantity - l.received) * l.unit_cost, o.currency) as amount,
        l.quantity > l.received and l.expected_on < ${today}::date as late
      from purchase_orders o
      join purchase_order_lines l on l.tenant_id = o.tenant_id and l.purchase_order_id = o.id
      where o.state in ('draft', 'confirmed', 'part_received')
    ), lines as (select * from open where state <> 'draft')
    select (select count(distinct id)::int from open where state = 'draft') as drafts,
      count(distinct id)::int as orders,
      count(distinct id) filter (where late)::int as overdue, ${amountsOf('lines')} as value
    from lines`.execute(tx);
  return rows[0]!;
}

/** The amounts of a common table expression summed per currency. */
function amountsOf(table: 'lines') {
  return sql`(select coalesce(jsonb_object_agg(currency, total), '{}') from (
    select currency, trim_scale(sum(amount))::text as total from ${sql.table(table)}
    where currency is not null and amount is not null group by currency) per_currency)`;
}
