import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

// Such a folder is closed to everybody else: as root, PostgreSQL's own user must still get through.
let folder: string;
/** Where durability is not what is tested. */
let quick: { dataDir: string; durable: false };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parstock-embedded-'));
  quick = { dataDir: folder, durable: false };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function ask(connectionString: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const postmasterPid = (dataDir: string) =>
  Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);

function isRunning(pid: number): boolean {
  try {
    // A zombie has an empty command line.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

/** A process of its own that holds the folder; resolves once its PostgreSQL answers. */
async function holdElsewhere(dataDir: string) {
  const script = fileURLToPath(new URL('../../../test/support/hold-postgres.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return { child, connectionString: String(line).trim() };
}

test('is durable, speaks UTF-8, and connects as a role that row-level security binds', async () => {
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  const [row] = await ask(
    postgres.connectionString,
    `select current_setting('fsync') as fsync, current_setting('server_encoding') as encoding,
       current_setting('listen_addresses') as listens, rolsuper, rolbypassrls,
       upper('caffè') as upper
     from pg_roles where rolname = current_user`,
  );
  const pid = postmasterPid(folder);
  await postgres.stop();
  expect(row).toEqual({
    fsync: 'on',
    encoding: 'UTF8',
    listens: '',
    rolsuper: false,
    rolbypassrls: false,
    upper: 'CAFFÈ',
  });
  expect(isRunning(pid)).toBe(false);
});

test('a second process is refused by the pid of the first, until that one ends', async () => {
  const { child } = await holdElsewhere(folder);
  await expect(startEmbeddedPostgres({ dataDir: folder })).rejects.toMatchObject({
    code: 'database_in_use',
    details: { folder, pid: child.pid },
  });
  child.kill('SIGTERM');
  await once(child, 'exit');
  await (await startEmbeddedPostgres(quick)).stop();
});

test('after kill -9 the lease is taken over, the orphan ended, and what was committed is there', async () => {
  const { child, connectionString } = await holdElsewhere(folder);
  await ask(connectionString, 'create table kept (value integer)');
  await ask(connectionString, 'insert into kept values (42)');
  const orphan = postmasterPid(folder);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isRunning(orphan)).toBe(true);
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  expect(isRunning(orphan)).toBe(false);
  expect(await ask(postgres.connectionString, 'select value from kept')).toEqual([{ value: 42 }]);
  await postgres.stop();
});

test('a cluster half-made and a pid file of another program are no hindrance', async () => {
  mkdirSync(join(folder, 'postgres.partial-1/base'), { recursive: true });
  writeFileSync(join(folder, 'postgres.partial-1/half'), 'made');
  await (await startEmbeddedPostgres(quick)).stop();
  expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  writeFileSync(join(folder, 'postgres/postmaster.pid'), `${process.pid}\n`);
  const postgres = await startEmbeddedPostgres(quick);
  expect(await ask(postgres.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
  await postgres.stop();
});

test('files that are no whole database are refused, not thrown away', async () => {
  const precious = join(folder, 'postgres/base/1/1259');
  mkdirSync(dirname(precious), { recursive: true });
  writeFileSync(precious, 'somebody’s rows');
  await expect(startEmbeddedPostgres(quick)).rejects.toMatchObject({
    code: 'database_not_started',
    details: { said: expect.stringContaining('no PG_VERSION') },
  });
  expect(readFileSync(precious, 'utf8')).toBe('somebody’s rows');
});

test('an initdb that outlives its killed start does not get into the way of the next one', async () => {
  const script = fileURLToPath(new URL('../../../test/support/hold-postgres.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder], { stdio: 'ignore' });
  const partials = () => readdirSync(folder).filter((name) => name.includes('partial'));
  while (!partials().some((name) => existsSync(join(folder, name, 'base')))) await sleep(5);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const postgres = await startEmbeddedPostgres(quick);
  expect(await ask(postgres.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
  await postgres.stop();
});

test('a path too long for a socket gets its socket elsewhere', async () => {
  const deep = join(folder, 'x'.repeat(60), 'y'.repeat(60));
  const postgres = await startEmbeddedPostgres({ ...quick, dataDir: deep });
  expect(postgres.connectionString).not.toContain('xxx');
  expect(await ask(postgres.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
  await postgres.stop();
});

test('says when PostgreSQL ends without having been asked to', async () => {
  const ended = Promise.withResolvers<string>();
  const onUnexpectedExit = ended.resolve;
  const postgres = await startEmbeddedPostgres({ ...quick, onUnexpectedExit });
  process.kill(postmasterPid(folder), 'SIGKILL');
  expect(await ended.promise).toBe('SIGKILL');
  await postgres.stop();
});
