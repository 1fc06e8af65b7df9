import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import { backoff, pause } from '../pause.ts';
import { syncFolder, writeDurably } from '../write-durably.ts';
import { askHub, codeOf, type Hub, TransientFault } from './hub.ts';
import type { ExpectedFile } from './hub-listing.ts';
import { readEagerly } from './read-eagerly.ts';

export interface Download {
  readonly hub: Hub;
  /** Path on the hub. */
  readonly path: string;
  readonly target: string;
  readonly expected: ExpectedFile;
  readonly signal: AbortSignal;
  /** Called with the bytes of this file that lie on the disk. */
  readonly onBytes?: (bytes: number) => void;
}

const STALL_MS = 30_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** A hub that asks for more is left alone until the caller tries again. */
const LONGEST_WAIT_MS = 120_000;
const MOST_FRUITLESS_TRIES = 5;
const MOST_TRIES = 500;

/**
 * Fetches one file to its place: goes on where an earlier try, or an earlier process, broke off;
 * checks size and checksum; and renames it when it is whole. Returns its SHA-256.
 */
export async function downloadFile(download: Download): Promise<string> {
  const { hub, expected, signal } = download;
  let fruitless = 0;
  for (let tries = 1; ; tries++) {
    const before = await partSize(download.target);
    try {
      return await tryOnce(download);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TransientFault)) throw error;
      fruitless = (await partSize(download.target)) > before ? 0 : fruitless + 1;
      const { code, found, retryAfterMs } = error;
      const giveUp = fruitless >= MOST_FRUITLESS_TRIES || tries >= MOST_TRIES;
      if (giveUp || (retryAfterMs ?? 0) > LONGEST_WAIT_MS)
        throw new Refusal(
          code,
          { file: expected.name, found, tries, ...(retryAfterMs ? { retryAfterMs } : {}) },
          { cause: error },
        );
      const wait = { firstMs: hub.pauseMs ?? FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS };
      const ownPause = backoff(Math.max(1, fruitless), { ...wait, random: Math.random });
      await pause(Math.max(retryAfterMs ?? 0, ownPause), signal);
    }
  }
}

async function partSize(target: string): Promise<number> {
  return (await stat(`${target}.part`).catch(() => null))?.size ?? 0;
}

async function tryOnce(download: Download): Promise<string> {
  const { target, expected, hub, signal } = download;
  const part = `${target}.part`;
  if ((await partSize(target)) > expected.bytes) await forgetPart(target);
  const offset = await partSize(target);
  if (offset < expected.bytes || offset === 0) {
    const stall = new Stall(hub.stallMs ?? STALL_MS, signal);
    try {
      await fetchRest(download, { offset, stall });
    } catch (error) {
      if (stall.stalled) throw new TransientFault('hub_unreachable', 'nothing came any more');
      throw error;
    } finally {
      stall.end();
    }
  }
  const sha256 = await checkedDigest(download, part);
  await rename(part, target);
  await rm(`${part}.json`, { force: true });
  await syncFolder(dirname(target));
  return sha256;
}

/** Asks for what is missing, and appends it; from the start where the hub will not go on. */
async function fetchRest(
  download: Download,
  { offset, stall }: { offset: number; stall: Stall },
): Promise<void> {
  const { hub, path, target, expected } = download;
  const etag = offset > 0 ? await readEtag(target) : null;
  const response = await askHub(hub, {
    path,
    signal: stall.signal,
    headers: offset > 0 ? { range: `bytes=${offset}-`, ...(etag ? { 'if-range': etag } : {}) } : {},
  });
  const start = startOf(response, { offset, bytes: expected.bytes });
  if (start === null) {
    await response.body?.cancel();
    await forgetPart(target);
    throw new TransientFault('hub_unreachable', `range not understood (${response.status})`);
  }
  const body = response.body ? readEagerly(response.body) : [];
  await rememberEtag(target, response.headers.get('etag'));
  const file = await open(`${target}.part`, start === 0 ? 'w' : 'a');
  try {
    await append(body, { file, start, download, stall });
  } finally {
    // Kept for the next try even where this one failed.
    await file.sync().catch(() => undefined);
    await file.close();
  }
}

/** Where the body begins: 0 for a whole file, the offset for the rest; null where it fits neither. */
function startOf(
  response: Response,
  { offset, bytes }: { offset: number; bytes: number },
): number | null {
  const length = response.headers.get('content-length');
  if (response.status === 200) {
    if (length !== null && Number(length) !== bytes)
      throw new TransientFault('model_damaged', `${length} bytes announced, ${bytes} wanted`);
    return 0;
  }
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  if (response.status !== 206 || !range || Number(range[1]) !== offset) return null;
  return range[2] === '*' || Number(range[2]) === bytes ? offset : null;
}

async function append(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: { file: FileHandle; start: number; download: Download; stall: Stall },
): Promise<void> {
  const { file, start, download, stall } = options;
  const { expected, target, onBytes } = download;
  let bytes = start;
  try {
    for await (const piece of body) {
      stall.alive();
      bytes += piece.length;
      if (bytes > expected.bytes) break;
      await file.writeFile(piece);
      onBytes?.(bytes);
    }
  } catch (cause) {
    if (isOfTheDisk(cause)) throw cause;
    throw new TransientFault('hub_unreachable', `broke off: ${codeOf(cause)}`, { cause });
  }
  if (bytes > expected.bytes) {
    await forgetPart(target);
    throw new TransientFault('model_damaged', `more than the ${expected.bytes} bytes wanted`);
  }
  if (bytes < expected.bytes)
    throw new TransientFault('hub_unreachable', `ended after ${bytes} of ${expected.bytes} bytes`);
}

function isOfTheDisk(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES'].includes(codeOf(error));
}

/** The checksum of what was fetched, if it is the expected one; what is not is thrown away. */
async function checkedDigest(
  { expected, target, signal }: Download,
  part: string,
): Promise<string> {
  const sha256 = createHash('sha256');
  const git = expected.gitBlob ? createHash('sha1').update(`blob ${expected.bytes}\0`) : null;
  await readInto(part, { hashes: git ? [sha256, git] : [sha256], signal });
  const digest = sha256.digest('hex');
  const wrong = expected.sha256
    ? digest !== expected.sha256 && { found: digest, wanted: expected.sha256 }
    : git && gitDiffers(git.digest('hex'), expected.gitBlob);
  if (!wrong) return digest;
  await forgetPart(target);
  throw new TransientFault('model_damaged', `checksum ${wrong.found}, wanted ${wrong.wanted}`);
}

function gitDiffers(found: string, wanted: string | null) {
  return found !== wanted && { found: `git ${found}`, wanted: `git ${wanted}` };
}

async function readInto(
  path: string,
  { hashes, signal }: { hashes: readonly Hash[]; signal: AbortSignal },
): Promise<void> {
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20, signal }))
    for (const hash of hashes) hash.update(piece as Buffer);
}

/** Only a strong tag may be asked for a range with. */
async function rememberEtag(target: string, etag: string | null): Promise<void> {
  if (etag?.startsWith('"')) await writeDurably(`${target}.part.json`, JSON.stringify({ etag }));
  else await rm(`${target}.part.json`, { force: true });
}

async function readEtag(target: string): Promise<string | null> {
  try {
    return JSON.parse(await readFile(`${target}.part.json`, 'utf8')).etag;
  } catch {
    return null;
  }
}

async function forgetPart(target: string): Promise<void> {
  await rm(`${target}.part`, { force: true });
  await rm(`${target}.part.json`, { force: true });
}

/** Calls a request off when nothing comes for too long, or when the work is called off. */
class Stall {
  readonly signal: AbortSignal;
  stalled = false;
  readonly #timer: NodeJS.Timeout;

  constructor(milliseconds: number, signal: AbortSignal) {
    const controller = new AbortController();
    this.#timer = setTimeout(() => {
      this.stalled = true;
      controller.abort();
    }, milliseconds);
    this.signal = AbortSignal.any([controller.signal, signal]);
  }

  alive(): void {
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
