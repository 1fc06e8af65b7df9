import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** One product's demand on a grid of days, oldest first, ready for the engine. */
export interface DemandSeries {
  readonly productId: number;
  readonly sku: string;
  /** Units per day; NaN where the day was not observed or the product was out of stock. */
  readonly y: Float64Array<ArrayBuffer>;
  /** 1 on days of a promotion, as long as `y`; absent where none was recorded. */
  readonly promotion?: Float64Array<ArrayBuffer>;
}

/** Which part of the history is read, and what a day without a row means. */
export interface DemandWindow {
  readonly from: string;
  readonly to: string;
  /** `zero` where the sales file records selling days only. */
  readonly missingDays: 'zero' | 'missing';
}

/** The newest day for which any product has sales; null without sales. */
export async function findNewestSalesDate(tx: Tx): Promise<string | null> {
  // One step into the index per product; over all rows it would be a second per three million.
  const { rows } = await sql<{ newest: string | null }>`
    select max(last.date) as newest from products p
    cross join lateral (select d.date from demand_daily d
      where d.tenant_id = p.tenant_id and d.product_id = p.id
      order by d.date desc limit 1) last`.execute(tx);
  return rows[0]?.newest ?? null;
}

/**
 * Whether the sales record days on which nothing was sold. A file that lists selling days only holds
 * no zero at all: there, a day without a row is a day without demand, not an unknown one.
 */
export async function recordsZeroSales(tx: Tx): Promise<boolean> {
  const row = await tx
    .selectFrom('demand_daily')
    .select('product_id')
    .where('units', '=', 0)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

interface GridRow {
  product_id: number;
  sku: string;
  first_day: number;
  days: number;
  offsets: string | null;
  units: string | null;
  promoted: string | null;
}

/** The demand of some products; leading unobserved days are left out, trailing ones are kept. */
export async function listDemand(
  tx: Tx,
  options: DemandWindow & { readonly productIds: readonly number[] },
): Promise<DemandSeries[]> {
  // Text of one column is split faster here than pg parses an array element by element.
  const { rows } = await sql<GridRow>`
    select p.id as product_id, p.sku, min(d.date) - ${options.from}::date as first_day,
      ${options.to}::date - ${options.from}::date + 1 as days,
      string_agg((d.date - ${options.from}::date)::text, ',' order by d.date) as offsets,
      string_agg(case when d.in_stock is false then 'NaN' else d.units::float8::text end, ','
        order by d.date) as units,
      string_agg((d.date - ${options.from}::date)::text, ',') filter (where d.promotion) as promoted
    from products p
    left join demand_daily d on d.tenant_id = p.tenant_id and d.product_id = p.id
      and d.date between ${options.from}::date and ${options.to}::date
    where p.id = any(${options.productIds}::bigint[])
    group by p.id, p.sku order by p.id`.execute(tx);
  return rows.map((row) => ({
    productId: Number(row.product_id),
    sku: row.sku,
    y: toGrid(row, options.missingDays),
    ...promotionOf(row),
  }));
}

function promotionOf({ promoted, days, first_day }: GridRow): Pick<DemandSeries, 'promotion'> {
  if (promoted === null) return {};
  const promotion = new Float64Array(days - first_day);
  for (const offset of promoted.split(',')) promotion[Number(offset) - first_day] = 1;
  return { promotion };
}

function toGrid(row: GridRow, missingDays: 'zero' | 'missing'): Float64Array<ArrayBuffer> {
  if (row.offsets === null || row.units === null) return new Float64Array(0);
  const y = new Float64Array(row.days - row.first_day).fill(
    missingDays === 'zero' ? 0 : Number.NaN,
  );
  const offsets = row.offsets.split(',');
  const units = row.units.split(',');
  for (let i = 0; i < offsets.length; i++) y[Number(offsets[i]) - row.first_day] = Number(units[i]);
  return y;
}

/** Mean and spread of recent demand, for products that have no forecast. */
export interface DemandMoments {
  readonly productId: number;
  readonly days: number;
  readonly mean: number;
  readonly sd: number;
}

/** Moments of the days `from` to `to`, per product that was observed on at least two of them. */
export async function listDemandMoments(
  tx: Tx,
  options: DemandWindow & { readonly productIds: readonly number[] },
): Promise<DemandMoments[]> {
  if (options.productIds.length === 0) return [];
  const series = await listDemand(tx, options);
  return series.flatMap(({ productId, y }) => {
    const observed = y.filter((value) => !Number.isNaN(value));
    if (observed.length < 2) return [];
    const mean = observed.reduce((sum, value) => sum + value, 0) / observed.length;
    const squares = observed.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return [
      { productId, days: observed.length, mean, sd: Math.sqrt(squares / (observed.length - 1)) },
    ];
  });
}
