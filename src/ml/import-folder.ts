import { constants, copyFile, cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Refusal } from '../contract/errors.ts';
import { fileSha256 } from './file-digest.ts';
import { refuseFullCache } from './full-cache.ts';
import { modelFolder, parseModel, type RecordedFile, readRecord } from './models/find-model.ts';
import { settle } from './models/install-model.ts';
import { type PinnedModel, pinnedModels } from './models/pinned-models.ts';
import { checkRuntime } from './runtime/check-runtime.ts';
import { findRuntime, RUNTIME_SOURCE, runtimeFolder, runtimeName } from './runtime/load-runtime.ts';
import { findDamage, readManifest } from './runtime/runtime-manifest.ts';
import { syncFolder } from './write-durably.ts';

export interface ImportOptions {
  readonly cacheDir: string;
  readonly source?: URL;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

const WEIGHTS = 'model.safetensors';
const DEEPEST = 4;

/**
 * Takes runtime and models over from a folder: a cache folder of another machine, or downloaded files
 * of models. Everything is checked by what it is, not by what it is called. The caller holds the lock.
 */
export async function importFolder(folder: string, options: ImportOptions): Promise<string[]> {
  try {
    const taken: string[] = [];
    const runtime = join(folder, 'runtime', runtimeName(options.source));
    if (await readManifest(runtime)) taken.push(await importRuntime(runtime, options));
    for (const found of await foldersWithWeights(folder, DEEPEST))
      taken.push(await importModel(found, options));
    if (taken.length > 0) return taken;
    throw new Refusal('model_not_in_folder', {
      folder,
      found: 'no model.safetensors beside a config.json, and no runtime of this version',
      wanted: `runtime/${runtimeName(options.source)} or ${WEIGHTS}`,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Refusal('file_not_readable', { where: folder, found: 'ENOENT' }, { cause: error });
    return refuseFullCache(error, options.cacheDir);
  }
}

async function importRuntime(from: string, options: ImportOptions): Promise<string> {
  const { cacheDir, source = RUNTIME_SOURCE, signal } = options;
  const final = runtimeFolder(cacheDir, source);
  const partial = `${final}.partial`;
  await mkdir(dirname(final), { recursive: true });
  await rm(partial, { recursive: true, force: true });
  try {
    await cp(from, partial, { recursive: true });
    const manifest = await readManifest(partial);
    const damage = manifest ? await findDamage(partial, { manifest, thorough: true }) : 'manifest';
    if (damage) throw new Refusal('model_damaged', { file: damage, folder: basename(from) });
    await checkRuntime(partial, signal);
    await rm(final, { recursive: true, force: true });
    await rename(partial, final);
    await syncFolder(dirname(final));
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
  return findRuntime(cacheDir, source) ? 'runtime' : '';
}

async function foldersWithWeights(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.map(({ name }) => name);
  const here = names.includes(WEIGHTS) && names.includes('config.json') ? [folder] : [];
  const below = entries.filter((entry) => entry.isDirectory() && !entry.name.endsWith('.partial'));
  if (depth === 0) return here;
  for (const { name } of below)
    if (name !== 'node_modules')
      here.push(...(await foldersWithWeights(join(folder, name), depth - 1)));
  return here;
}

async function importModel(from: string, options: ImportOptions): Promise<string> {
  const { cacheDir, now, signal } = options;
  const model = await whichModel(from, signal);
  const partial = `${modelFolder(cacheDir, model)}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    const files: RecordedFile[] = [];
    for (const { name, sha256: wanted } of model.files) {
      await copyFile(join(from, name), join(partial, name), constants.COPYFILE_FICLONE);
      // Of the copy: the very bytes that will be used.
      const { sha256, bytes } = await fileSha256(join(partial, name), signal);
      if (wanted !== null && sha256 !== wanted)
        throw new Refusal('model_damaged', {
          model: model.name,
          file: name,
          found: sha256,
          wanted,
        });
      files.push({ name, bytes, sha256, origin: wanted === null ? 'import' : 'pinned' });
    }
    await settle(model, { cacheDir, now, files, partial });
    return model.name;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** By the weights' checksum; or, for a checkpoint of one's own, by the record of the other cache. */
async function whichModel(from: string, signal: AbortSignal): Promise<PinnedModel> {
  const { sha256, bytes } = await fileSha256(join(from, WEIGHTS), signal);
  const pinned = pinnedModels.find(({ files }) => files.some((file) => file.sha256 === sha256));
  if (pinned) return pinned;
  const record = await readRecord(from);
  const own = record && parseModel(`${record.repository}@${record.revision}`);
  if (own && record.files.some((file) => file.sha256 === sha256)) {
    const files = own.files.map(({ name }) => {
      const recorded = record.files.find((file) => file.name === name);
      return { name, bytes: recorded?.bytes ?? null, sha256: recorded?.sha256 ?? null };
    });
    return { ...own, files };
  }
  const meant = pinnedModels.find(({ files }) => files.some((file) => file.bytes === bytes));
  if (meant) {
    const wanted = meant.files.find(({ name }) => name === WEIGHTS)?.sha256;
    throw new Refusal('model_damaged', { folder: from, model: meant.name, found: sha256, wanted });
  }
  throw new Refusal('model_not_in_folder', { folder: from, found: `${WEIGHTS} with ${sha256}` });
}
