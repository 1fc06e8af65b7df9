import { createHash } from 'node:crypto';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Refusal } from '../../contract/index.ts';

export interface UploadedFile {
  readonly bytes: number;
  readonly sha256: string;
}

export interface UploadLimits {
  readonly maxBytes: number;
  /** Room that an upload leaves to the database beside it. */
  readonly freeBytesKept: number;
}

export const defaultUploadLimits: UploadLimits = { maxBytes: 2 ** 31, freeBytesKept: 2 ** 28 };

const bytesBetweenSpaceChecks = 32 * 2 ** 20;

/** Where the file of an import waits. */
export function uploadPath(
  folder: string,
  { tenantId, importId }: { tenantId: string; importId: string },
): string {
  return join(folder, tenantId, importId);
}

/** Streams an upload to disk; when this returns, it survives a power cut. */
export async function writeUpload(
  path: string,
  stream: AsyncIterable<Buffer>,
  limits: UploadLimits,
): Promise<UploadedFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    const written = await writeChunks(path, stream, limits);
    await syncFolder(dirname(path));
    return written;
  } catch (error) {
    await removeUpload(path);
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new Refusal('import_no_space', {}, { cause: error });
    throw error;
  }
}

export async function removeUpload(path: string): Promise<void> {
  await rm(path, { force: true });
}

async function writeChunks(
  path: string,
  stream: AsyncIterable<Buffer>,
  { maxBytes, freeBytesKept }: UploadLimits,
): Promise<UploadedFile> {
  const hash = createHash('sha256');
  const handle = await open(path, 'wx', 0o600);
  let bytes = 0;
  let nextCheck = 0;
  try {
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new Refusal('body_too_large', { bytesAtMost: maxBytes });
      if (bytes > nextCheck) {
        await refuseFullDisk(path, freeBytesKept);
        nextCheck = bytes + bytesBetweenSpaceChecks;
      }
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function refuseFullDisk(path: string, freeBytesKept: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path));
  const free = bavail * bsize;
  if (free < freeBytesKept + bytesBetweenSpaceChecks)
    throw new Refusal('import_no_space', { freeBytes: free });
}

/** The name of a new file is kept in its folder, which has to reach the disk as well. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
