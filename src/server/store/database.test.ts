import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/support/database.ts';

test('a connection that is cut in mid-transaction fails that transaction and nothing else', async () => {
  const { database, tenantId, close } = await testDatabase();
  const faults: unknown[] = [];
  const note = (error: unknown) => faults.push(error);
  process.on('uncaughtException', note);
  const cut = database.withTenant(tenantId, async (tx) => {
    await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx);
  });
  await expect(cut).rejects.toThrow();
  // The socket's own end comes after the query's.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const one = await database.withTenant(tenantId, (tx) =>
    sql<{ n: number }>`select 1 as n`.execute(tx),
  );
  expect(one.rows).toEqual([{ n: 1 }]);
  process.off('uncaughtException', note);
  expect(faults).toEqual([]);
  await close();
});
