import { mkdir, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import { fileSha256 } from '../file-digest.ts';
import { refuseFullCache } from '../full-cache.ts';
import { backoff, pause } from '../pause.ts';
import { syncFolder, writeDurably } from '../write-durably.ts';
import { downloadFile } from './download-file.ts';
import {
  inspectModel,
  type ModelRecord,
  modelFolder,
  RECORD_NAME,
  type RecordedFile,
} from './find-model.ts';
import { type Hub, TransientFault } from './hub.ts';
import { type ExpectedFile, expectedFiles } from './hub-listing.ts';
import type { PinnedModel } from './pinned-models.ts';

export interface ModelOptions {
  readonly cacheDir: string;
  readonly hub: Hub;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: { bytes: number; totalBytes: number }) => void;
}

const PARTIAL = '.partial';
const MOST_LISTING_TRIES = 4;
const ROOM_BESIDE = 10_000_000;

/**
 * Fetches a model into a folder beside, and renames it when every file is checked. The caller holds
 * the lock of the cache. What was fetched before an interruption is kept and gone on with.
 */
export async function installModel(
  model: PinnedModel,
  options: ModelOptions,
): Promise<ModelRecord> {
  const { cacheDir } = options;
  const installed = await inspectModel(cacheDir, model);
  if (installed) return installed;
  try {
    const expected = await askForFiles(model, options);
    return await fetchAll(model, { ...options, expected });
  } catch (error) {
    return refuseFullCache(error, cacheDir);
  }
}

async function askForFiles(model: PinnedModel, { hub, signal }: ModelOptions) {
  for (let tries = 1; ; tries++) {
    try {
      return await expectedFiles(hub, { model, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TransientFault)) throw error;
      const { code, found, retryAfterMs } = error;
      if (tries >= MOST_LISTING_TRIES || (retryAfterMs ?? 0) > 60_000)
        throw new Refusal(code, { model: model.name, found, retryAfterMs }, { cause: error });
      const wait = { firstMs: hub.pauseMs ?? 1000, longestMs: 60_000, random: Math.random };
      await pause(Math.max(retryAfterMs ?? 0, backoff(tries, wait)), signal);
    }
  }
}

async function fetchAll(
  model: PinnedModel,
  options: ModelOptions & { expected: readonly ExpectedFile[] },
): Promise<ModelRecord> {
  const { cacheDir, expected, hub, signal, onProgress } = options;
  const final = modelFolder(cacheDir, model);
  const partial = `${final}${PARTIAL}`;
  await mkdir(partial, { recursive: true });
  await refuseTooLittleRoom(partial, expected);
  const totalBytes = expected.reduce((sum, { bytes }) => sum + bytes, 0);
  const files: RecordedFile[] = [];
  let before = 0;
  for (const file of expected) {
    const target = join(partial, file.name);
    const path = `/${model.repository}/resolve/${model.revision}/${file.name}`;
    const onBytes = (bytes: number) => onProgress?.({ bytes: before + bytes, totalBytes });
    const sha256 =
      (await fetchedEarlier(target, file)) ??
      (await downloadFile({ hub, path, target, expected: file, signal, onBytes }));
    files.push({ name: file.name, bytes: file.bytes, sha256, origin: file.origin });
    before += file.bytes;
    onBytes(0);
  }
  return settle(model, { ...options, files, partial });
}

/** A file that an interrupted process had finished; checked again, since the list may have changed. */
async function fetchedEarlier(target: string, file: ExpectedFile): Promise<string | null> {
  const found = await stat(target).catch(() => null);
  if (!found) return null;
  const { sha256, bytes } = await fileSha256(target);
  if (file.sha256 === sha256 && bytes === file.bytes) return sha256;
  await rm(target);
  return null;
}

/** Writes the record and puts the folder into its place. */
export async function settle(
  model: PinnedModel,
  options: {
    cacheDir: string;
    now: () => Date;
    files: readonly RecordedFile[];
    partial: string;
  },
): Promise<ModelRecord> {
  const { name, repository, revision, licence } = model;
  const { files, partial, cacheDir, now } = options;
  const installedAt = now().toISOString();
  const record: ModelRecord = { name, repository, revision, licence, installedAt, files };
  await writeDurably(join(partial, RECORD_NAME), `${JSON.stringify(record, null, 2)}\n`);
  const final = modelFolder(cacheDir, model);
  // What lies there is damaged: a good one is never fetched again.
  await rm(final, { recursive: true, force: true });
  await rename(partial, final);
  await syncFolder(dirname(final));
  for (const other of await readdir(dirname(final)))
    if (other.endsWith(PARTIAL)) await rm(join(dirname(final), other), { recursive: true });
  return record;
}

/** Said before hundreds of megabytes are fetched for nothing. */
async function refuseTooLittleRoom(
  folder: string,
  expected: readonly ExpectedFile[],
): Promise<void> {
  let missing = ROOM_BESIDE;
  for (const { name, bytes } of expected) {
    const whole = await stat(join(folder, name)).catch(() => null);
    const part = await stat(join(folder, `${name}.part`)).catch(() => null);
    missing += bytes - Math.min(bytes, (whole ?? part)?.size ?? 0);
  }
  const { bavail, bsize } = await statfs(folder);
  const [free, wanted] = [bavail * bsize, missing].map((bytes) => `${Math.round(bytes / 1e6)} MB`);
  if (bavail * bsize < missing)
    throw new Refusal('cache_full', { path: folder, found: `${free} free`, wanted });
}
