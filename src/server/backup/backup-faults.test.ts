import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type BackupDesk, backupDesk, inSession } from '../../../test/support/backup-content.ts';
import { eventually } from '../../../test/support/jobs.ts';
import { sweepFolder } from './backup-folder.ts';
import { startBackupSchedule } from './backup-schedule.ts';

let desk: BackupDesk;
beforeAll(async () => {
  desk = await backupDesk();
  await inSession(desk.connectionString, (client) =>
    client.query(`select set_config('parstock.tenant_id', '${desk.tenantId}', false);
      insert into audit_log (tenant_id, actor, action, subject)
        select '${desk.tenantId}', md5(n::text), md5((n * 3)::text), md5((n * 7)::text)
        from generate_series(1, 60000) n`),
  );
});
afterAll(() => desk.remove());

const mounts: string[] = [];
afterEach(() => {
  for (const path of mounts.splice(0)) execFileSync('umount', [path]);
});

/** A folder with room for so much, where we may mount one; null elsewhere. */
function smallDisk(name: string, size: string): string | null {
  const path = join(desk.folder, '..', name);
  mkdirSync(path, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0755`, 'tmpfs', path], {
      stdio: 'ignore',
    });
  } catch {
    return null;
  }
  mounts.push(path);
  return path;
}

const leftIn = (folder: string) => readdirSync(folder).filter((name) => name !== 'backup.lock');

test.each([
  ['the file itself', '16k', /ENOSPC/],
  ['the cluster of the copy', '12m', /bytes free/],
  ['the rows of the copy', '56m', /^(?!.*bytes free)/],
])(
  'a disk that fills up with %s is said so, and nothing is left on it',
  async (_what, size, found) => {
    const folder = smallDisk(`disk-${size}`, size);
    // Without the right to mount there is no small disk to fill.
    if (folder === null) return expect(process.getuid?.()).not.toBe(0);
    await expect(desk.backup({ folder })).rejects.toMatchObject({
      code: 'backup_no_space',
      details: { found: expect.stringMatching(found) },
    });
    expect(leftIn(folder)).toEqual([]);
  },
);

const PROCESS = join(import.meta.dirname, '../../../test/support/processes/backup-process.ts');

function startBackupProcess(folder: string) {
  const { connectionString, uploadFolder } = desk;
  const child = spawn(process.execPath, [PROCESS, connectionString, folder, uploadFolder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text));
  return { child, said: () => said.join('') };
}

function postgresIn(folder: string): string[] {
  const list = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
  return list.filter((line) => line.includes(folder) && line.includes('postgres -D'));
}

test.each(['reading', 'starting', 'verifying'])(
  'killed while %s, it leaves no backup, and the next one removes what it left',
  async (moment) => {
    const folder = join(desk.folder, '..', `killed-${moment}`);
    const { child, said } = startBackupProcess(folder);
    await eventually(`the moment of ${moment}`, async () =>
      moment === 'starting'
        ? existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('scratch-'))
        : said().includes(moment),
    );
    child.kill('SIGKILL');
    await eventually('the end of the process', async () => child.signalCode !== null);
    expect(leftIn(folder).filter((name) => name.endsWith('.backup'))).toEqual([]);
    expect(leftIn(folder).length).toBeGreaterThan(0);
    await sweepFolder(folder);
    expect(leftIn(folder)).toEqual([]);
    expect(postgresIn(folder)).toEqual([]);
    const { path } = await desk.backup({ folder });
    expect(leftIn(folder)).toEqual([path.split('/').at(-1)]);
  },
);

test('given up half-way, it leaves nothing', async () => {
  const folder = join(desk.folder, '..', 'given-up');
  for (const doing of ['reading', 'verifying']) {
    const giveUp = new AbortController();
    const onProgress = (progress: { doing: string }) =>
      void (progress.doing === doing && giveUp.abort());
    const backup = desk.backup({ folder, signal: giveUp.signal, onProgress });
    await expect(backup).rejects.toThrow();
    expect(leftIn(folder)).toEqual([]);
    expect(postgresIn(folder)).toEqual([]);
  }
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function scheduleAt(folder: string, everyHours: number) {
  const clock = { at: Date.parse('2026-03-01T00:00:00Z') };
  const errors: object[] = [];
  const schedule = startBackupSchedule({
    config: {
      backupDir: folder,
      backupEveryHours: everyHours,
      backupKeep: 2,
      backupPassphrase: null,
    },
    connectionString: desk.connectionString,
    uploadFolder: desk.uploadFolder,
    program: '0.1.0',
    now: () => new Date(clock.at),
    log: { info: () => {}, warn: () => {}, error: (facts: object) => void errors.push(facts) },
  });
  const later = async (milliseconds: number) => {
    clock.at += milliseconds;
    await schedule.look();
    // One that was under way already may have looked at the clock before.
    await schedule.look();
    return schedule.read();
  };
  return { schedule, later, errors, clock };
}

test('by schedule: not at the start, minutes later, then as often as set, the newest kept', async () => {
  const folder = join(desk.folder, '..', 'scheduled');
  const { schedule, later, clock } = scheduleAt(folder, 24);
  expect(await later(1000)).toMatchObject({ state: 'waiting', lastAt: null });
  expect(await later(6 * MINUTE)).toMatchObject({ state: 'waiting', reason: null });
  const first = schedule.read();
  expect(first.lastAt).toBe(new Date(clock.at).toISOString());
  expect(first.nextAt).toBe(new Date(clock.at + 24 * HOUR).toISOString());
  expect((await later(23 * HOUR)).lastAt).toBe(first.lastAt);
  expect((await later(HOUR)).lastAt).toBe(new Date(clock.at).toISOString());
  await later(24 * HOUR);
  expect(leftIn(folder)).toHaveLength(2);
  await schedule.stop();
  const off = scheduleAt(folder, 0);
  expect(await off.later(HOUR)).toMatchObject({
    state: 'off',
    nextAt: null,
    lastBytes: expect.any(Number),
  });
  await off.schedule.stop();
});

test('by schedule: a failure is shown with its reason, logged, and tried again', async () => {
  const folder = join(desk.folder, '..', 'failing');
  const disk = smallDisk('failing', '16k');
  if (disk === null) return expect(process.getuid?.()).not.toBe(0);
  const { schedule, later, errors, clock } = scheduleAt(folder, 24);
  const failed = await later(10 * MINUTE);
  expect(failed).toMatchObject({ state: 'failed', lastAt: null });
  expect(failed.reason).toContain('too little disk space');
  expect(failed.nextAt).toBe(new Date(clock.at + 15 * MINUTE).toISOString());
  expect(errors).toHaveLength(1);
  execFileSync('umount', [mounts.pop()!]);
  expect(await later(15 * MINUTE)).toMatchObject({
    state: 'waiting',
    reason: null,
    lastAt: expect.any(String),
  });
  await schedule.stop();
});
