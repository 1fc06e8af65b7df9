import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type BackupDesk,
  backupDesk,
  contentOf,
  inSession,
} from '../../../test/support/backup-content.ts';
import { emptyDatabase } from '../../../test/support/database.ts';
import { startEmbeddedPostgres } from '../startup/embedded-postgres.ts';
import { knownMigrations, migrationText } from '../store/migrate.ts';
import { makeBackup } from './make-backup.ts';
import { withReachedDatabase } from './reach-database.ts';
import { forgetBefore, type RestoreOptions, restoreBackup, undoRestore } from './restore-backup.ts';

let desk: BackupDesk;
let home: string;
let path: string;
let wanted: Record<string, string>;
let target: { connectionString: string; drop(): Promise<void> };

const asUser = (url: string, user: string) => {
  const other = new URL(url);
  other.username = user;
  return other.href;
};
const nameOf = (url: string) => new URL(url).pathname.slice(1);

beforeAll(async () => {
  desk = await backupDesk();
  home = await mkdtemp(join(tmpdir(), 'parstock-restore-'));
  ({ path } = await desk.backup());
  wanted = await contentOf(asUser(desk.connectionString, 'postgres'));
});
afterAll(async () => {
  await rm(home, { recursive: true, force: true });
  await desk.remove();
});
/** A database that serves, with something in it that must not be lost. */
beforeEach(async () => {
  target = await emptyDatabase();
  await inSession(target.connectionString, (client) =>
    client.query(`create table precious as select 'kept' as what`),
  );
});
afterEach(async () => {
  await forgetBefore(external('postgres'));
  await target.drop();
});

function external(
  user: 'postgres' | 'parstock',
  more: Partial<RestoreOptions> = {},
): RestoreOptions {
  const databaseUrl = asUser(target.connectionString, user);
  const config = { databaseUrl, dataDir: home, backupPassphrase: null };
  return { path, config, uploadFolder: join(home, 'uploads'), now: () => new Date(), ...more };
}

async function tablesIn(url: string): Promise<string[]> {
  return inSession(asUser(url, 'postgres'), async (client) => {
    const { rows } = await client.query(
      `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
    );
    return rows.map((row) => row.relname);
  });
}

async function databasesBeside(): Promise<string[]> {
  return inSession(asUser(desk.connectionString, 'postgres'), async (client) => {
    const { rows } = await client.query(
      'select datname from pg_database where starts_with(datname, $1)',
      [`${nameOf(target.connectionString)}_`],
    );
    return rows.map((row) => row.datname);
  });
}

test('what was there is kept under another name, comes back on demand, and goes on demand', async () => {
  const report = await restoreBackup(external('postgres'));
  const database = nameOf(target.connectionString);
  expect(report).toMatchObject({ database, schema: knownMigrations().at(-1) });
  expect(await contentOf(asUser(target.connectionString, 'postgres'))).toEqual(wanted);
  expect(await databasesBeside()).toEqual([report.kept]);
  // The program's own role reads it, and is held to its policies.
  const undone = await undoRestore(external('postgres'));
  expect(await tablesIn(target.connectionString)).toEqual(['precious']);
  expect(await databasesBeside()).toEqual([undone.kept]);
  await undoRestore(external('postgres'));
  expect(await contentOf(asUser(target.connectionString, 'postgres'))).toEqual(wanted);
  await forgetBefore(external('postgres'));
  expect(await databasesBeside()).toEqual([]);
  await expect(undoRestore(external('postgres'))).rejects.toMatchObject({
    code: 'nothing_to_undo',
  });
});

test('while somebody is connected it refuses, and says who', async () => {
  await inSession(target.connectionString, async (client) => {
    await client.query(`set application_name = 'parstock jobs'`);
    await expect(restoreBackup(external('postgres'))).rejects.toMatchObject({
      code: 'database_still_used',
      details: { found: ['parstock jobs (1)'] },
    });
  });
  expect(await tablesIn(target.connectionString)).toEqual(['precious']);
  expect(await databasesBeside()).toEqual([]);
});

test('somebody who connects while it restores keeps the old database in its place', async () => {
  let late: Promise<unknown> | undefined;
  const leave = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const onProgress = () => {
    late ??= inSession(target.connectionString, async () => {
      arrived.resolve();
      await leave.promise;
    });
  };
  await expect(restoreBackup(external('postgres', { onProgress }))).rejects.toMatchObject({
    code: 'database_still_used',
  });
  await arrived.promise;
  leave.resolve();
  await late;
  expect(await tablesIn(target.connectionString)).toEqual(['precious']);
  expect(await databasesBeside()).toEqual([]);
});

test('without the right to make databases, an empty one is filled, and no other', async () => {
  await expect(restoreBackup(external('parstock'))).rejects.toMatchObject({
    code: 'restore_not_allowed',
    details: { found: 'a user without CREATEDB' },
  });
  const empty = await emptyDatabase();
  const into = nameOf(empty.connectionString);
  const report = await restoreBackup(external('parstock', { into }));
  expect(report).toMatchObject({ database: into, kept: null });
  expect(await contentOf(asUser(empty.connectionString, 'postgres'))).toEqual(wanted);
  await expect(restoreBackup(external('parstock', { into }))).rejects.toMatchObject({
    code: 'restore_not_empty',
  });
  await empty.drop();
  expect(await tablesIn(target.connectionString)).toEqual(['precious']);
});

test('a backup of older tables is brought to the tables of this program', async () => {
  const old = await emptyDatabase();
  const tenantId = crypto.randomUUID();
  await inSession(old.connectionString, async (client) => {
    await client.query(
      'create table parstock_migrations (name text primary key, applied_at timestamptz not null default now())',
    );
    await client.query(migrationText('0001-foundation'));
    await client.query(`insert into parstock_migrations (name) values ('0001-foundation')`);
    await client.query(`select set_config('parstock.tenant_id', $1, false)`, [tenantId]);
    await client.query(`insert into tenants (id, name, currency) values ($1, 'Old', 'EUR')`, [
      tenantId,
    ]);
    await client.query(`insert into products (tenant_id, sku, name) values ($1, 'A', 'Ä')`, [
      tenantId,
    ]);
  });
  const made = await desk.backup({ connectionString: old.connectionString });
  expect(made.schema).toBe('0001-foundation');
  const report = await restoreBackup(external('postgres', { path: made.path }));
  expect(report.schema).toBe(knownMigrations().at(-1));
  const content = await contentOf(asUser(target.connectionString, 'postgres'));
  expect(content.products).toMatch(/^1 /);
  expect(content.parstock_migrations).toMatch(new RegExp(`^${knownMigrations().length} `));
  await old.drop();
});

test('what it cannot restore it refuses before anything is touched', async () => {
  await inSession(desk.connectionString, (client) =>
    client.query(
      `insert into parstock_migrations (name, min_reader, applied_by) values ('9999-later', '0.1.0', '9.0.0')`,
    ),
  );
  const newer = (await desk.backup()).path;
  await inSession(desk.connectionString, (client) =>
    client.query(`delete from parstock_migrations where name = '9999-later'`),
  );
  const bytes = await readFile(path);
  const cut = join(home, 'cut');
  await writeFile(cut, bytes.subarray(0, bytes.length - 1));
  const secret = (await desk.backup({ passphrase: 'a long passphrase' })).path;
  for (const [file, code] of [
    [newer, 'backup_too_new'],
    [cut, 'backup_damaged'],
    [secret, 'backup_wrong_passphrase'],
    [join(home, 'missing'), 'file_not_readable'],
    [import.meta.filename, 'backup_not_recognised'],
  ] as const)
    await expect(restoreBackup(external('postgres', { path: file })), file).rejects.toMatchObject({
      code,
    });
  expect(await tablesIn(target.connectionString)).toEqual(['precious']);
  expect(await databasesBeside()).toEqual([]);
});

test('a dry run looks, and changes nothing', async () => {
  const report = await restoreBackup(external('postgres', { dryRun: true }));
  expect(report).toMatchObject({ database: null, kept: null });
  expect(await tablesIn(target.connectionString)).toEqual(['precious']);
});

test('from a PostgreSQL of one kind into the other and back, files of waiting imports included', async () => {
  const dataDir = join(home, 'embedded');
  const uploadFolder = join(dataDir, 'uploads');
  const { rows } = await inSession(asUser(desk.connectionString, 'postgres'), (client) =>
    client.query('select id from imports where tenant_id = $1', [desk.tenantId]),
  );
  const file = join(desk.tenantId, rows[0].id);
  mkdirSync(join(desk.uploadFolder, desk.tenantId), { recursive: true });
  await writeFile(join(desk.uploadFolder, file), 'sku,date,units\n');
  const from = (await desk.backup()).path;
  const config = { databaseUrl: null, dataDir, backupPassphrase: null };
  const place = { config, uploadFolder, now: () => new Date() };
  // On a new machine there is nothing to keep.
  expect(await restoreBackup({ ...place, path: from })).toMatchObject({ kept: null });
  expect(await readFile(join(uploadFolder, file), 'utf8')).toBe('sku,date,units\n');
  const back = await withReachedDatabase(config, (connectionString) =>
    makeBackup(desk.options({ connectionString, uploadFolder, folder: join(dataDir, 'backups') })),
  );
  expect(back.files).toBe(1);
  await restoreBackup(external('postgres', { path: back.path }));
  const content = await contentOf(asUser(target.connectionString, 'postgres'));
  expect(content).toEqual(wanted);

  const running = await startEmbeddedPostgres({ dataDir, durable: false });
  await expect(restoreBackup({ ...place, path: from })).rejects.toMatchObject({
    code: 'database_in_use',
  });
  // Beside a running one, a backup goes through its socket.
  const beside = await withReachedDatabase(config, (connectionString) =>
    makeBackup(desk.options({ connectionString, uploadFolder, folder: join(dataDir, 'backups') })),
  );
  expect(beside.rows).toBe(back.rows);
  await running.stop();

  // What the old database's imports wait for outlives the new one's sweep, and comes back with it.
  expect(await restoreBackup({ ...place, path: from })).toMatchObject({ kept: expect.any(String) });
  await rm(join(uploadFolder, file));
  await undoRestore(place);
  expect(existsSync(join(uploadFolder, file))).toBe(true);
  await forgetBefore(place);
});

test('a folder without a database is not given an empty one to back up', async () => {
  const dataDir = join(home, 'mistyped');
  await expect(
    withReachedDatabase({ databaseUrl: null, dataDir }, async () => 'reached'),
  ).rejects.toMatchObject({ code: 'nothing_to_back_up' });
  expect(existsSync(dataDir)).toBe(false);
});
