import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Refusal } from '../../contract/errors.ts';

/** Makes the folder, then creates, rewrites, reads and deletes a marker in it. */
export async function checkVolume(folder: string): Promise<void> {
  const marker = join(folder, `.marker-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(marker, 'first');
    await writeFile(marker, 'second');
    if ((await readFile(marker, 'utf8')) !== 'second') throw new Error('read back something else');
    await rm(marker);
  } catch (cause) {
    throw new Refusal('volume_not_writable', await describe(folder, cause), { cause });
  }
}

async function describe(folder: string, cause: unknown): Promise<Record<string, unknown>> {
  const { code, message } = cause as NodeJS.ErrnoException;
  const us = process.getuid?.();
  const found = await nearest(folder);
  const owner = found && `${found.path} belongs to uid ${found.uid}`;
  const command = commandFor(folder, { code, us });
  return { path: folder, found: `${code ?? message}; ${owner}`, wanted: `uid ${us}`, command };
}

/** What mends it, or shows what is in the way where no command alone would. */
function commandFor(folder: string, { code, us }: { code?: string; us?: number }): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return `df -h ${folder}`;
  if (code === 'EROFS') return `sudo mount -o remount,rw "$(findmnt -no TARGET -T ${folder})"`;
  if (code === 'EEXIST' || code === 'ENOTDIR') return `ls -ld ${folder}`;
  return `sudo install -d -o ${us} -m 0750 ${folder}`;
}

async function nearest(path: string): Promise<{ path: string; uid: number } | null> {
  for (let at = path; ; at = dirname(at)) {
    const found = await stat(at).catch(() => null);
    if (found) return { path: at, uid: found.uid };
    if (at === dirname(at)) return null;
  }
}
