import { DatabaseSync } from 'node:sqlite';

/** A lock on a file, held until released or until the process ends, however it ends. */
export interface FileLock {
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Takes the lock, or says null where another process has it. The lock is the operating system's own
 * (taken through SQLite, since Node offers none): it vanishes with its process, and holds between
 * containers that share the folder, where process ids mean nothing.
 */
export function takeFileLock(path: string): FileLock | null {
  const lock = new DatabaseSync(path);
  try {
    // A journal would be left beside the lock by a process that was killed.
    lock.exec('pragma journal_mode = memory; begin exclusive');
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return null;
    throw error;
  }
  return { release: () => lock.close() };
}
