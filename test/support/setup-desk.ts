import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Job } from '../../src/server/actions/context.ts';
import type { SetupContext } from '../../src/server/actions/set-up.ts';
import { reconcileSetup } from '../../src/server/startup/reconcile-setup.ts';
import { openDatabase, type Tx } from '../../src/server/store/database.ts';
import { migrate } from '../../src/server/store/migrate.ts';
import { listTenantIds } from '../../src/server/store/tenants.ts';
import { emptyDatabase } from './database.ts';

export const firstCompany = {
  companyName: 'Corner shop',
  currency: 'EUR',
  email: 'Ann@Example.com',
  password: 'correct horse battery',
  demoData: false,
};

const TODAY = '2026-03-10';

/** The least that can be forecast: one product, sold yesterday. */
async function insertSales(tx: Tx, { tenantId }: { tenantId: string }): Promise<void> {
  await sql`with p as (insert into products (tenant_id, sku, name) values (${tenantId}, 'A', 'A')
    returning id) insert into demand_daily (tenant_id, product_id, date, units)
    select ${tenantId}, id, '2026-03-09', 4 from p`.execute(tx);
}

/** An empty migrated database, a folder for files, and everything that set-up is handed. */
export async function setupDesk() {
  const empty = await emptyDatabase();
  await migrate(empty.connectionString);
  const folder = await mkdtemp(join(tmpdir(), 'parstock-setup-'));
  const jobs: Job[] = [];
  const logged: { facts: object; message: string }[] = [];
  const log = (facts: object, message: string) => void logged.push({ facts, message });
  const time = { now: new Date(`${TODAY}T08:00:00Z`) };
  const database = openDatabase({ connectionString: empty.connectionString });
  const context: SetupContext & { jobs: { enqueue(job: Job): Promise<void> } } = {
    jobs: { enqueue: async (job) => void jobs.push(job) },
    database,
    clock: { now: () => time.now, today: () => TODAY },
    programVersion: '1.2.3',
    extras: { testUser: null, folder: null },
    log: { info: log, warn: log },
    insertDemoData: insertSales,
  };
  return {
    context,
    folder,
    jobs,
    logged,
    time,
    /** Puts a file into the folder. */
    write: (name: string, content: string | Buffer) => writeFile(join(folder, name), content),
    /** A start that waits for its link, and ends before the next one. */
    async printedLink(): Promise<string> {
      const { link } = await reconcileSetup(context, null);
      link!.release();
      return link!.token;
    },
    /** Reads as the one company; null without one. */
    async rows(query: string): Promise<Record<string, unknown>[] | null> {
      const [tenantId] = await database.withHousekeeping(listTenantIds);
      if (!tenantId) return null;
      const read = (tx: Tx) => sql.raw<Record<string, unknown>>(query).execute(tx);
      return (await database.withTenant(tenantId, read)).rows;
    },
    /** Companies and people that really exist. */
    facts: () =>
      database.withHousekeeping(async (tx) => {
        const users = await tx.selectFrom('users').select('email').orderBy('email').execute();
        return { tenants: (await listTenantIds(tx)).length, users: users.map((u) => u.email) };
      }),
    /** What the row says, whatever is true. */
    async report() {
      const { rows } = await database.pool.query('select state, step, error from setup_status');
      return rows[0] as { state: string; step: string | null; error: unknown } | undefined;
    },
    close: async () => {
      await database.close();
      await empty.drop();
      await rm(folder, { recursive: true });
    },
  };
}

export type SetupDesk = Awaited<ReturnType<typeof setupDesk>>;

/** A small shop: one product, one supplier, stock, and two days of sales. */
export const shopFiles: Readonly<Record<string, string>> = {
  'products.csv': 'sku,name\nTEA,Assam 250 g\nCUP,Cup\n',
  'suppliers.csv': 'code,name\nHAR,Harbour Trading\n',
  'terms.csv': 'sku,supplier,lead_time_days\nTEA,HAR,6\n',
  'stock.csv': 'sku;on_hand\nTEA;12,5\nCUP;3\n',
  'sales.csv': 'sku,date,units\nTEA,2026-03-08,4\nTEA,2026-03-09,6\nCUP,2026-03-09,1\n',
};
