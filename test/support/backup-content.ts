import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type BackupOptions, makeBackup } from '../../src/server/backup/make-backup.ts';
import { type TestDatabase, testDatabase } from './database.ts';

/** Statements that put something awkward into many tables, for one tenant. */
const AWKWARD = `
  insert into products (tenant_id, sku, name, category, unit_cost, service_level)
    select $1::uuid, 'SKU-' || n, case n when 1 then E'tab\\there, line\\nbreak, back\\\\slash, \\\\. and "quotes"'
      when 2 then 'Ünïcödé – 商品 🍝' when 3 then '' else 'Product ' || n end,
      case when n % 3 = 0 then null else '\\N' end, n / 7.0, 0.5 + n / 1000.0
    from generate_series(1, 40) n;
  insert into suppliers (tenant_id, code, name, working_weekdays) values
    ($1, 'A', 'Mill & Sons', '{}'), ($1, 'B', E'{"\\\\,}', '{1,7}');
  insert into product_suppliers (tenant_id, product_id, supplier_id, lead_time_days, unit_cost)
    select $1::uuid, p.id, s.id, 7, 99999999999999.9999 from products p, suppliers s
    where p.tenant_id = $1 and s.tenant_id = $1 and s.code = 'A';
  insert into demand_daily (tenant_id, product_id, date, units, promotion, in_stock)
    select $1::uuid, p.id, '2020-02-29'::date + d, (d % 17) + 0.0001, case d % 3 when 0 then true when 1 then false end, null
    from products p, generate_series(0, 199) d where p.tenant_id = $1;
  insert into forecast_runs (tenant_id, id, state, as_of, horizon_days, engine_version, requested_by, options)
    values ($1, gen_random_uuid(), 'running', '2026-01-01', 2, '1', 'me', '{"a": [1, null, "\\u00e9 \\\\ \\""]}');
  insert into forecasts (tenant_id, run_id, product_id, origin, mean, levels, quantiles, scores)
    select $1::uuid, r.id, p.id, '2026-01-01', array[0.1, 1e-300, 1e300, 'NaN', 'Infinity']::float8[], '{}', null, '{}'
    from forecast_runs r, products p where r.tenant_id = $1 and p.tenant_id = $1;
  update forecast_runs set state = 'completed', finished_at = '2026-01-01 00:00:00.123456+00' where tenant_id = $1;
  insert into audit_log (tenant_id, actor, action, subject, details)
    values ($1, 'me', 'did', 'that', '{"nested": {"deep": [true, 1.50]}}');
  insert into imports (tenant_id, id, kind, file_name, state) values ($1, $2, 'sales', 'sälés.csv', 'checked')`;

export interface BackupDesk extends TestDatabase {
  readonly folder: string;
  readonly uploadFolder: string;
  /** Options of makeBackup for this database; each call is a second later. */
  options(more?: Partial<BackupOptions>): BackupOptions;
  backup(more?: Partial<BackupOptions>): ReturnType<typeof makeBackup>;
  remove(): Promise<void>;
}

/** A database with two tenants full of awkward rows, and a folder for its backups. */
export async function backupDesk(): Promise<BackupDesk> {
  const database = await testDatabase();
  const home = await mkdtemp(join(tmpdir(), 'parstock-backup-'));
  const folder = join(home, 'backups');
  const uploadFolder = join(home, 'uploads');
  for (const tenantId of [database.tenantId, database.otherTenantId])
    await fillAwkwardly(database.connectionString, tenantId);
  let at = Date.parse('2026-03-31T09:00:00.000Z');
  const options = (more: Partial<BackupOptions> = {}): BackupOptions => {
    at += 1000;
    const now = new Date(at);
    const { connectionString } = database;
    const facts = { connectionString, folder, uploadFolder, program: '0.1.0', keep: 7 };
    return { ...facts, passphrase: null, now: () => now, ...more };
  };
  return {
    ...database,
    folder,
    uploadFolder,
    options,
    backup: (more) => makeBackup(options(more)),
    remove: async () => {
      await database.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function fillAwkwardly(connectionString: string, tenantId: string): Promise<void> {
  await inSession(connectionString, async (client) => {
    await client.query(`select set_config('parstock.tenant_id', $1, false)`, [tenantId]);
    const importId = crypto.randomUUID();
    for (const statement of AWKWARD.split(';\n')) {
      const values = [tenantId, importId].filter((_, i) => statement.includes(`$${i + 1}`));
      await client.query(statement, values);
    }
  });
}

/** Runs work on one connection. */
export async function inSession<T>(
  connectionString: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * A checksum by the database itself of every table's rows as a superuser sees them, and of where every
 * identity goes on: another way to it than the backup's own.
 */
export async function contentOf(superuserUrl: string): Promise<Record<string, string>> {
  return inSession(superuserUrl, async (client) => {
    await client.query(`set timezone = 'UTC'`);
    const { rows } = await client.query(
      `select relname as name, relkind as kind from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'S') order by relname`,
    );
    const content: Record<string, string> = {};
    for (const { name, kind } of rows) {
      const text =
        kind === 'S'
          ? `select last_value::text || is_called as sum from "${name}"`
          : `select count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as sum from "${name}" t`;
      content[name] = (await client.query(text)).rows[0].sum;
    }
    return content;
  });
}
