import { join } from 'node:path';
import { findModel, getModel } from '../models/find-model.ts';
import { findRuntime } from '../runtime/load-runtime.ts';
import { type Chronos, openChronos } from './open-chronos.ts';

/** A model as it is called in settings and results. */
export interface NamedModel {
  /** Name in results, for example `chronos-bolt-tiny`. */
  readonly method: string;
  /** What a reader calls it, for example `Chronos-Bolt tiny`. */
  readonly title: string;
}

/** How a model is called, by the word that settings have for it. */
export function nameModel(word: string): NamedModel {
  const { name } = getModel(word);
  // A checkpoint of one's own is named by its owner, too.
  const method = name.split('--').at(-1)!;
  const known = /^chronos-(bolt|2)(?:-(.+))?$/.exec(method);
  if (!known) return { method, title: method };
  const family = known[1] === 'bolt' ? 'Chronos-Bolt' : 'Chronos-2';
  return { method, title: known[2] ? `${family} ${known[2]}` : family };
}

/** Opens a model of the cache; null while it or the runtime is not installed. */
export async function openInstalled({
  cacheDir,
  model,
  threads,
}: {
  cacheDir: string;
  model: string;
  threads: number;
}): Promise<Chronos | null> {
  const runtimeFolder = findRuntime(cacheDir);
  const modelFolder = findModel(cacheDir, model);
  if (!runtimeFolder || !modelFolder) return null;
  const { name, revision } = getModel(model);
  const graphFolder = join(cacheDir, 'graphs', name, revision);
  return openChronos({ runtimeFolder, modelFolder, graphFolder, threads });
}
