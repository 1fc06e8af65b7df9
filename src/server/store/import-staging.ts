import { type RawBuilder, sql } from 'kysely';
import type { Tx } from './database.ts';

/** Tables that files are imported into. */
export type ImportTable =
  | 'products'
  | 'suppliers'
  | 'product_suppliers'
  | 'stock'
  | 'demand_daily'
  | 'promotions';

/**
 * The rows of a file in a temporary table, `incoming`, and what SQL says about them: which repeat an
 * earlier line, and which are new, changed or the same. COPY into a table with row-level security is
 * refused by PostgreSQL, and so is a join in the program of a million rows by good sense.
 */
export interface Staging {
  readonly tenantId: string;
  readonly table: ImportTable;
  /** Columns that identify a row, beside the tenant. */
  readonly key: readonly string[];
  /** All other columns that the file fills. */
  readonly values: readonly string[];
  /** The table keeps `made_up` and `updated_at`. */
  readonly tracked: boolean;
}

/** A line that cannot be taken over because of another one. */
export interface LineClash {
  readonly line: number;
  readonly firstLine: number;
}

export const stagingTable = 'incoming';

const manyRows = 10_000;

export async function createStaging(
  tx: Tx,
  columns: readonly { readonly name: string; readonly type: string }[],
): Promise<void> {
  const list = columns.map(({ name, type }) => `"${name}" ${type}`).join(', ');
  // Gone at the end of the transaction, whichever way it ends.
  await sql`create temp table incoming (line bigint, ${sql.raw(list)}) on commit drop`.execute(tx);
  await sql`set local work_mem = '64MB'`.execute(tx);
  // Compiling these statements takes longer than it saves.
  await sql`set local jit = off`.execute(tx);
}

/** Makes room for the next file of the same transaction. */
export async function dropStaging(tx: Tx): Promise<void> {
  await sql`drop table if exists pg_temp.incoming, pg_temp.repeated, pg_temp.winners`.execute(tx);
}

/** Key → id, as text, of all rows that a reference may name. */
export async function listReferenceIds(
  tx: Tx,
  table: 'products' | 'suppliers',
): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  const key = sql.ref<string>(table === 'products' ? 'sku' : 'code');
  let last = 0;
  for (;;) {
    const rows = await tx
      .selectFrom(table)
      .select(['id', key.as('key')])
      .where('id', '>', last)
      .orderBy('id')
      .limit(20_000)
      .execute();
    for (const row of rows) ids.set(row.key, String(row.id));
    if (rows.length < 20_000) return ids;
    last = rows.at(-1)!.id;
  }
}

/** Nobody else collects statistics of a temporary table, and without them a million rows are planned as few. */
export async function analyzeStaging(tx: Tx): Promise<void> {
  await sql`analyze incoming`.execute(tx);
}

/**
 * Takes out lines that repeat the key of an earlier one. Those that say the same are counted, the others
 * listed, at most `limit`.
 */
export async function settleRepeats(
  tx: Tx,
  staging: Staging,
  limit: number,
): Promise<{ same: number; clashes: number; listed: LineClash[] }> {
  const { values } = staging;
  const key = list(staging.key);
  // Nearly always there are none, and knowing that alone is quicker than knowing their first lines.
  const some = await sql<{ found: boolean }>`select exists (
    select from incoming group by ${key} having count(*) > 1) as found`.execute(tx);
  if (!some.rows[0]?.found) return { same: 0, clashes: 0, listed: [] };
  await sql`create temp table repeated on commit drop as
    select ${key}, min(line) as first_line from incoming group by ${key} having count(*) > 1`.execute(
    tx,
  );
  const equal =
    values.length === 0
      ? sql`true`
      : sql`(${list(values, 'l')}) is not distinct from (${list(values, 'f')})`;
  const { rows } = await sql<LineClash & { equal: boolean; total: number }>`
    with removed as (
      delete from incoming l using repeated r, incoming f
      where ${match(staging, 'l', 'r')} and f.line = r.first_line and l.line > r.first_line
      returning l.line, r.first_line, ${equal} as equal
    ), counted as (
      select line, first_line, equal, row_number() over (partition by equal order by line) as place,
        count(*) over (partition by equal) as total from removed
    )
    select line, first_line as "firstLine", equal, total from counted
    where case when equal then place = 1 else place <= ${Math.max(1, limit)} end order by line`.execute(
    tx,
  );
  const totalOf = (which: boolean) => rows.find((row) => row.equal === which)?.total ?? 0;
  const listed = rows.filter((row) => !row.equal).slice(0, limit);
  return { same: totalOf(true), clashes: totalOf(false), listed };
}

/** One row per product and day out of several; promoted if ever, in stock if always. */
export async function sumRepeats(tx: Tx): Promise<void> {
  await sql`create temp table summed on commit drop as
    select min(line) as line, product_id, date, sum(units) as units, bool_or(promotion) as promotion,
      bool_and(in_stock) as in_stock, count(*) as weight
    from incoming group by product_id, date`.execute(tx);
  await sql`drop table incoming`.execute(tx);
  await sql`alter table summed rename to incoming`.execute(tx);
  await sql`analyze incoming`.execute(tx);
}

/** How the staged rows differ from the table. Summed rows count as many as they were lines. */
export async function countStaged(
  tx: Tx,
  staging: Staging,
  { weighted = false } = {},
): Promise<{ new: number; changed: number; same: number }> {
  const weight = weighted ? sql`coalesce(sum(i.weight) filter` : sql`(count(*) filter`;
  const end = weighted ? sql`, 0)` : sql`)`;
  const changed = changedRow(staging, 'i');
  const { rows } = await sql<{ new: number; changed: number; same: number }>`select
      ${weight} (where t.tenant_id is null)${end} as new,
      ${weight} (where t.tenant_id is not null and ${changed})${end} as changed,
      ${weight} (where t.tenant_id is not null and not ${changed})${end} as same
    from incoming i left join ${sql.table(staging.table)} t
      on t.tenant_id = ${staging.tenantId} and ${match(staging, 't', 'i')}`.execute(tx);
  return rows[0]!;
}

/**
 * Writes what is new or changed, and nothing else. Two plain statements instead of `on conflict`, which
 * takes twice as long for a million rows: imports hold a lock against each other, and a row that somebody
 * else inserts in this moment breaks the transaction, which is then repeated.
 */
export async function mergeStaged(
  tx: Tx,
  staging: Staging,
  counts: { readonly new: number; readonly changed: number },
): Promise<void> {
  const { tenantId, tracked, key, values } = staging;
  const table = sql.table(staging.table);
  const targets = [...key, ...values];
  const same = sql`t.tenant_id = ${tenantId} and ${match(staging, 't', 'i')}`;
  if (counts.changed > 0) {
    const assigned = values.map((name) => sql`${sql.ref(name)} = ${sql.ref(`i.${name}`)}`);
    if (tracked) assigned.push(sql`made_up = false`, sql`updated_at = now()`);
    await sql`update ${table} t set ${sql.join(assigned)} from incoming i
      where ${same} and ${changedRow(staging, 'i')}`.execute(tx);
  }
  if (counts.new > 0)
    await sql`insert into ${table} (tenant_id, ${list(targets)})
      select ${tenantId}::uuid, ${list(targets, 'i')} from incoming i
      where not exists (select from ${table} t where ${same})`.execute(tx);
  // A forecast run may follow at once, long before the database collects statistics by itself.
  if (counts.new > manyRows) await sql`analyze ${table}`.execute(tx);
}

/** Imports of one tenant are written one after another; the lock ends with the transaction. */
export async function lockImportsOf(tx: Tx, tenantId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('imports:' || ${tenantId}, 0))`.execute(
    tx,
  );
}

/** Made-up rows become real by being imported, even with the values that they had. */
function changedRow(staging: Staging, incoming: string): RawBuilder<unknown> {
  const { values } = staging;
  const differs = values.length
    ? sql`(${list(values, 't')}) is distinct from (${list(values, incoming)})`
    : sql`false`;
  return staging.tracked ? sql`(t.made_up or ${differs})` : sql`(${differs})`;
}

function list(names: readonly string[], table?: string): RawBuilder<unknown> {
  return sql.join(names.map((name) => sql.ref(table ? `${table}.${name}` : name)));
}

function match(staging: Staging, one: string, other: string): RawBuilder<unknown> {
  const pairs = staging.key.map(
    (name) => sql`${sql.ref(`${one}.${name}`)} = ${sql.ref(`${other}.${name}`)}`,
  );
  return sql.join(pairs, sql` and `);
}
