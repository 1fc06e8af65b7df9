import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Refusal } from '../../contract/errors.ts';

/** The right to use a data folder, held until released or until the process ends. */
export interface Lease {
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Takes the data folder for this process alone. The lock is the operating system's own (a lock on a
 * file, taken through SQLite since Node offers none): it vanishes with its process however that ends,
 * and holds between containers that share the folder, where process ids mean nothing.
 */
export function takeLease(dataDir: string): Lease {
  mkdirSync(dataDir, { recursive: true });
  const holder = join(dataDir, 'lease.json');
  const lock = new DatabaseSync(join(dataDir, 'lease.sqlite'));
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    throw new Refusal('database_in_use', { folder: dataDir, ...readHolder(holder) });
  }
  writeFileSync(holder, JSON.stringify({ pid: process.pid, since: new Date().toISOString() }));
  return { release: () => lock.close() };
}

/** Who holds it, as far as they have written it down. */
function readHolder(path: string): { pid: number | null } {
  try {
    return { pid: JSON.parse(readFileSync(path, 'utf8')).pid };
  } catch {
    return { pid: null };
  }
}
