import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type FileLock, takeFileLock } from '../file-lock.ts';

const USE = '.use';

/**
 * Says that this process uses a runtime, until released or until the process ends. Any number may;
 * whoever wants to remove it asks for the same lock alone.
 */
export function markInUse(folder: string): FileLock {
  const lock = new DatabaseSync(`${folder}${USE}`);
  lock.exec('begin');
  // Reading takes the shared lock; `begin` alone takes none.
  lock.prepare('select count(*) from sqlite_master').get();
  return { release: () => lock.close() };
}

/** Removes the runtimes of other versions that no process uses; returns their names. */
export async function removeUnused(folder: string, keep: string): Promise<string[]> {
  const removed: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name === keep) continue;
    const path = join(folder, entry.name);
    const alone = takeFileLock(`${path}${USE}`);
    if (!alone) continue;
    await rm(path, { recursive: true, force: true });
    alone.release();
    await rm(`${path}${USE}`, { force: true });
    removed.push(entry.name);
  }
  return removed;
}
