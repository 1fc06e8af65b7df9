import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { emptyDatabase } from '../../../test/support/database.ts';
import { knownMigrations, migrate } from './migrate.ts';
import { programContract, programVersion } from './schema-contract.ts';

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

test('waits for whoever migrates, and names them when that takes too long', async () => {
  const holder = new pg.Client({
    connectionString: empty.connectionString,
    application_name: 'stuck',
  });
  await holder.connect();
  await holder.query('select pg_advisory_lock(7270319001)');
  const log = { info: vi.fn() };
  await expect(migrate(empty.connectionString, { waitSeconds: 0.4, log })).rejects.toMatchObject({
    code: 'schema_locked',
    details: { holder: { program: 'stuck' } },
  });
  expect(log.info).toHaveBeenCalledOnce();
  const waiting = migrate(empty.connectionString);
  await holder.end();
  expect((await waiting).applied).toEqual(knownMigrations());
});

test('somebody who is told to stop does not go on waiting', async () => {
  const holder = new pg.Client({ connectionString: empty.connectionString });
  await holder.connect();
  await holder.query('select pg_advisory_lock(7270319001)');
  const stopping = new AbortController();
  const waiting = migrate(empty.connectionString, { signal: stopping.signal });
  setTimeout(() => stopping.abort(), 200);
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  await holder.end();
});

test('a database from before the contract was written down gets it', async () => {
  const first = readFileSync(new URL('./migrations/0001-foundation.sql', import.meta.url), 'utf8');
  await query(first);
  await query(`create table parstock_migrations (
    name text primary key, applied_at timestamptz not null default now())`);
  await query(`insert into parstock_migrations (name) values ('0001-foundation')`);
  const { applied, minReader } = await migrate(empty.connectionString);
  expect(applied).toEqual(knownMigrations().slice(1));
  expect(minReader).toBe(programContract().minReader);
  expect(await query('select 1 from parstock_migrations where min_reader is null')).toEqual([]);
});

async function extend(name: string, minReader: string): Promise<void> {
  await query(`insert into parstock_migrations (name, min_reader, applied_by)
    values ('${name}', '${minReader}', '${minReader}')`);
}

test('runs on a database that a newer program has extended, as long as that admits it', async () => {
  await migrate(empty.connectionString);
  await extend('9998-more', programVersion());
  const result = await migrate(empty.connectionString);
  expect(result).toEqual({ applied: [], schema: '9998-more', minReader: programVersion() });
});

test('refuses a database that asks for a newer program, naming both versions', async () => {
  await migrate(empty.connectionString);
  await extend('9998-more', programVersion());
  await extend('9999-less', '99.0.0');
  await expect(migrate(empty.connectionString)).rejects.toMatchObject({
    code: 'schema_too_new',
    details: { found: '9999-less', program: programVersion(), minReader: '99.0.0' },
  });
});

test('a statement that fails leaves nothing of its migration, and is named', async () => {
  // Something of that name is in the way.
  await query(`create table parstock_migrations (name text primary key)`);
  await query(`create view products as select 1 as sku`);
  await expect(migrate(empty.connectionString)).rejects.toMatchObject({
    code: 'migration_failed',
    details: { migration: '0001-foundation', sqlState: '42P07' },
  });
  expect(await query(`select to_regclass('tenants') as made`)).toEqual([{ made: null }]);
  await query(`drop view products; drop table parstock_migrations`);
  expect((await migrate(empty.connectionString)).applied).toEqual(knownMigrations());
});

test('the schema is written for the oldest PostgreSQL that is accepted', async () => {
  const folder = new URL('./migrations/', import.meta.url);
  for (const file of readdirSync(folder)) {
    const text = readFileSync(new URL(file, folder), 'utf8');
    // PostgreSQL 15 refuses it; the embedded one does not.
    expect(text, 'STORAGE inside CREATE TABLE').not.toMatch(/^ +\w+ \w+ storage /m);
  }
});
