import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';

/** Has no tenant: names and times of migrations, how far set-up is, and what was deployed. */
const WITHOUT_TENANT = new Set(['parstock_migrations', 'setup_status', 'deploys']);
const REFUSED_BY_POLICY = '42501';

interface Table {
  readonly name: string;
  /** The column that says whose a row is. */
  readonly owner: string;
  readonly enabled: boolean;
  readonly forced: boolean;
  /** Columns that a row must have, with a value of their type. */
  readonly required: readonly { readonly name: string; readonly value: string }[];
}

let db: TestDatabase;
let tables: Table[];
beforeAll(async () => {
  db = await testDatabase();
  tables = await readTables();
  await fillEveryTable();
});
afterAll(() => db.close());

/** Read from the catalogue, so that a table made tomorrow is held to the same. */
async function readTables(): Promise<Table[]> {
  const { rows } = await db.database.pool.query(
    `select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
       json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null)))
         filter (where a.attnotnull and not a.atthasdef and a.attidentity = '') as required
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not attisdropped
     where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
     group by c.oid order by c.relname`,
  );
  return rows
    .filter(({ name }) => !WITHOUT_TENANT.has(name))
    .map(({ required, ...row }) => {
      const owner = row.name === 'tenants' ? 'id' : 'tenant_id';
      const others = (required as { name: string; type: string }[])
        .filter((column) => column.name !== owner)
        .map(({ name, type }) => ({ name, value: sampleOf(type) }));
      return { ...row, owner, required: others };
    });
}

function sampleOf(type: string): string {
  if (type.endsWith('[]')) return `'{}'`;
  if (type === 'uuid') return 'gen_random_uuid()';
  if (type === 'date' || type.startsWith('timestamp')) return 'now()';
  if (type === 'jsonb') return `'{}'`;
  if (type === 'boolean') return 'false';
  return type === 'text' ? `'sample'` : '1';
}

function insertion({ name, owner, required }: Table, tenantId: string): string {
  const columns = [owner, ...required.map((column) => column.name)];
  const values = [`'${tenantId}'`, ...required.map(({ value }) => value)];
  return `insert into ${name} (${columns.join(', ')}) values (${values.join(', ')})`;
}

/** As the superuser, and without the constraints, which are not what is tested here. */
async function fillEveryTable(): Promise<void> {
  const url = new URL(db.connectionString);
  url.username = 'postgres';
  const superuser = new pg.Client({ connectionString: url.href });
  await superuser.connect();
  await superuser.query('set session_replication_role = replica');
  await superuser.query(
    `do $$ declare c record; begin
       for c in select conrelid::regclass as name, conname from pg_constraint
         where contype = 'c' and connamespace = 'public'::regnamespace
       loop execute format('alter table %s drop constraint %I', c.name, c.conname); end loop;
     end $$`,
  );
  for (const table of tables) {
    // The two tenants are there already.
    if (table.name !== 'tenants') await superuser.query(insertion(table, db.tenantId));
  }
  await superuser.end();
}

async function inTenant<T>(tenantId: string | null, work: (client: pg.PoolClient) => Promise<T>) {
  const client = await db.database.pool.connect();
  try {
    await client.query('begin');
    if (tenantId)
      await client.query(`select set_config('parstock.tenant_id', $1, true)`, [tenantId]);
    return await work(client);
  } finally {
    await client.query('rollback');
    client.release();
  }
}

async function count(table: Table, tenantId: string | null): Promise<number> {
  const { rows } = await inTenant(tenantId, (client) =>
    client.query(`select count(*)::int as rows from ${table.name}`),
  );
  return rows[0].rows;
}

test('there are tables, and every one of them names its tenant', () => {
  expect(tables.length).toBeGreaterThan(15);
  expect(tables.map(({ name }) => name)).toContain('demand_daily');
});

describe('every table', () => {
  const each = async (check: (table: Table) => Promise<void>) => {
    for (const table of tables) await check(table);
  };

  test('has row-level security that binds its owner too', () => {
    for (const { name, enabled, forced } of tables) {
      expect({ name, enabled, forced }).toEqual({ name, enabled: true, forced: true });
    }
  });

  test('shows a tenant its own rows', () =>
    each(async (table) => expect(await count(table, db.tenantId), table.name).toBe(1)));

  test('shows another tenant nothing of them', () =>
    each(async (table) => {
      const own = table.name === 'tenants' ? 1 : 0;
      expect(await count(table, db.otherTenantId), table.name).toBe(own);
    }));

  test('shows nothing to whoever names no tenant', () =>
    each(async (table) => expect(await count(table, null), table.name).toBe(0)));

  test('refuses a row for another tenant', () =>
    each(async (table) => {
      const stranger = table.name === 'tenants' ? crypto.randomUUID() : db.otherTenantId;
      const attempt = inTenant(db.tenantId, (client) => client.query(insertion(table, stranger)));
      await expect(attempt, table.name).rejects.toMatchObject({ code: REFUSED_BY_POLICY });
    }));

  test('lets nobody delete what is not theirs', () =>
    each(async (table) => {
      const { rowCount } = await inTenant(db.otherTenantId, (client) =>
        client.query(`delete from ${table.name} where ${table.owner} = '${db.tenantId}'`),
      );
      expect(rowCount, table.name).toBe(0);
    }));
});

test('whoever presents a value sees the row with that very value, and no other', async () => {
  const { database } = db;
  const hashes = (presented: string) =>
    database.withPresented(presented, (tx) => tx.selectFrom('sessions').selectAll().execute());
  expect(await hashes('sample')).toHaveLength(1);
  expect(await hashes('%')).toEqual([]);
});
