import { existsSync } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import { type PinnedModel, pinnedModels } from './pinned-models.ts';

/** Written last, when every file of the model is there and checked. */
export const RECORD_NAME = 'model.json';

/** How a file's checksum came to be trusted. */
export type Origin = 'pinned' | 'hub' | 'import';

export interface RecordedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly origin: Origin;
}

/** What lies in a model's folder. */
export interface ModelRecord {
  readonly name: string;
  readonly repository: string;
  readonly revision: string;
  readonly licence: string;
  readonly installedAt: string;
  readonly files: readonly RecordedFile[];
}

const OWN_CHECKPOINT = /^([\w.-]+)\/([\w.-]+)@([0-9a-f]{40})$/;

/**
 * The model that a word means: one of the list, or `owner/repository@commit` for a checkpoint of
 * one's own, whose checksums are the hub's. Undefined for anything else.
 */
export function parseModel(word: string): PinnedModel | undefined {
  const known = pinnedModels.find(({ name }) => name === word);
  const [, owner, repository, revision] = OWN_CHECKPOINT.exec(word) ?? [];
  if (known || !owner || !repository || !revision) return known;
  if (/^\.+$/.test(owner) || /^\.+$/.test(repository)) return undefined;
  const files = ['config.json', 'model.safetensors'].map((name) => ({
    name,
    bytes: null,
    sha256: null,
  }));
  return {
    name: `${owner}--${repository}`,
    repository: `${owner}/${repository}`,
    revision,
    licence: 'not known',
    parametersMillions: 0,
    files,
  };
}

/** Likewise, or refuses with the names that there are. */
export function getModel(word: string): PinnedModel {
  const model = parseModel(word);
  if (model) return model;
  const wanted = [...pinnedModels.map(({ name }) => name), 'owner/repository@commit'];
  throw new Refusal('model_unknown', { found: word, wanted });
}

/** The word that means a model, in settings and on the command line. */
export function wordOf({ name, repository, revision }: PinnedModel): string {
  return pinnedModels.some((pinned) => pinned.name === name) ? name : `${repository}@${revision}`;
}

/** What a reader calls it: a checkpoint of one's own as its repository is called. */
export function shownName({ name, repository }: PinnedModel): string {
  return name.includes('--') ? repository : name;
}

/** Checkpoints of one's own that lie in the cache, whether or not the settings name them. */
export async function listOwnModels(cacheDir: string): Promise<PinnedModel[]> {
  const inFolder = async (folder: string) => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  };
  const found: PinnedModel[] = [];
  const root = join(cacheDir, 'models');
  for (const name of (await inFolder(root)).sort())
    for (const revision of await inFolder(join(root, name))) {
      const model = parseModel(`${name.replace('--', '/')}@${revision}`);
      if (model && existsSync(join(root, name, revision, RECORD_NAME))) found.push(model);
    }
  return found;
}

/** Where a model lies in the cache, or will lie. */
export function modelFolder(cacheDir: string, { name, revision }: PinnedModel): string {
  return join(cacheDir, 'models', name, revision);
}

/** The folder with config.json and model.safetensors; null while the model is not installed. */
export function findModel(cacheDir: string, word: string): string | null {
  const folder = modelFolder(cacheDir, getModel(word));
  return existsSync(join(folder, RECORD_NAME)) ? folder : null;
}

/** The record of a folder; null where there is none that can be read. */
export async function readRecord(folder: string): Promise<ModelRecord | null> {
  try {
    const read = JSON.parse(await readFile(join(folder, RECORD_NAME), 'utf8')) as ModelRecord;
    return Array.isArray(read.files) ? read : null;
  } catch {
    return null;
  }
}

/** The record of an installed model whose files have the sizes that it names; else null. */
export async function inspectModel(
  cacheDir: string,
  model: PinnedModel,
): Promise<ModelRecord | null> {
  const folder = modelFolder(cacheDir, model);
  const record = await readRecord(folder);
  if (!record) return null;
  for (const { name, sha256 } of model.files) {
    const recorded = record.files.find((file) => file.name === name);
    if (!recorded || (sha256 !== null && recorded.sha256 !== sha256)) return null;
    const found = await lstat(join(folder, name)).catch(() => null);
    if (found?.size !== recorded.bytes) return null;
  }
  return record;
}
