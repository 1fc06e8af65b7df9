import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { withTenantConnection } from './tenant-connection.ts';

// PostgreSQL itself raises what it raises when a file cannot grow; no disk is filled.
const FILL = sql`do $$ begin raise 'could not extend file' using errcode = 'disk_full'; end $$`;

let given: TestDatabase;

beforeAll(async () => {
  given = await testDatabase();
});
afterAll(() => given.close());

test('a full disk is refused in words, by either way to the rows', async () => {
  const { database, tenantId } = given;
  const refused = { code: 'disk_full', details: { found: 'could not extend file' } };
  await expect(database.withTenant(tenantId, (tx) => FILL.execute(tx))).rejects.toMatchObject(
    refused,
  );
  const copying = withTenantConnection(database, tenantId, ({ tx }) => FILL.execute(tx));
  await expect(copying).rejects.toMatchObject(refused);
});

test('a database that goes down over it does not hide what came first', async () => {
  const { database, tenantId } = given;
  const failing = database.withTenant(tenantId, async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    try {
      await FILL.execute(tx);
    } finally {
      await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });
  await expect(failing).rejects.toMatchObject({ code: 'disk_full' });
});

test('any other fault of the database stays the fault that it is', async () => {
  const { database, tenantId } = given;
  const failing = database.withTenant(tenantId, (tx) => sql`select 1 / 0`.execute(tx));
  await expect(failing).rejects.toMatchObject({ code: '22012' });
});
