import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyDatabase } from '../../../test/support/database.ts';
import { knownMigrations, migrate } from './migrate.ts';

let empty: Awaited<ReturnType<typeof emptyDatabase>>;
beforeEach(async () => {
  empty = await emptyDatabase();
});
afterEach(() => empty.drop());

async function query(text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: empty.connectionString });
  await client.connect();
  const { rows } = await client.query(text);
  await client.end();
  return rows;
}

test('of ten programs at once one migrates, nine wait, none fails', async () => {
  const results = await Promise.all(
    Array.from({ length: 10 }, () => migrate(empty.connectionString)),
  );
  expect(results.flatMap(({ applied }) => applied)).toEqual(knownMigrations());
  expect(new Set(results.map(({ schema }) => schema)).size).toBe(1);
});

test('takes no lock when there is nothing to do', async () => {
  await migrate(empty.connectionString);
  const holder = new pg.Client({ connectionString: empty.connectionString });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select pg_advisory_lock(7270319001)');
  await holder.query('lock table products in access exclusive mode');
  expect((await migrate(empty.connectionString)).applied).toEqual([]);
  await holder.end();
});

test('refuses a database that a newer program has migrated, naming both versions', async () => {
  await migrate(empty.connectionString);
  await query(`insert into parstock_migrations (name) values ('9999-from-the-future')`);
  await expect(migrate(empty.connectionString)).rejects.toMatchObject({
    code: 'schema_too_new',
    details: { found: '9999-from-the-future', wanted: knownMigrations().at(-1) },
  });
});

test('the schema is written for the oldest PostgreSQL that is accepted', async () => {
  const folder = new URL('./migrations/', import.meta.url);
  for (const file of readdirSync(folder)) {
    const text = readFileSync(new URL(file, folder), 'utf8');
    // PostgreSQL 15 refuses it; the embedded one does not.
    expect(text, 'STORAGE inside CREATE TABLE').not.toMatch(/^ +\w+ \w+ storage /m);
  }
});
