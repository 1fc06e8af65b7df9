import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Refusal } from '../../../contract/index.ts';
import { chunkBytes, type ReadingLimits, ratioFreeBytes } from './limits.ts';

export interface ReadBytesOptions {
  readonly limits: ReadingLimits;
  /** Sees the bytes as they lie on disk, before unpacking. */
  readonly onRaw?: (chunk: Buffer) => void;
}

/**
 * The bytes of a file, unpacked where it starts like gzip: its name says nothing reliable. A piece holds
 * until the next one is asked for: one buffer serves the whole file, however large.
 */
export async function* readBytes(path: string, options: ReadBytesOptions): AsyncGenerator<Buffer> {
  const handle = await open(path);
  try {
    if (await startsLikeGzip(handle)) yield* unpacked(handle, options);
    else yield* plain(handle, options.onRaw);
  } finally {
    await handle.close();
  }
}

async function startsLikeGzip(handle: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
}

async function* plain(handle: FileHandle, onRaw?: (chunk: Buffer) => void) {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (let position = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    const chunk = buffer.subarray(0, bytesRead);
    onRaw?.(chunk);
    yield chunk;
  }
}

async function* observed(handle: FileHandle, onRaw?: (chunk: Buffer) => void) {
  // A stream of its own buffers: unpacking goes on while the next piece is read.
  const stream = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: chunkBytes });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    onRaw?.(chunk);
    yield chunk;
  }
}

async function* unpacked(handle: FileHandle, options: ReadBytesOptions) {
  const { size } = await handle.stat();
  const { maxUnpackedBytes, maxRatio } = options.limits;
  const most = Math.min(maxUnpackedBytes, Math.max(ratioFreeBytes, size * maxRatio));
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  // The generator below sees the failure of either stream through gunzip.
  pipeline(observed(handle, options.onRaw), gunzip, () => {});
  let seen = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      seen += chunk.length;
      if (seen > most) throw new Refusal('body_too_large', { unpackedBytesAtMost: most });
      yield chunk;
    }
  } catch (error) {
    throw gzipRefusal(error) ?? error;
  } finally {
    gunzip.destroy();
  }
}

function gzipRefusal(error: unknown): Refusal | undefined {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'Z_BUF_ERROR') return new Refusal('import_file_cut', { in: 'the gzip stream' });
  if (code === 'Z_DATA_ERROR')
    return new Refusal('import_unreadable', { found: 'a damaged gzip stream' });
  return undefined;
}
