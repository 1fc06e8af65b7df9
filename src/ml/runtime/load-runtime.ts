import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { OnnxRuntime } from './onnx-runtime.ts';

/** The lockfile that decides what is installed; beside this file in the source and in the build. */
export const lockfileUrl = new URL('./package-lock.json', import.meta.url);
export const packageUrl = new URL('./package.json', import.meta.url);

/** Written last, when everything else in the folder is known to be good. */
export const MANIFEST_NAME = 'manifest.json';

/** Folder name of the runtime of this program on this kind of machine. */
export function runtimeName(): string {
  const hash = createHash('sha256').update(readFileSync(lockfileUrl)).digest('hex').slice(0, 16);
  // A volume may be shared by machines of different kinds; the pruned packages fit only one.
  return `${hash}-${process.platform}-${process.arch}`;
}

/** Where the runtime of this program lies in the cache, or will lie. */
export function runtimeFolder(cacheDir: string): string {
  return join(cacheDir, 'runtime', runtimeName());
}

/** The folder of the installed runtime; null while there is none that was verified. */
export function findRuntime(cacheDir: string): string | null {
  const folder = runtimeFolder(cacheDir);
  return existsSync(join(folder, MANIFEST_NAME)) ? folder : null;
}

/** Loads ONNX Runtime from a folder that `findRuntime` named. Throws where it cannot be loaded. */
export function loadOnnxRuntime(folder: string): OnnxRuntime {
  return createRequire(join(folder, 'package.json'))('onnxruntime-node') as OnnxRuntime;
}
