import { createReadStream, type ReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Refusal } from '../../../contract/index.ts';
import { chunkBytes, type ReadingLimits, ratioFreeBytes } from './limits.ts';

export interface ReadBytesOptions {
  readonly limits: ReadingLimits;
  /** Sees the bytes as they lie on disk, before unpacking. */
  readonly onRaw?: (chunk: Buffer) => void;
}

/** The bytes of a file, unpacked where it starts like gzip: its name says nothing reliable. */
export async function* readBytes(path: string, options: ReadBytesOptions): AsyncGenerator<Buffer> {
  const packed = await startsLikeGzip(path);
  const file = createReadStream(path, { highWaterMark: chunkBytes });
  try {
    yield* packed ? unpacked(file, path, options) : observed(file, options.onRaw);
  } finally {
    file.destroy();
  }
}

async function startsLikeGzip(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

async function* observed(file: ReadStream, onRaw?: (chunk: Buffer) => void) {
  for await (const chunk of file as AsyncIterable<Buffer>) {
    onRaw?.(chunk);
    yield chunk;
  }
}

async function* unpacked(file: ReadStream, path: string, options: ReadBytesOptions) {
  const { size } = await stat(path);
  const { maxUnpackedBytes, maxRatio } = options.limits;
  const most = Math.min(maxUnpackedBytes, Math.max(ratioFreeBytes, size * maxRatio));
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  // The generator below sees the failure of either stream through gunzip.
  pipeline(observed(file, options.onRaw), gunzip, () => {});
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
