import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/server/startup/embedded-postgres.ts';
import { openDatabase } from '../../src/server/store/database.ts';
import { migrate } from '../../src/server/store/migrate.ts';

/** A PostgreSQL for tests: its template is migrated and has two tenants. */
export interface TestCluster {
  readonly superuserConnectionString: string;
  readonly tenantId: string;
  readonly otherTenantId: string;
}

/** Starts it in the temporary folder; `stop` leaves nothing behind. */
export async function startTestCluster(): Promise<{ cluster: TestCluster; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'parstock-test-'));
  const postgres = await startEmbeddedPostgres({ dataDir: folder, durable: false });
  await migrate(postgres.connectionString);
  const database = openDatabase({ connectionString: postgres.connectionString });
  const insertTenant = async (name: string) => {
    const id = crypto.randomUUID();
    await database.withTenant(id, (tx) =>
      tx.insertInto('tenants').values({ id, name, currency: 'EUR' }).execute(),
    );
    return id;
  };
  const tenantId = await insertTenant('First company');
  const otherTenantId = await insertTenant('Second company');
  await database.close();
  const { superuserConnectionString } = postgres;
  return {
    cluster: { superuserConnectionString, tenantId, otherTenantId },
    stop: async () => {
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes a database from a template and says how to reach and drop it. */
export async function createDatabase(
  cluster: TestCluster,
  template: 'parstock' | 'template0',
): Promise<{ connectionString: string; drop(): Promise<void> }> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asSuperuser(cluster, `create database ${name} owner parstock template ${template}`);
  const url = new URL(cluster.superuserConnectionString);
  url.username = 'parstock';
  url.pathname = `/${name}`;
  const drop = () => asSuperuser(cluster, `drop database ${name} with (force)`);
  return { connectionString: url.href, drop };
}

async function asSuperuser(cluster: TestCluster, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: cluster.superuserConnectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
