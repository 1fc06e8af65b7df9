import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import { nameFor, pruneBackups, publish, withFolder } from './backup-folder.ts';
import { withSnapshot } from './snapshot.ts';
import { verifyBackup } from './verify-backup.ts';
import { type Progress, writeArchive } from './write-archive.ts';

export interface BackupOptions {
  /** As the program that serves connects: row-level security holds for it. */
  readonly connectionString: string;
  readonly folder: string;
  readonly uploadFolder: string;
  readonly program: string;
  readonly passphrase: string | null;
  /** How many backups stay. */
  readonly keep: number;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface BackupReport {
  readonly path: string;
  readonly instant: string;
  readonly bytes: number;
  readonly schema: string;
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
  readonly encrypted: boolean;
  readonly seconds: { readonly writing: number; readonly verifying: number };
  /** Names of older backups that were deleted. */
  readonly pruned: readonly string[];
}

/**
 * Makes a backup: a snapshot into a file, the file restored into a throwaway database and compared, and
 * only then its name. Whatever fails, nothing half-made is left behind.
 */
export async function makeBackup(options: BackupOptions): Promise<BackupReport> {
  const { folder } = options;
  return withFolder(folder, async () => {
    const instant = options.now();
    const path = join(folder, nameFor(instant));
    const partial = `${path}.partial`;
    try {
      const facts = await writeAndVerify(partial, { ...options, instant: instant.toISOString() });
      await publish(partial, path);
      const pruned = await pruneBackups(folder, options.keep);
      return { path, ...facts, pruned };
    } catch (error) {
      throw asRefusal(error, folder);
    } finally {
      await rm(partial, { force: true });
    }
  });
}

async function writeAndVerify(path: string, options: BackupOptions & { instant: string }) {
  const { instant, passphrase, folder, signal, onProgress } = options;
  const began = performance.now();
  const { manifest, rows } = await withSnapshot(options.connectionString, (snapshot) =>
    writeArchive(snapshot, { ...options, path }),
  );
  const written = performance.now();
  await verifyBackup({ path, passphrase, folder, signal, onProgress });
  return {
    instant,
    bytes: (await stat(path)).size,
    schema: manifest.migrations.at(-1) ?? '',
    tables: manifest.tables.length,
    rows,
    files: manifest.files.length,
    encrypted: passphrase !== null,
    seconds: { writing: seconds(written - began), verifying: seconds(performance.now() - written) },
  };
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}

function asRefusal(error: unknown, folder: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new Refusal('backup_no_space', { where: folder, found: message }, { cause: error });
}
