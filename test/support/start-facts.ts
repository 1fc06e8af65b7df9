import pg from 'pg';
import { socketUrl } from '../../src/server/startup/socket-folder.ts';

/** What a complete start has left in the database, counted by a superuser, who sees every company. */
export interface StartFacts {
  readonly migrations: number;
  readonly setupState: string;
  readonly tenants: number;
  readonly administrators: number;
  readonly products: number;
  readonly salesDays: number;
  readonly suppliers: number;
  readonly stock: number;
  readonly orders: number;
  readonly runs: number;
}

const COUNTS = `select
  (select count(*)::int from parstock_migrations) as "migrations",
  (select state from setup_status) as "setupState",
  (select count(*)::int from tenants) as "tenants",
  (select count(*)::int from users where role = 'admin') as "administrators",
  (select count(*)::int from products) as "products",
  (select count(*)::int from demand_daily) as "salesDays",
  (select count(*)::int from suppliers) as "suppliers",
  (select count(*)::int from stock) as "stock",
  (select count(*)::int from purchase_orders) as "orders",
  (select count(*)::int from forecast_runs) as "runs"`;

/** Reads them as a superuser of that database. */
export async function readStartFacts(superuserConnectionString: string): Promise<StartFacts> {
  const client = new pg.Client({ connectionString: superuserConnectionString });
  await client.connect();
  try {
    return (await client.query<StartFacts>(COUNTS)).rows[0]!;
  } finally {
    await client.end();
  }
}

/** How to reach the embedded database of a running server as its superuser. */
export function embeddedSuperuser(dataDir: string): string {
  return socketUrl(`${dataDir}/run`, { user: 'postgres', database: 'parstock' });
}
