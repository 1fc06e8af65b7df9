import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunAs } from './unprivileged.ts';

/** Room for a socket's path in the kernel (sun_path on Linux is 108 bytes, on macOS 104). */
const LONGEST_PATH = 102;
export const SOCKET_NAME = '.s.PGSQL.5432';

export interface SocketFolder {
  readonly path: string;
  remove(): void;
}

/** A private folder for the socket, beside the data or, where that path is too long, in the temporary folder. */
export function makeSocketFolder(dataDir: string, runAs: RunAs): SocketFolder {
  const beside = join(dataDir, 'run');
  const fits = Buffer.byteLength(join(beside, SOCKET_NAME)) <= LONGEST_PATH;
  const path = fits ? beside : mkdtempSync(join(tmpdir(), 'parstock-'));
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o700);
  if (runAs.owner) chownSync(path, runAs.owner.uid, runAs.owner.gid);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A connection string for the socket in that folder. */
export function socketUrl(folder: string, who: { user: string; database: string }): string {
  return `postgresql://${who.user}@${encodeURIComponent(folder)}:5432/${who.database}`;
}
