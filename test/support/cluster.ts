import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/server/startup/embedded-postgres.ts';
import { takeLease } from '../../src/server/startup/lease.ts';
import { stopOrphan } from '../../src/server/startup/orphan-postmaster.ts';
import { openDatabase } from '../../src/server/store/database.ts';
import { migrate } from '../../src/server/store/migrate.ts';

/** A PostgreSQL for tests: its template is migrated and has two tenants. */
export interface TestCluster {
  readonly superuserConnectionString: string;
  readonly tenantId: string;
  readonly otherTenantId: string;
}

const FOLDER_NAME = 'parstock-test-';
const JUST_MADE_MS = 60_000;

/** Starts it in the temporary folder; `stop` leaves nothing behind. */
export async function startTestCluster(): Promise<{ cluster: TestCluster; stop(): Promise<void> }> {
  await sweepLeftovers();
  const folder = mkdtempSync(join(tmpdir(), FOLDER_NAME));
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

/** Ends and removes what test runs that were killed have left; what is in use keeps its lease. */
async function sweepLeftovers(): Promise<void> {
  const names = readdirSync(tmpdir()).filter((name) => name.startsWith(FOLDER_NAME));
  for (const folder of names.map((name) => join(tmpdir(), name))) {
    try {
      if (Date.now() - statSync(folder).mtimeMs < JUST_MADE_MS) continue;
      const lease = takeLease(folder);
      await stopOrphan(join(folder, 'postgres'));
      lease.release();
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // In use, or another user's: none of ours.
    }
  }
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
