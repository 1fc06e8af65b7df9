import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import { fileSha256 } from '../file-digest.ts';
import { inspectModel, type ModelRecord, modelFolder } from './find-model.ts';
import type { PinnedModel } from './pinned-models.ts';

/** Reads every byte of an installed model and compares it with its checksums; refuses what differs. */
export async function verifyModel(
  model: PinnedModel,
  { cacheDir, signal }: { cacheDir: string; signal: AbortSignal },
): Promise<ModelRecord> {
  const folder = modelFolder(cacheDir, model);
  const record = await inspectModel(cacheDir, model);
  if (!record) throw new Refusal('model_not_installed', { model: model.name });
  for (const { name, sha256: wanted } of record.files) {
    const { sha256: found } = await fileSha256(join(folder, name), signal);
    if (found !== wanted)
      throw new Refusal('model_damaged', { model: model.name, file: name, found, wanted });
  }
  return record;
}

/** Takes a model out of the cache, other revisions, half-fetched files and built graphs included. */
export async function removeModel(model: PinnedModel, cacheDir: string): Promise<void> {
  await rm(dirname(modelFolder(cacheDir, model)), { recursive: true, force: true });
  await rm(join(cacheDir, 'graphs', model.name), { recursive: true, force: true });
}
