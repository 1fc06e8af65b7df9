import { sql } from 'kysely';
import type { Tx } from './database.ts';
import type { DemandSeries } from './demand.ts';

export interface PromotionRow {
  readonly id: number;
  readonly first_day: string;
  readonly last_day: string;
  readonly name: string | null;
}

/** Promotions of a product that end on a day or later, in the order of their first days. */
export async function listPromotions(
  tx: Tx,
  { productId, from }: { productId: number; from: string },
): Promise<PromotionRow[]> {
  return tx
    .selectFrom('promotions')
    .select(['id', 'first_day', 'last_day', 'name'])
    .where('product_id', '=', productId)
    .where('last_day', '>=', from)
    .orderBy('first_day')
    .execute();
}

export interface NewPromotion {
  readonly tenantId: string;
  readonly productId: number;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly name: string | null;
}

/** Null where another promotion of the product begins on that day. */
export async function insertPromotion(tx: Tx, given: NewPromotion): Promise<PromotionRow | null> {
  const row = await tx
    .insertInto('promotions')
    .values({
      tenant_id: given.tenantId,
      product_id: given.productId,
      first_day: given.firstDay,
      last_day: given.lastDay,
      name: given.name,
    })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'product_id', 'first_day']).doNothing(),
    )
    .returning(['id', 'first_day', 'last_day', 'name'])
    .executeTakeFirst();
  return row ?? null;
}

/** False where the product has no such promotion. */
export async function deletePromotion(
  tx: Tx,
  { productId, id }: { productId: number; id: number },
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('promotions')
    .where('product_id', '=', productId)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Which days are read, and how far the forecast goes. */
export interface PromotionWindow {
  readonly from: string;
  /** Last day of the history. */
  readonly to: string;
  readonly horizonDays: number;
}

/**
 * Gives each series its promotions, day by day to the end of the horizon, where the company plans any.
 * Its plan is believed as far as it reaches; what lies behind its last day is not known. Without a plan,
 * or where a product was never promoted, there is nothing that a forecast could use: past promotions
 * then stay part of ordinary demand, since there will be more of them that nobody has told of.
 */
export async function withPromotions(
  tx: Tx,
  series: readonly DemandSeries[],
  window: PromotionWindow,
): Promise<DemandSeries[]> {
  const knownDays = await daysPlanned(tx, window);
  if (knownDays === 0) return [...series];
  const offsets = await listPromotedDays(tx, { series, window });
  return series.map((one) => {
    const days = offsets.get(one.productId) ?? [];
    const last = one.y.length - 1;
    if (!days.some((day) => day <= 0 && last + day >= 0)) return one;
    const promotion = new Float64Array(one.y.length + window.horizonDays);
    promotion.fill(Number.NaN, one.y.length + knownDays);
    for (const day of days) if (last + day >= 0) promotion[last + day] = 1;
    return { ...one, promotion };
  });
}

/** Days of the horizon up to the last one that any promotion is planned for. */
async function daysPlanned(tx: Tx, { to, horizonDays }: PromotionWindow): Promise<number> {
  const { rows } = await sql<{ days: number | null }>`
    select max(last_day) - ${to}::date as days from promotions where last_day > ${to}`.execute(tx);
  return Math.min(horizonDays, rows[0]?.days ?? 0);
}

/** Promoted days per product, as days from the end of its history: 0 is the last one, 1 the first to come. */
async function listPromotedDays(
  tx: Tx,
  { series, window }: { series: readonly DemandSeries[]; window: PromotionWindow },
): Promise<Map<number, number[]>> {
  const { from, to, horizonDays } = window;
  const ids = series.map(({ productId }) => productId);
  const { rows } = await sql<{ product_id: number; days: string }>`
    select product_id, string_agg(day::text, ',') as days from (
      select product_id, date - ${to}::date as day from demand_daily
      where product_id = any(${ids}::bigint[]) and promotion
        and date between ${from}::date and ${to}::date
      union
      select p.product_id, day from promotions p
      cross join lateral generate_series(
        greatest(p.first_day, ${from}::date) - ${to}::date,
        least(p.last_day - ${to}::date, ${horizonDays}::int)) as day
      where p.product_id = any(${ids}::bigint[]) and p.last_day >= ${from}::date
    ) promoted group by product_id`.execute(tx);
  return new Map(
    rows.map(({ product_id, days }) => [Number(product_id), days.split(',').map(Number)]),
  );
}
