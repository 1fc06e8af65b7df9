import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { emptyDatabase } from '../../../test/support/database.ts';
import { openDatabase } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { connectExternalPostgres } from './external-postgres.ts';

let empty: Awaited<ReturnType<typeof emptyDatabase>>;
beforeAll(async () => {
  empty = await emptyDatabase();
});
afterAll(() => empty.drop());

const log = { info: vi.fn() };
const asUser = (user: string) => {
  const url = new URL(empty.connectionString);
  url.username = user;
  return url.href;
};

test('an ordinary user is used as it is', async () => {
  const url = empty.connectionString;
  expect(await connectExternalPostgres(url, { deadlineSeconds: 5, log })).toBe(url);
});

test('a superuser acts as a role that sees one tenant at a time', async () => {
  const connect = () => connectExternalPostgres(asUser('postgres'), { deadlineSeconds: 5, log });
  const [url] = await Promise.all([connect(), connect()]);
  await migrate(url);
  const database = openDatabase({ connectionString: url });
  const id = crypto.randomUUID();
  await database.withTenant(id, (tx) =>
    tx.insertInto('tenants').values({ id, name: 'One', currency: 'EUR' }).execute(),
  );
  const seen = (tenant: string) =>
    database.withTenant(tenant, (tx) => tx.selectFrom('tenants').select('name').execute());
  expect(await seen(id)).toHaveLength(1);
  expect(await seen(crypto.randomUUID())).toEqual([]);
  await database.close();
});

test('somebody who is not let in is refused at once, and no password is shown', async () => {
  const startedAt = performance.now();
  const url = asUser('stranger').replace('stranger@', 'stranger:secret@');
  const refusal = await connectExternalPostgres(url, { deadlineSeconds: 60, log }).catch((e) => e);
  expect(refusal).toMatchObject({ code: 'database_unreachable' });
  expect(JSON.stringify(refusal.details)).not.toContain('secret');
  expect(performance.now() - startedAt).toBeLessThan(30_000);
});

test('a wrong password is refused at once, and named', async () => {
  const superuser = new pg.Client({ connectionString: asUser('postgres') });
  await superuser.connect();
  const { rows } = await superuser.query('show hba_file');
  const path = rows[0].hba_file as string;
  const before = readFileSync(path, 'utf8');
  try {
    await superuser.query(`create role guarded login password 'the right one'`);
    writeFileSync(path, `local all guarded scram-sha-256\n${before}`);
    await superuser.query('select pg_reload_conf()');
    const url = (password: string) => {
      const one = new URL(asUser('guarded'));
      one.password = password;
      return one.href;
    };
    const options = { deadlineSeconds: 60, log };
    await vi.waitFor(async () => {
      expect(await connectExternalPostgres(url('the right one'), options)).toContain('guarded');
    });
    log.info.mockClear();
    await expect(connectExternalPostgres(url('a wrong one'), options)).rejects.toMatchObject({
      code: 'database_unreachable',
      details: { found: 'the password is wrong' },
    });
    // Not once was it waited for.
    expect(log.info).not.toHaveBeenCalled();
  } finally {
    writeFileSync(path, before);
    await superuser.query('select pg_reload_conf()');
    await superuser.query('drop role guarded');
    await superuser.end();
  }
});

test('a database that is not there is waited for, and named', async () => {
  const url = new URL(empty.connectionString);
  url.pathname = '/nowhere';
  log.info.mockClear();
  await expect(
    connectExternalPostgres(url.href, { deadlineSeconds: 1, log }),
  ).rejects.toMatchObject({
    code: 'database_unreachable',
    details: { found: 'there is no such database', address: expect.stringContaining('/nowhere') },
  });
  expect(log.info).toHaveBeenCalled();
});

test('a database that is made while it is waited for is taken', async () => {
  const late = await emptyDatabase();
  await late.drop();
  const name = new URL(late.connectionString).pathname.slice(1);
  const waiting = connectExternalPostgres(late.connectionString, { deadlineSeconds: 30, log });
  const client = new pg.Client({ connectionString: asUser('postgres') });
  await client.connect();
  await client.query(`create database ${name} owner parstock`);
  expect(await waiting).toBe(late.connectionString);
  await client.end();
  await late.drop();
});

test('who is told to stop does not wait on', async () => {
  const url = new URL(empty.connectionString);
  url.pathname = '/nowhere';
  const stopping = new AbortController();
  setTimeout(() => stopping.abort(), 300);
  const { signal } = stopping;
  await expect(
    connectExternalPostgres(url.href, { deadlineSeconds: 60, log, signal }),
  ).rejects.toMatchObject({ name: 'AbortError' });
});

test('a server without TLS is named where TLS is wanted', async () => {
  // PostgreSQL answers N to the request for TLS where it has none.
  const plain = createServer((socket) =>
    socket.on('data', () => socket.write('N')).on('error', () => {}),
  );
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  const { port } = plain.address() as { port: number };
  const url = `postgresql://ann@127.0.0.1:${port}/shop?sslmode=require`;
  await expect(connectExternalPostgres(url, { deadlineSeconds: 1, log })).rejects.toMatchObject({
    code: 'database_unreachable',
    details: { found: expect.stringContaining('SSL') },
  });
  await new Promise((resolve) => plain.close(resolve));
});

test('a host where nothing listens is tried until the deadline, then named with the reason', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  await new Promise((resolve) => taken.close(resolve));
  log.info.mockClear();
  const url = `postgresql://ann:secret@127.0.0.1:${port}/shop`;
  await expect(connectExternalPostgres(url, { deadlineSeconds: 1, log })).rejects.toMatchObject({
    code: 'database_unreachable',
    details: {
      address: `ann@127.0.0.1:${port}/shop`,
      found: 'nothing listens on that host and port',
    },
  });
  expect(log.info.mock.calls.length).toBeGreaterThan(1);
});
