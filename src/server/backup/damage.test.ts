import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../test/support/database.ts';
import { Refusal } from '../../contract/errors.ts';
import { readHeader } from './archive-frames.ts';
import { checkBackup } from './check-backup.ts';
import { readArchive } from './read-archive.ts';
import { withSnapshot } from './snapshot.ts';
import { writeArchive } from './write-archive.ts';

let folder: string;
let plain: Buffer;
let hidden: Buffer;
const passphrase = 'correct horse battery';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parstock-damage-'));
  const db = await testDatabase();
  const facts = { uploadFolder: folder, program: '0.1.0', instant: '2026-01-01T00:00:00.000Z' };
  const write = async (name: string, secret: string | null) => {
    const path = join(folder, name);
    await withSnapshot(db.connectionString, (snapshot) =>
      writeArchive(snapshot, { ...facts, path, passphrase: secret }),
    );
    return readFile(path);
  };
  plain = await write('plain', null);
  hidden = await write('hidden', passphrase);
  await db.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What reading these bytes ends in: the code of the refusal, or that it was taken. */
async function outcome(bytes: Buffer): Promise<string> {
  const path = join(folder, 'changed');
  await writeFile(path, bytes);
  try {
    await readArchive({ path, passphrase });
    return 'taken';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

const noticed = new Set([
  'backup_damaged',
  'backup_not_recognised',
  'backup_too_new',
  'backup_wrong_passphrase',
]);

test('as written, both are taken', async () => {
  expect([await outcome(plain), await outcome(hidden)]).toEqual(['taken', 'taken']);
});

test('cut at any byte, it is refused', async () => {
  for (let length = 0; length < plain.length; length += 3)
    expect(noticed, `cut at ${length}`).toContain(await outcome(plain.subarray(0, length)));
  for (let length = 0; length < hidden.length; length += 97)
    expect(noticed, `cut at ${length}`).toContain(await outcome(hidden.subarray(0, length)));
});

test('with any one byte changed, it is refused', async () => {
  const flipped = (bytes: Buffer, at: number) => {
    const other = Buffer.from(bytes);
    other[at]! ^= 1 << (at % 8);
    return other;
  };
  for (let at = 0; at < plain.length; at += 2)
    expect(noticed, `changed at ${at}`).toContain(await outcome(flipped(plain, at)));
  for (let at = 0; at < hidden.length; at += 89)
    expect(noticed, `changed at ${at}`).toContain(await outcome(flipped(hidden, at)));
});

test('with something added, or a frame doubled or left out, it is refused', async () => {
  const start = plain.indexOf('\n', plain.indexOf('\n') + 1) + 1;
  const frames = plain.subarray(start);
  const header = plain.subarray(0, start);
  expect(await outcome(Buffer.concat([plain, Buffer.from([0])]))).toBe('backup_damaged');
  expect(await outcome(Buffer.concat([plain, frames]))).toBe('backup_damaged');
  expect(await outcome(Buffer.concat([header, frames, frames]))).toBe('backup_damaged');
  expect(await outcome(header)).toBe('backup_damaged');
  // The frames of one file behind the header of another.
  expect(
    await outcome(Buffer.concat([Buffer.from(String(header).replace('2026', '2027')), frames])),
  ).toBe('backup_damaged');
});

test('a newer format, another file, an empty one and none are told apart', async () => {
  const newer = Buffer.from(plain.toString('latin1').replace('"format":1', '"format":2'), 'latin1');
  expect(await outcome(newer)).toBe('backup_too_new');
  expect(await outcome(Buffer.from('PK\u0003\u0004 something'))).toBe('backup_not_recognised');
  expect(await outcome(Buffer.alloc(0))).toBe('backup_not_recognised');
  const nowhere = join(folder, 'nowhere');
  await expect(readArchive({ path: nowhere, passphrase: null })).rejects.toMatchObject({
    code: 'file_not_readable',
  });
});

test('a header that asks for endless work on the passphrase is refused at once', async () => {
  const greedy = hidden.toString('latin1').replace('"cost":32768', '"cost":9999999');
  expect(await outcome(Buffer.from(greedy, 'latin1'))).toBe('backup_damaged');
});

test('what stands in the clear can be read without the passphrase', async () => {
  const header = await readHeader(join(folder, 'hidden'));
  expect(header).toMatchObject({
    format: 1,
    program: '0.1.0',
    encryption: { cipher: 'aes-256-gcm' },
  });
});

test('verify takes a good file and leaves nothing beside it', async () => {
  const { rows } = await checkBackup({ path: join(folder, 'hidden'), passphrase });
  expect(rows).toBeGreaterThan(2);
});
