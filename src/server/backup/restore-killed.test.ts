import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type BackupDesk,
  backupDesk,
  contentOf,
  inSession,
} from '../../../test/support/backup-content.ts';
import { emptyDatabase } from '../../../test/support/database.ts';
import { eventually } from '../../../test/support/jobs.ts';
import { clockFrom } from '../clock.ts';
import { startJobs } from '../jobs/queue.ts';
import { openDatabase } from '../store/database.ts';
import { forgetBefore, restoreBackup } from './restore-backup.ts';

let desk: BackupDesk;
let path: string;
let wanted: Record<string, string>;
const PROCESS = join(import.meta.dirname, '../../../test/support/processes/restore-process.ts');

const asSuperuser = (url: string) => {
  const other = new URL(url);
  other.username = 'postgres';
  return other.href;
};

beforeAll(async () => {
  desk = await backupDesk();
  ({ path } = await desk.backup());
  wanted = await contentOf(asSuperuser(desk.connectionString));
});
afterAll(() => desk.remove());

/** Milliseconds after the first word of a moment, so that kills fall before, in and after the swap. */
const moments: [string, number][] = [
  ['restoring tenants', 0],
  ['restoring demand_daily', 0],
  ['verifying demand_daily', 0],
  ['verifying tenants', 30],
  ['verifying tenants', 120],
  ['verifying tenants', 250],
  ['verifying tenants', 400],
  ['done', 0],
];

test('killed at any moment, the old database serves, or the new one; the next restore completes', async () => {
  const target = await emptyDatabase();
  const url = asSuperuser(target.connectionString);
  await inSession(target.connectionString, (client) =>
    client.query(`create table precious as select 'kept' as what`),
  );
  const old = await contentOf(url);
  const home = join(desk.folder, '..', 'restores');
  const seen = new Set<string>();
  for (const [word, milliseconds] of moments) {
    const child = spawn(process.execPath, [PROCESS, path, url, home], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await eventually(word, async () => said.includes(word) || child.exitCode !== null);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    child.kill('SIGKILL');
    await ended;
    const content = await contentOf(url);
    const which = 'precious' in content ? 'old' : 'new';
    expect(content, `${word} ${milliseconds}`).toEqual(which === 'old' ? old : wanted);
    seen.add(which);
  }
  expect(seen).toEqual(new Set(['old', 'new']));
  const config = { databaseUrl: url, dataDir: home, backupPassphrase: null };
  const place = { config, uploadFolder: join(home, 'uploads'), now: () => new Date() };
  await restoreBackup({ ...place, path });
  expect(await contentOf(url)).toEqual(wanted);
  const beside = await inSession(url, async (client) => {
    const { rows } = await client.query('select datname from pg_database where datname like $1', [
      '%_restoring_%',
    ]);
    return rows;
  });
  expect(beside).toEqual([]);
  await forgetBefore(place);
  await target.drop();
});

test('work that was under way goes on after a restore, although no queue is in a backup', async () => {
  const csv = 'sku,date,units\nSKU-1,2026-01-01,4\n';
  const source = asSuperuser(desk.connectionString);
  const { id } = (
    await inSession(source, (client) =>
      client.query(
        `update imports set state = 'checking', file_bytes = $2, file_sha256 = $3
         where tenant_id = $1 returning id`,
        [desk.tenantId, csv.length, createHash('sha256').update(csv).digest('hex')],
      ),
    )
  ).rows[0];
  await mkdir(join(desk.uploadFolder, desk.tenantId), { recursive: true });
  await writeFile(join(desk.uploadFolder, desk.tenantId, id), csv);
  const made = await desk.backup();
  const target = await emptyDatabase();
  const home = join(desk.folder, '..', 'resumed');
  const uploadFolder = join(home, 'uploads');
  const url = asSuperuser(target.connectionString);
  const config = { databaseUrl: url, dataDir: home, backupPassphrase: null };
  await restoreBackup({ path: made.path, config, uploadFolder, now: () => new Date() });
  const connectionString = url;
  const role = 'parstock_app';
  const database = openDatabase({ connectionString, role });
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const clock = clockFrom(() => new Date('2026-03-31T09:00:00Z'));
  const jobs = await startJobs({
    connectionString,
    role,
    database,
    clock,
    uploadFolder,
    workers: 1,
    log,
  });
  const state = await eventually('the import to be checked', async () => {
    const row = await database.withTenant(desk.tenantId, (tx) =>
      tx
        .selectFrom('imports')
        .select(['state', 'rows_new'])
        .where('id', '=', id)
        .executeTakeFirst(),
    );
    return row?.state === 'checking' ? undefined : row;
  });
  expect(state).toEqual({ state: 'checked', rows_new: 1 });
  await jobs.stop();
  await database.close();
  await target.drop();
});
