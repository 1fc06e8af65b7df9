import { type Database, openDatabase } from '../../src/server/store/database.ts';
import { createDatabase, type TestCluster } from './cluster.ts';

export interface TestDatabase {
  readonly connectionString: string;
  readonly database: Database;
  readonly tenantId: string;
  readonly otherTenantId: string;
  close(): Promise<void>;
}

/** A fresh migrated database with two tenants, on the PostgreSQL of this test run. */
export async function testDatabase(): Promise<TestDatabase> {
  const cluster = testCluster();
  const { connectionString, drop } = await createDatabase(cluster, 'parstock');
  const database = openDatabase({ connectionString });
  return {
    connectionString,
    database,
    tenantId: cluster.tenantId,
    otherTenantId: cluster.otherTenantId,
    close: async () => {
      await database.close();
      await drop();
    },
  };
}

/** An empty database, not migrated. */
export function emptyDatabase(): Promise<{ connectionString: string; drop(): Promise<void> }> {
  return createDatabase(testCluster(), 'template0');
}

function testCluster(): TestCluster {
  const found = process.env.PARSTOCK_TEST_CLUSTER;
  if (!found) throw new Error('no test cluster: run under the vitest project "real"');
  return JSON.parse(found);
}
