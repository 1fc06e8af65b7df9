import { sql } from 'kysely';
import type { Tx } from './database.ts';
import type { LineClash } from './import-staging.ts';

/** Terms that name a second preferred supplier for a product: taken out and listed, at most `limit`. */
export async function takeOutSecondPreferred(
  tx: Tx,
  limit: number,
): Promise<{ clashes: number; listed: LineClash[] }> {
  const { rows } = await sql<LineClash>`
    delete from incoming i using (
      select product_id, min(line) as first_line from incoming where preferred group by product_id
    ) f
    where i.product_id = f.product_id and i.preferred and i.line > f.first_line
    returning i.line, f.first_line as "firstLine"`.execute(tx);
  const sorted = rows.sort((a, b) => a.line - b.line);
  return { clashes: rows.length, listed: sorted.slice(0, limit) };
}

/** Promotions that end before they begin, or last more than a year: taken out and listed, at most `limit`. */
export async function takeOutReversedDays(
  tx: Tx,
  limit: number,
): Promise<{ bad: number; listed: { line: number; found: string }[] }> {
  const { rows } = await sql<{ line: number; found: string }>`
    delete from incoming where last_day not between first_day and first_day + 365
    returning line, first_day || ' to ' || last_day as found`.execute(tx);
  const sorted = rows.sort((a, b) => a.line - b.line);
  return { bad: rows.length, listed: sorted.slice(0, limit) };
}

/**
 * Gives every product of the staged terms exactly one preferred supplier: the one that the file names,
 * or else the present one unless the file denies it, or else the first of the file.
 */
export async function settlePreferred(tx: Tx): Promise<void> {
  await sql`create temp table winners on commit drop as
    select distinct on (product_id) product_id, supplier_id from (
      select product_id, supplier_id, line, case when preferred then 0 else 2 end as place
      from incoming
      union all
      select t.product_id, t.supplier_id, 0, 1 from product_suppliers t
      where t.preferred
        and exists (select from incoming i where i.product_id = t.product_id)
        and not exists (select from incoming i where i.product_id = t.product_id
          and i.supplier_id = t.supplier_id and i.preferred = false)
    ) candidates order by product_id, place, line`.execute(tx);
  await sql`update incoming i set preferred = (i.supplier_id = w.supplier_id)
    from winners w where w.product_id = i.product_id`.execute(tx);
}

/** Before terms are written: two preferred suppliers of a product at once are refused by the database. */
export async function demoteFormerPreferred(tx: Tx): Promise<void> {
  await sql`update product_suppliers t set preferred = false, updated_at = now()
    from winners w
    where w.product_id = t.product_id and w.supplier_id <> t.supplier_id and t.preferred`.execute(
    tx,
  );
}

/** Before stock is written: a count that finds another quantity is a movement. */
export async function recordCounts(
  tx: Tx,
  { tenantId, reference }: { tenantId: string; reference: string },
): Promise<void> {
  await sql`
    insert into stock_movements (tenant_id, product_id, kind, quantity, on_hand_after, reference)
    select ${tenantId}::uuid, i.product_id, 'count', i.on_hand - coalesce(t.on_hand, 0), i.on_hand,
      ${reference}
    from incoming i left join stock t on t.tenant_id = ${tenantId} and t.product_id = i.product_id
    where i.on_hand <> coalesce(t.on_hand, 0)`.execute(tx);
}
