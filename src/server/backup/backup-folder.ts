import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import { type FileLock, takeFileLock } from '../../ml/file-lock.ts';
import { takeLease } from '../startup/lease.ts';
import { stopOrphan } from '../startup/orphan-postmaster.ts';
import { readHeader } from './archive-frames.ts';
import type { ArchiveHeader } from './archive-header.ts';

/** A finished backup: it has its name because a restored copy of it was compared and found equal. */
export interface BackupFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly header: ArchiveHeader;
}

const NAME = /^parstock-\d{8}T\d{9}Z\.backup$/;
const PARTIAL = /^parstock-\d{8}T\d{9}Z\.backup\.partial$/;
const SCRATCH = /^scratch-[0-9a-f]{12}$/;
const LOCK = 'backup.lock';

/** The name of a backup of that instant; names sort by time. */
export function nameFor(instant: Date): string {
  return `parstock-${instant.toISOString().replace(/[-:.]/g, '')}.backup`;
}

/** Finished backups, newest first. What is not one of ours, whatever its name, is left out. */
export async function listBackups(folder: string): Promise<BackupFile[]> {
  const names = (await namesIn(folder)).filter((name) => NAME.test(name));
  const found = await Promise.all(names.map((name) => describe(folder, name)));
  return found
    .filter((file) => file !== null)
    .sort((a, b) => Date.parse(b.header.instant) - Date.parse(a.header.instant));
}

async function describe(folder: string, name: string): Promise<BackupFile | null> {
  const path = join(folder, name);
  try {
    const [header, { size }] = await Promise.all([readHeader(path), stat(path)]);
    return { name, path, bytes: size, header };
  } catch (error) {
    const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (gone || error instanceof Refusal) return null;
    throw error;
  }
}

/** Deletes all but the newest; what cannot be read as a backup of ours is never touched. */
export async function pruneBackups(folder: string, keep: number): Promise<string[]> {
  const files = (await listBackups(folder)).slice(Math.max(1, keep));
  for (const { path } of files) await rm(path, { force: true });
  return files.map(({ name }) => name);
}

/** Works in the folder while nobody else does, after what a killed backup left has been removed. */
export async function withFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = await lockFolder(folder);
  if (!lock) throw new Refusal('backup_under_way', { where: folder });
  try {
    await removeLeftovers(folder);
    return await work();
  } finally {
    lock.release();
  }
}

/** Removes what a killed backup left, unless one is being made. */
export async function sweepFolder(folder: string): Promise<void> {
  const names = await namesIn(folder);
  if (!names.some((name) => PARTIAL.test(name) || SCRATCH.test(name))) return;
  const lock = await lockFolder(folder);
  if (!lock) return;
  try {
    await removeLeftovers(folder);
  } finally {
    lock.release();
  }
}

async function lockFolder(folder: string): Promise<FileLock | null> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return takeFileLock(join(folder, LOCK));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC') throw new Refusal('backup_no_space', { where: folder }, { cause });
    const found = code ?? message;
    const command = `sudo install -d -o ${process.getuid?.()} -m 0700 ${folder}`;
    throw new Refusal('volume_not_writable', { path: folder, found, command }, { cause });
  }
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (PARTIAL.test(name)) await rm(join(folder, name), { force: true });
    if (SCRATCH.test(name)) await removeScratch(join(folder, name));
  }
}

/** One that is in use belongs to a backup that is being verified by hand. */
async function removeScratch(folder: string): Promise<void> {
  const cluster = join(folder, 'postgres');
  if (existsSync(cluster)) {
    const lease = leaseUnlessUsed(folder);
    if (!lease) return;
    await stopOrphan(cluster);
    lease.release();
  }
  // An initdb whose program was killed writes on for a moment.
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

function leaseUnlessUsed(folder: string): FileLock | null {
  try {
    return takeLease(folder);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'database_in_use') return null;
    throw error;
  }
}

/** Gives a finished file its name; when this returns, the name survives a power cut. */
export async function publish(partial: string, path: string): Promise<void> {
  await rename(partial, path);
  const folder = await open(join(path, '..'), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
