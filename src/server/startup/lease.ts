import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import { type FileLock, takeFileLock } from '../../ml/file-lock.ts';

/** The right to use a data folder, held until released or until the process ends. */
export type Lease = FileLock;

/**
 * Takes the data folder for this process alone; a lease of a process that was killed is free again.
 */
export function takeLease(dataDir: string): Lease {
  mkdirSync(dataDir, { recursive: true });
  const holder = join(dataDir, 'lease.json');
  const lock = takeFileLock(join(dataDir, 'lease.sqlite'));
  if (!lock) throw new Refusal('database_in_use', { folder: dataDir, ...readHolder(holder) });
  // In a container, process ids are all alike; there, its name says more.
  const facts = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  writeFileSync(holder, JSON.stringify(facts));
  return lock;
}

/** Who holds it, as far as they have written it down. */
function readHolder(path: string): { pid: number | null; host?: string } {
  try {
    const { pid, host } = JSON.parse(readFileSync(path, 'utf8'));
    return { pid, ...(host !== undefined && host !== hostname() && { host }) };
  } catch {
    return { pid: null };
  }
}
