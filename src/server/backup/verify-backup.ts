import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import { startEmbeddedPostgres } from '../startup/embedded-postgres.ts';
import { loadArchive } from './load-archive.ts';
import type { ArchiveContent, ReadOptions } from './read-archive.ts';
import type { Progress } from './write-archive.ts';

export interface VerifyOptions extends ReadOptions {
  /** Where the throwaway database lives: on the disk of the backups, so that a full one harms no other. */
  readonly folder: string;
  readonly onProgress?: (progress: Progress) => void;
}

/** What PostgreSQL needs before the first row, journal included. */
const EMPTY_CLUSTER_BYTES = 44_000_000;
/** With less than this, a failure is laid to the disk. */
const FULL_BYTES = 4_000_000;
/** SQLSTATEs that say that the machine is at fault, not the backup: no space, no memory, stopped. */
const MACHINE = /^(53|57|58|08)/;

/** Restores a backup into a database made for it alone, and compares every table with what was read. */
export async function verifyBackup(options: VerifyOptions): Promise<ArchiveContent> {
  const scratch = join(options.folder, `scratch-${randomBytes(6).toString('hex')}`);
  try {
    await refuseSmallDisk(options.folder);
    await mkdir(scratch);
    return await loadIntoScratch(scratch, options);
  } catch (error) {
    throw await asRefusal(error, options.folder);
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** initdb says in words alone that the disk is full, and has tidied up by the time that we look. */
async function refuseSmallDisk(folder: string): Promise<void> {
  const freeBytes = await freeBytesIn(folder);
  if (freeBytes >= EMPTY_CLUSTER_BYTES) return;
  const wanted = `${EMPTY_CLUSTER_BYTES} bytes for the copy that it is compared with`;
  throw new Refusal('backup_no_space', { where: folder, found: `${freeBytes} bytes free`, wanted });
}

async function freeBytesIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function loadIntoScratch(scratch: string, options: VerifyOptions): Promise<ArchiveContent> {
  const postgres = await startEmbeddedPostgres({ dataDir: scratch, durable: false });
  try {
    yieldToServer(scratch);
    const onProgress = (progress: Progress) =>
      options.onProgress?.({ ...progress, doing: 'verifying' });
    const { connectionString } = postgres;
    return await loadArchive({ ...options, connectionString, onProgress });
  } finally {
    await postgres.stop();
  }
}

/** Nobody waits for it: whoever uses the server comes first. Processes that it starts inherit this. */
function yieldToServer(scratch: string): void {
  const pid = Number(
    readFileSync(join(scratch, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0],
  );
  setPriority(pid, constants.priority.PRIORITY_LOW);
}

/** What the database of the copy says, as what it means for the backup. */
async function asRefusal(error: unknown, folder: string): Promise<unknown> {
  const { code = '', message } = error as { code?: string; message?: string };
  // A journal that finds no room ends PostgreSQL, which then says nothing more.
  const full = code === '53100' || code === 'ENOSPC' || (await freeBytesIn(folder)) < FULL_BYTES;
  if (full && !(error instanceof Refusal))
    return new Refusal('backup_no_space', { where: folder, found: message }, { cause: error });
  const saidByDatabase = /^[0-9A-Z]{5}$/.test(code) && !MACHINE.test(code);
  if (error instanceof Refusal || !saidByDatabase) return error;
  return new Refusal('backup_not_verified', { sqlState: code, found: message }, { cause: error });
}
