import { join } from 'node:path';
import { findModel, getModel } from '../models/find-model.ts';
import { findRuntime } from '../runtime/load-runtime.ts';
import type { Precision } from './layers.ts';
import { type Chronos, openChronos } from './open-chronos.ts';

/** Opens a model of the cache; null while it or the runtime is not installed. */
export async function openInstalled({
  cacheDir,
  model,
  threads,
  precision,
}: {
  cacheDir: string;
  model: string;
  threads: number;
  precision?: Precision;
}): Promise<Chronos | null> {
  const runtimeFolder = findRuntime(cacheDir);
  const modelFolder = findModel(cacheDir, model);
  if (!runtimeFolder || !modelFolder) return null;
  const { name, revision } = getModel(model);
  const graphFolder = join(cacheDir, 'graphs', name, revision);
  return openChronos({
    runtimeFolder,
    modelFolder,
    graphFolder,
    threads,
    ...(precision && { precision }),
  });
}
