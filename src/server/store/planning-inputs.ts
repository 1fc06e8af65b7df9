import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** All that the store knows of one product that planning needs; arrays as they are stored. */
export interface PlanningRow {
  readonly product_id: number;
  readonly sku: string;
  readonly unit_decimals: number;
  readonly service_level: number;
  readonly supplier_id: number;
  readonly supplier_code: string;
  readonly working_weekdays: number[];
  readonly lead_time_days: number;
  readonly lead_time_sd_days: number;
  readonly review_period_days: number;
  readonly minimum_order_quantity: number | null;
  readonly order_multiple: number | null;
  readonly maximum_order_quantity: number | null;
  readonly unit_cost: number | null;
  readonly currency: string | null;
  readonly on_hand: number | null;
  readonly counted_on: string | null;
  readonly committed: number | null;
  readonly backorders: number | null;
  readonly refusal_code: string | null;
  readonly mean: Float64Array | null;
  readonly window_levels: number[] | null;
  /** Length of the first window that `window_means` and `window_quantiles` hold. */
  readonly first_window: number | null;
  readonly window_means: Float64Array | null;
  readonly window_quantiles: Float64Array | null;
}

export interface PlanningPage {
  readonly runId: string;
  /** Days from the forecast's origin to the day before the order; windows are counted from there. */
  readonly elapsedDays: number;
  readonly after: number;
  readonly limit: number;
  /** Lead times that receipts have shown, where they may replace those of the terms. */
  readonly learned?: { readonly shortest: number; readonly longest: number } | null;
  /** Only these products; all when absent. */
  readonly productIds?: readonly number[];
}

/**
 * Active products with preferred terms, in the order of their ids, a page at a time. Of the stored
 * windows only those around the protection window are read, by the terms and by what receipts have shown:
 * a run may hold a year of them.
 */
export async function listPlanningRows(tx: Tx, page: PlanningPage): Promise<PlanningRow[]> {
  const wanted = page.productIds ? sql`and p.id = any(${page.productIds}::bigint[])` : sql``;
  const { rows } = await sql<Omit<PlanningRow, keyof Packed> & Packed>`
    select p.id as product_id, p.sku, p.unit_decimals, p.service_level, s.id as supplier_id,
      s.code as supplier_code, s.working_weekdays, t.lead_time_days, t.lead_time_sd_days,
      t.review_period_days, t.minimum_order_quantity, t.order_multiple, t.maximum_order_quantity,
      coalesce(t.unit_cost, p.unit_cost) as unit_cost,
      case when t.unit_cost is null and p.unit_cost is not null then p.currency
        else coalesce(t.currency, s.currency, p.currency) end as currency,
      k.on_hand, k.counted_on, k.committed, k.backorders, f.refusal_code, array_send(f.mean) as mean, f.window_levels,
      w.first as first_window, array_send(f.window_means[w.first : w.last]) as window_means,
      array_send(f.window_quantiles[(w.first - 1) * n.levels + 1 : w.last * n.levels])
        as window_quantiles
    from products p
    join product_suppliers t on t.tenant_id = p.tenant_id and t.product_id = p.id and t.preferred
    join suppliers s on s.tenant_id = p.tenant_id and s.id = t.supplier_id
    left join stock k on k.tenant_id = p.tenant_id and k.product_id = p.id
    left join forecasts f on f.tenant_id = p.tenant_id and f.product_id = p.id
      and f.run_id = ${page.runId}::uuid and f.product_id > ${page.after}
    cross join lateral (select cardinality(f.window_levels) as levels) n
    cross join lateral (select
      least(cardinality(f.window_means), greatest(1,
        least(floor(t.lead_time_days - 4 * t.lead_time_sd_days), ${page.learned?.shortest ?? null}::int)::int
          + t.review_period_days - 1 + ${page.elapsedDays}::int)) as first,
      least(cardinality(f.window_means),
        greatest(ceil(t.lead_time_days + 6 * t.lead_time_sd_days), ${page.learned?.longest ?? null}::int)::int
          + t.review_period_days + 4 + ${page.elapsedDays}::int) as last) w
    where p.active and p.id > ${page.after} and t.product_id > ${page.after} ${wanted}
    order by p.id limit ${page.limit}`.execute(tx);
  return rows.map((row) => ({
    ...row,
    mean: row.mean && unpackArray(row.mean),
    window_means: row.window_means && unpackArray(row.window_means),
    window_quantiles: row.window_quantiles && unpackArray(row.window_quantiles),
  }));
}

/** The arrays as they come over the wire. */
interface Packed {
  readonly mean: Buffer | null;
  readonly window_means: Buffer | null;
  readonly window_quantiles: Buffer | null;
}

/** Bytes before the first element of a one-dimensional array, and before each element's value. */
const ARRAY_HEADER = 20;
const ELEMENT_HEADER = 4;
const ELEMENT = ELEMENT_HEADER + 8;

/**
 * A float8 array in PostgreSQL's binary form (array_send). Printing and parsing millions of decimals
 * would take longer, on both sides, than all that is computed from them.
 */
function unpackArray(bytes: Buffer): Float64Array {
  const values = new Float64Array(Math.max(0, (bytes.length - ARRAY_HEADER) / ELEMENT));
  for (let i = 0; i < values.length; i++)
    values[i] = bytes.readDoubleBE(ARRAY_HEADER + i * ELEMENT + ELEMENT_HEADER);
  return values;
}

/** What is still to come of one product: confirmed lines, and drafts as if they were ordered today. */
export interface OpenLineRow {
  readonly product_id: number;
  readonly number: string;
  readonly state: string;
  readonly quantity: number;
  readonly expected_on: string | null;
}

export async function listOpenLines(
  tx: Tx,
  productIds?: readonly number[],
): Promise<Map<number, OpenLineRow[]>> {
  const wanted = productIds ? sql`and l.product_id = any(${productIds}::bigint[])` : sql``;
  const { rows } = await sql<OpenLineRow>`
    select l.product_id, o.number, o.state, l.quantity - l.received as quantity, l.expected_on
    from purchase_orders o
    join purchase_order_lines l on l.tenant_id = o.tenant_id and l.purchase_order_id = o.id
    where o.state in ('draft', 'confirmed', 'part_received') and l.quantity > l.received ${wanted}
    order by l.expected_on nulls last, l.id`.execute(tx);
  return Map.groupBy(rows, (row) => row.product_id);
}

/** One receipt with the day from which its lead time counts. */
export interface LeadTimeRow {
  readonly supplier_id: number;
  readonly product_id: number;
  readonly confirmed_on: string;
  readonly received_on: string;
  /** From one to the other, calendar days. */
  readonly days: number;
}

/** The newest receipts of confirmed orders, at most 200 per supplier. */
export async function listLeadTimes(tx: Tx): Promise<LeadTimeRow[]> {
  const { rows } = await sql<LeadTimeRow>`
    select supplier_id, product_id, confirmed_on, received_on, days from (
      select o.supplier_id, l.product_id, o.confirmed_on, r.received_on, r.id,
        r.received_on - o.confirmed_on as days,
        row_number() over (partition by o.supplier_id order by r.received_on desc, r.id desc) as place
      from receipts r
      join purchase_order_lines l on l.tenant_id = r.tenant_id and l.id = r.purchase_order_line_id
      join purchase_orders o on o.tenant_id = l.tenant_id and o.id = l.purchase_order_id
      where o.confirmed_on is not null and r.received_on >= o.confirmed_on
    ) newest where place <= 200 order by id desc`.execute(tx);
  return rows;
}

/** The newest day on which any stock was counted; null without stock. */
export async function findNewestStockCount(tx: Tx): Promise<string | null> {
  const row = await tx
    .selectFrom('stock')
    .select((eb) => eb.fn.max('counted_on').as('newest'))
    .executeTakeFirstOrThrow();
  return row.newest ?? null;
}

/** Products whose proposal of this run was dismissed: no need to propose the same again. */
export async function listDismissed(tx: Tx, runId: string): Promise<Set<number>> {
  const rows = await tx
    .selectFrom('order_proposals')
    .select('product_id')
    .where('run_id', '=', runId)
    .where('state', '=', 'dismissed')
    .execute();
  return new Set(rows.map((row) => row.product_id));
}
