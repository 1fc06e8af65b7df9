import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { type ArchiveContent, readArchive } from './read-archive.ts';
import { type VerifyOptions, verifyBackup } from './verify-backup.ts';

/**
 * Verifies a file that lies anywhere, perhaps in a folder that may not be written: the throwaway
 * database goes beside it, or else into the temporary folder.
 */
export async function checkBackup(options: Omit<VerifyOptions, 'folder'>): Promise<ArchiveContent> {
  // First by reading alone: what was cut or changed is refused before a database is started for it.
  await readArchive(options);
  const beside = dirname(resolve(options.path));
  const folder = await access(beside, constants.W_OK).then(
    () => beside,
    () => tmpdir(),
  );
  return verifyBackup({ ...options, folder });
}
