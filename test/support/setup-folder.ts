import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { knownMigrations } from '../../src/server/store/migrate.ts';
import { writeStoryFiles } from './story-files.ts';

/** A set-up with all its parts: company, administrator, test user, and a folder of five files. */
export const SETUP_SETTINGS = {
  PARSTOCK_ADMIN_EMAIL: 'ann@example.com',
  PARSTOCK_ADMIN_PASSWORD: 'correct horse battery',
  PARSTOCK_TEST_USER_EMAIL: 'tess@example.com',
  PARSTOCK_TEST_USER_PASSWORD: 'a horse for testing',
  PARSTOCK_WORKERS: '1',
  PARSTOCK_ML: '0',
} as const;

/** Writes the files that PARSTOCK_SETUP_FOLDER is to name. */
export async function writeSetupFolder(folder: string): Promise<void> {
  await writeStoryFiles(folder);
  writeFileSync(join(folder, 'suppliers.csv'), 'code,name\nHAR,Harbour Trading\n');
  writeFileSync(join(folder, 'stock.csv'), 'sku,on_hand\nTEA-01,30\nTEA-02,8.5\nCUP-07,16\n');
}

const COUNTS = `select (select state from setup_status) as "setupState",
  (select count(*)::int from tenants) as tenants,
  (select array_agg(email order by email) from users) as users,
  (select count(*)::int from products) as products,
  (select count(*)::int from suppliers) as suppliers,
  (select count(*)::int from product_suppliers) as terms,
  (select count(*)::int from stock) as stock,
  (select count(*)::int from demand_daily) as sales,
  (select count(*)::int from stock_movements) as movements,
  (select count(*)::int from imports where state = 'committed') as imports,
  (select count(*)::int from forecast_runs) as runs,
  (select count(*)::int from parstock_migrations) as migrations`;

/** What such a set-up leaves, each thing once. */
export const SET_UP_ONCE = {
  ...{ setupState: 'completed', tenants: 1, users: ['ann@example.com', 'tess@example.com'] },
  ...{ products: 3, suppliers: 1, terms: 3, stock: 3, sales: 3 * 210, movements: 3 },
  ...{ imports: 5, runs: 1, migrations: knownMigrations().length },
};

/** What is there, counted by a superuser, who sees every company. */
export function readSetupFacts(superuserUrl: string): Promise<typeof SET_UP_ONCE> {
  return queryOne(superuserUrl, COUNTS);
}

/** The one row of a query. */
export async function queryOne<T extends object>(
  connectionString: string,
  sql: string,
): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows[0]!;
  } finally {
    await client.end();
  }
}
