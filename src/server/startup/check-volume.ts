import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Refusal } from '../../contract/errors.ts';

const MARKER = '.marker-';
/** Nobody needs a marker for this long: it was left by a start that was killed. */
const LEFTOVER_MS = 60_000;

/** Makes the folder, then creates, reads, rewrites and deletes a marker in it. */
export async function checkVolume(folder: string): Promise<void> {
  // Not by process id: containers that share a volume all have the same one.
  const marker = join(folder, `${MARKER}${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    for (const text of ['first', 'second']) {
      await writeFile(marker, text);
      if ((await readFile(marker, 'utf8')) !== text) throw new Error('read back something else');
    }
    await rm(marker);
    await sweepMarkers(folder);
  } catch (cause) {
    // On a disk that is full, the file is there although it could not be written.
    await rm(marker, { force: true }).catch(() => undefined);
    throw new Refusal('volume_not_writable', await describe(folder, cause), { cause });
  }
}

/** Refuses a folder that is there and belongs to somebody else, although it can be reached. */
export async function checkOwner(folder: string): Promise<void> {
  const us = process.getuid?.();
  const found = await stat(folder).catch(() => null);
  // Root may write everywhere, and runs PostgreSQL as the owner.
  if (!found || us === undefined || us === 0 || found.uid === us) return;
  const facts = { path: folder, found: `belongs to uid ${found.uid}`, wanted: `uid ${us}` };
  throw new Refusal('volume_not_writable', { ...facts, command: chown(folder, us) });
}

async function sweepMarkers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(MARKER)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found && Date.now() - found.mtimeMs > LEFTOVER_MS) await rm(path, { force: true });
  }
}

async function describe(folder: string, cause: unknown): Promise<Record<string, unknown>> {
  const { code, message } = cause as NodeJS.ErrnoException;
  const us = process.getuid?.();
  const found = await nearest(folder);
  const owner = found && `${found.path} belongs to uid ${found.uid}`;
  const command = commandFor(folder, { code, us: us ?? 0 });
  return { path: folder, found: `${code ?? message}; ${owner}`, wanted: `uid ${us}`, command };
}

/** What mends it, or shows what is in the way where no command alone would. */
function commandFor(folder: string, { code, us }: { code?: string; us: number }): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return `df -h ${folder}`;
  if (code === 'EEXIST' || code === 'ENOTDIR') return `ls -ld ${folder}`;
  if (code === 'EROFS' && container())
    return `docker run … --volume parstock${folder.replaceAll('/', '-')}:${folder}`;
  if (code === 'EROFS') return `sudo mount -o remount,rw "$(findmnt -no TARGET -T ${folder})"`;
  return chown(folder, us);
}

/** Hands the folder over, from outside where we are in a container: nobody inside may. */
function chown(folder: string, us: number): string {
  const id = container();
  if (id) {
    const image = `"$(docker inspect -f '{{.Image}}' ${id})"`;
    const run = `docker run --rm --user 0 --volumes-from ${id} --entrypoint chown ${image}`;
    return `${run} -R ${us}:${us} ${folder}`;
  }
  if (existsSync(folder)) return `sudo chown -R ${us} ${folder}`;
  return `sudo install -d -o ${us} -m 0750 ${folder}`;
}

/** Short id of the container that we run in; null where we do not, or cannot know. */
function container(): string | null {
  try {
    // The engine mounts its own file over this one; the host name may have been chosen by somebody.
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
    return /\/([0-9a-f]{12})[0-9a-f]{52}\/hostname /.exec(mounts)?.[1] ?? null;
  } catch {
    return null;
  }
}

async function nearest(path: string): Promise<{ path: string; uid: number } | null> {
  for (let at = path; ; at = dirname(at)) {
    const found = await stat(at).catch(() => null);
    if (found) return { path: at, uid: found.uid };
    if (at === dirname(at)) return null;
  }
}
