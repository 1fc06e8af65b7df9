import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import {
  type ArchiveHeader,
  type ArchiveSeal,
  damaged,
  HEADER_BYTES,
  openKey,
  parseHeader,
} from './archive-header.ts';

/*
 * After the header: frames of [length, 4 bytes][last, 1 byte][payload][tag, 16 bytes]. A tag covers the
 * header, the number of the frame, whether it is the last, and the payload: a frame that was changed,
 * left out, doubled or moved is noticed, and so is an end that is missing. With a passphrase payloads
 * are encrypted and tags are those of AES-GCM; without, tags are hashes.
 */
const HEAD_BYTES = 5;
const TAG_BYTES = 16;
const FRAME_BYTES = 256 * 1024;
const LARGEST_FRAME = 16 * 1024 * 1024;

interface Frame {
  readonly index: number;
  readonly head: Buffer;
  readonly payload: Buffer;
}

/** Cuts a stream into sealed frames. */
export async function* writeFrames(
  source: AsyncIterable<Buffer>,
  seal: ArchiveSeal,
): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let bytes = 0;
  let index = 0;
  for await (const part of source) {
    parts.push(part);
    bytes += part.length;
    if (bytes < FRAME_BYTES) continue;
    yield sealFrame(seal, { index: index++, payload: Buffer.concat(parts), last: false });
    parts = [];
    bytes = 0;
  }
  yield sealFrame(seal, { index, payload: Buffer.concat(parts), last: true });
}

function sealFrame(
  seal: ArchiveSeal,
  { index, payload, last }: { index: number; payload: Buffer; last: boolean },
): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(payload.length);
  head.writeUInt8(last ? 1 : 0, 4);
  if (!seal.key) return Buffer.concat([head, payload, plainTag(seal, { index, head, payload })]);
  const cipher = createCipheriv('aes-256-gcm', seal.key, nonce(index));
  cipher.setAAD(boundTo(seal, { index, head }));
  const hidden = [cipher.update(payload), cipher.final()];
  return Buffer.concat([head, ...hidden, cipher.getAuthTag()]);
}

/** The payload, or null where the frame is not the one that was sealed. */
function openFrame(seal: ArchiveSeal, frame: Frame & { tag: Buffer }): Buffer | null {
  const { index, payload, tag } = frame;
  if (!seal.key) return plainTag(seal, frame).equals(tag) ? payload : null;
  const decipher = createDecipheriv('aes-256-gcm', seal.key, nonce(index));
  decipher.setAAD(boundTo(seal, frame));
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(payload), decipher.final()]);
  } catch {
    return null;
  }
}

function plainTag(seal: ArchiveSeal, frame: Frame): Buffer {
  const hash = createHash('sha256').update(boundTo(seal, frame)).update(frame.payload);
  return hash.digest().subarray(0, TAG_BYTES);
}

function boundTo({ headerHash }: ArchiveSeal, { index, head }: Pick<Frame, 'index' | 'head'>) {
  return Buffer.concat([headerHash, nonce(index), head]);
}

/** The key belongs to this one file, so that the number of a frame is never used twice with it. */
function nonce(index: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeBigUInt64BE(BigInt(index), 4);
  return bytes;
}

/** Reads only what stands in the clear. */
export async function readHeader(path: string): Promise<ArchiveHeader> {
  const file = await open(path, 'r');
  try {
    return parseHeader(await readAt(file, { position: 0, bytes: HEADER_BYTES }), path).header;
  } finally {
    await file.close();
  }
}

/** Reads a file's frames in order, each checked before it is handed on. */
export async function* readFrames(path: string, passphrase: string | null): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    const start = parseHeader(await readAt(file, { position: 0, bytes: HEADER_BYTES }), path);
    const key = await openKey(start.header, { path, passphrase });
    yield* framesOf(file, { path, position: start.length, seal: { ...start, key } });
  } finally {
    await file.close();
  }
}

async function* framesOf(
  file: FileHandle,
  options: { path: string; position: number; seal: ArchiveSeal },
): AsyncGenerator<Buffer> {
  const { path, seal } = options;
  let position = options.position;
  for (let index = 0; ; index++) {
    const head = await readAt(file, { position, bytes: HEAD_BYTES });
    if (head.length < HEAD_BYTES) throw damaged(path, `the end of the file at byte ${position}`);
    const length = head.readUInt32BE();
    if (length > LARGEST_FRAME) throw damaged(path, `something else at byte ${position}`);
    const bytes = length + TAG_BYTES;
    const rest = await readAt(file, { position: position + HEAD_BYTES, bytes });
    if (rest.length < bytes) throw damaged(path, `the end of the file after byte ${position}`);
    const frame = { index, head, payload: rest.subarray(0, length), tag: rest.subarray(length) };
    const payload = openFrame(seal, frame);
    if (!payload) throw damaged(path, `other content at byte ${position} than was written`);
    position += HEAD_BYTES + bytes;
    yield payload;
    if (head.readUInt8(4) === 1) break;
  }
  const more = await readAt(file, { position, bytes: 1 });
  if (more.length > 0) throw damaged(path, `more after its end at byte ${position}`);
}

async function readAt(
  file: FileHandle,
  { position, bytes }: { position: number; bytes: number },
): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes);
  let filled = 0;
  while (filled < bytes) {
    const { bytesRead } = await file.read(buffer, filled, bytes - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
