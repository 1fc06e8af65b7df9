import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type BackupDesk,
  backupDesk,
  contentOf,
  inSession,
} from '../../../test/support/backup-content.ts';
import { emptyDatabase } from '../../../test/support/database.ts';
import { migrate } from '../store/migrate.ts';
import { listBackups } from './backup-folder.ts';
import { loadArchive } from './load-archive.ts';
import { readArchive } from './read-archive.ts';
import { withSnapshot } from './snapshot.ts';
import { writeArchive } from './write-archive.ts';

let desk: BackupDesk;
beforeAll(async () => {
  desk = await backupDesk();
});
afterAll(() => desk.remove());

function asSuperuser(url: string): string {
  const other = new URL(url);
  other.username = 'postgres';
  return other.href;
}

async function restored(path: string, passphrase: string | null = null) {
  const target = await emptyDatabase();
  const { connectionString } = target;
  await loadArchive({ path, passphrase, connectionString });
  const content = await contentOf(asSuperuser(connectionString));
  return { content, connectionString, drop: target.drop };
}

test('every row of every table of both tenants comes back, and every identity goes on where it was', async () => {
  const report = await desk.backup();
  const wanted = await contentOf(asSuperuser(desk.connectionString));
  expect(wanted.demand_daily).toMatch(/^16000 /);
  const { content, drop } = await restored(report.path);
  expect(content).toEqual(wanted);
  expect(report).toMatchObject({
    tables: Object.keys(wanted).filter((name) => !name.endsWith('_seq')).length,
  });
  await drop();
});

test('in the restored database policies and triggers hold again', async () => {
  const { path } = await desk.backup();
  const { connectionString, drop } = await restored(path);
  await inSession(connectionString, async (client) => {
    expect((await client.query('select count(*)::int as n from products')).rows[0].n).toBe(0);
    await client.query(`select set_config('parstock.tenant_id', $1, false)`, [desk.tenantId]);
    expect((await client.query('select count(*)::int as n from products')).rows[0].n).toBe(40);
    await expect(client.query('update forecast_runs set attempts = 9')).rejects.toThrow(
      'immutable',
    );
    await client.query(`insert into suppliers (tenant_id, code, name) values ($1, 'NEW', 'n')`, [
      desk.tenantId,
    ]);
  });
  expect((await migrate(connectionString)).applied).toEqual([]);
  await drop();
});

test('an encrypted backup says nothing in the clear, and comes back with its passphrase alone', async () => {
  const passphrase = 'correct horse – battery';
  const { path, encrypted } = await desk.backup({ passphrase });
  expect(encrypted).toBe(true);
  expect(readFileSync(path).includes('First company')).toBe(false);
  const { content, drop } = await restored(path, passphrase);
  expect(content).toEqual(await contentOf(asSuperuser(desk.connectionString)));
  await drop();
  for (const wrong of [null, 'correct horse - battery'])
    await expect(readArchive({ path, passphrase: wrong })).rejects.toMatchObject({
      code: 'backup_wrong_passphrase',
    });
});

test('files of imports that wait come along, also when the import ends meanwhile', async () => {
  const { id } = (
    await inSession(asSuperuser(desk.connectionString), (client) =>
      client.query('select id from imports where tenant_id = $1', [desk.tenantId]),
    )
  ).rows[0];
  const file = join(desk.uploadFolder, desk.tenantId, id);
  await mkdir(join(file, '..'), { recursive: true });
  const bytes = Buffer.alloc(300_000, 'sku;units\n\0');
  await writeFile(file, bytes);
  const path = join(desk.folder, 'by-hand.backup');
  await withSnapshot(desk.connectionString, async (snapshot) => {
    const facts = { uploadFolder: desk.uploadFolder, program: '0.1.0', passphrase: null, path };
    await writeArchive(snapshot, {
      ...facts,
      instant: new Date().toISOString(),
      // The first table has been read: by now the file is open.
      onProgress: () => void rm(file, { force: true }),
    });
  });
  const target = await emptyDatabase();
  const taken = new Map<string, Buffer>();
  const takeFile = async (name: string, data: AsyncIterable<Buffer>) => {
    const pieces: Buffer[] = [];
    for await (const piece of data) pieces.push(piece);
    taken.set(name, Buffer.concat(pieces));
  };
  await loadArchive({
    path,
    passphrase: null,
    takeFile,
    connectionString: target.connectionString,
  });
  expect([...taken.keys()]).toEqual([`${desk.tenantId}/${id}`]);
  expect(taken.get(`${desk.tenantId}/${id}`)?.equals(bytes)).toBe(true);
  await target.drop();
  await rm(path);
});

test('a table that a later migration adds cannot be forgotten', async () => {
  await inSession(desk.connectionString, async (client) => {
    await client.query(
      'create table later_things (id int generated always as identity, what text, twice int generated always as (id * 2) stored)',
    );
    await client.query(`insert into later_things (what) values ('one'), ('two')`);
    await client.query(
      `insert into parstock_migrations (name, min_reader, applied_by) values ('9999-later', '0.1.0', '9.0.0')`,
    );
  });
  // This program does not know the migration, and verifies what it has read nevertheless.
  const { path, schema } = await desk.backup();
  expect(schema).toBe('9999-later');
  const { ends } = await readArchive({ path, passphrase: null });
  expect(ends.get('table later_things')?.rows).toBe(2);
  await inSession(desk.connectionString, async (client) => {
    await client.query('drop table later_things');
    await client.query(`delete from parstock_migrations where name = '9999-later'`);
  });
});

test('a guarded table that does not go by tenant is refused rather than read in part', async () => {
  await inSession(desk.connectionString, (client) =>
    client.query(`create table odd (what text); alter table odd enable row level security;
      alter table odd force row level security`),
  );
  await expect(desk.backup()).rejects.toThrow('cannot read all of odd');
  await inSession(desk.connectionString, (client) => client.query('drop table odd'));
});

test('what is written while the backup reads is in it whole or not at all', async () => {
  await inSession(desk.connectionString, (client) =>
    client.query(`create table moving (side text primary key, amount int); create table moved (amount int);
      insert into moving values ('left', 1000), ('right', 0)`),
  );
  let going = true;
  const writer = inSession(desk.connectionString, async (client) => {
    while (going) {
      await client.query('begin');
      await client.query(`update moving set amount = amount - 1 where side = 'left'`);
      await client.query(`update moving set amount = amount + 1 where side = 'right'`);
      await client.query('insert into moved values (1)');
      await client.query('commit');
    }
  });
  const path = join(desk.folder, 'moving.backup');
  const tables = new Map<string, string>();
  for (let round = 0; round < 5; round++) {
    await withSnapshot(desk.connectionString, (snapshot) =>
      writeArchive(snapshot, { ...desk.options(), path, instant: new Date().toISOString() }),
    );
    await readArchive(
      { path, passphrase: null },
      {
        begin: async () => {},
        section: async ({ name }, data) => {
          let text = '';
          for await (const piece of data) text += piece;
          tables.set(name, text);
        },
        sectionEnd: async () => {},
      },
    );
    await rm(path);
    const [left, right] = tables
      .get('moving')!
      .trim()
      .split('\n')
      .sort()
      .map((row) => Number(row.split('\t')[1]));
    expect(left! + right!).toBe(1000);
    expect(tables.get('moved')!.split('\n').length - 1).toBe(right);
  }
  going = false;
  await writer;
  await inSession(desk.connectionString, (client) => client.query('drop table moving, moved'));
});

test('a migration waits for the snapshot instead of queueing up before it', async () => {
  const target = await emptyDatabase();
  const order: string[] = [];
  await migrate(target.connectionString);
  await inSession(target.connectionString, (client) =>
    client.query(`delete from parstock_migrations where name <> '0001-foundation'`),
  );
  let migrated: Promise<unknown> = Promise.resolve();
  await withSnapshot(target.connectionString, async () => {
    migrated = migrate(target.connectionString)
      .catch(() => {})
      .finally(() => order.push('migration'));
    await new Promise((resolve) => setTimeout(resolve, 600));
    order.push('snapshot');
  });
  await migrated;
  expect(order).toEqual(['snapshot', 'migration']);
  await target.drop();
});

test('a second backup of the same database is refused while one is made', async () => {
  await withSnapshot(desk.connectionString, async () => {
    await expect(desk.backup()).rejects.toMatchObject({ code: 'backup_under_way' });
  });
});

test('older backups go, by count; what is not a backup stays, whatever its name', async () => {
  const before = await listBackups(desk.folder);
  const impostor = 'parstock-20200101T000000000Z.backup';
  await writeFile(join(desk.folder, impostor), 'holiday photographs');
  await writeFile(join(desk.folder, 'notes.txt'), 'mine');
  const report = await desk.backup({ keep: 1 });
  expect([...report.pruned].sort()).toEqual(before.map(({ name }) => name).sort());
  const left = readdirSync(desk.folder).filter((name) => name !== 'backup.lock');
  expect(left.sort()).toEqual(
    [impostor, 'notes.txt', (await listBackups(desk.folder))[0]!.name].sort(),
  );
  expect((await stat(report.path)).mode & 0o777).toBe(0o600);
  expect(await readFile(join(desk.folder, impostor), 'utf8')).toBe('holiday photographs');
});
