import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '../server/backup/write-archive.ts';
import { packageVersion, type Terminal } from './terminal.ts';

/** What backup and restore know of their surroundings: the same settings as the server's. */
export async function backupEnvironment(terminal: Terminal) {
  const [{ readConfig }, { uploadFolderOf }] = await Promise.all([
    import('../server/config.ts'),
    import('../server/startup/startup-steps.ts'),
  ]);
  const config = readConfig(terminal.env);
  return {
    config,
    uploadFolder: uploadFolderOf(config),
    program: packageVersion(),
    now: () => new Date(),
    /** A path, or the name of a backup in the folder. */
    findBackup: (file: string) => {
      const inFolder = join(config.backupDir, file);
      return !existsSync(file) && existsSync(inFolder) ? inFolder : file;
    },
  };
}

const REDRAW_MILLISECONDS = 80;

/** A line on stderr for a person who waits; silent in a pipe. */
export function showProgress(terminal: Terminal) {
  let drawn = Number.NEGATIVE_INFINITY;
  const onProgress = ({ doing, what, rows }: Progress) => {
    const now = terminal.stopwatch();
    if (!terminal.interactive || now - drawn < REDRAW_MILLISECONDS) return;
    drawn = now;
    terminal.draw(`${doing} ${what}${rows > 0 ? ` ${rows.toLocaleString('en')}` : ''}`);
  };
  return { onProgress, clear: () => terminal.interactive && terminal.draw('') };
}

/** A size for a person. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  for (; size >= 1000 && unit < units.length - 1; unit++) size /= 1000;
  return `${unit === 0 ? size : size.toPrecision(3)} ${units[unit]}`;
}
