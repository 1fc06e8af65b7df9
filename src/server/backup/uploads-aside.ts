import { createWriteStream } from 'node:fs';
import { copyFile, link, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Refusal } from '../../contract/errors.ts';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const FILE = new RegExp(`^${UUID}/${UUID}$`);

/** Where the files of a database that was set aside are kept: the server deletes what no import of its own waits for. */
export function asideFolder(uploadFolder: string, database: string): string {
  return join(dirname(uploadFolder), `uploads-of-${database}`);
}

/** Writes an uploaded file of a backup where its import looks for it. One that is there is the same. */
export async function putUpload(
  uploadFolder: string,
  { name, data }: { name: string; data: AsyncIterable<Buffer> },
): Promise<void> {
  // The name becomes a path.
  if (!FILE.test(name)) throw new Refusal('backup_damaged', { found: `a file named ${name}` });
  const path = join(uploadFolder, name);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.restored`;
  await pipeline(data, createWriteStream(partial, { mode: 0o600, flush: true }));
  await rename(partial, path);
}

/** Gives every file of one folder a second name in another. */
export async function keepUploads(from: string, to: string): Promise<void> {
  for (const tenant of await namesIn(from))
    for (const name of await namesIn(join(from, tenant))) {
      if (!FILE.test(`${tenant}/${name}`)) continue;
      await mkdir(join(to, tenant), { recursive: true, mode: 0o700 });
      await linkOrCopy(join(from, tenant, name), join(to, tenant, name));
    }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await rm(to, { force: true });
  await link(from, to).catch(() => copyFile(from, to));
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
}
