import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { OnnxRuntime } from './onnx-runtime.ts';

/** Folder with the package.json and lockfile that decide what is installed. */
export const RUNTIME_SOURCE = new URL('./', import.meta.url);

/** Written last, when everything else in the folder is known to be good. */
export const MANIFEST_NAME = 'manifest.json';

/** Folder name of the runtime of this program on this kind of machine. */
export function runtimeName(source: URL = RUNTIME_SOURCE): string {
  const lockfile = readFileSync(new URL('package-lock.json', source));
  const hash = createHash('sha256').update(lockfile).digest('hex').slice(0, 16);
  // A volume may be shared by machines of different kinds; the pruned packages fit only one.
  return `${hash}-${process.platform}-${process.arch}`;
}

/** Where the runtime of this program lies in the cache, or will lie. */
export function runtimeFolder(cacheDir: string, source: URL = RUNTIME_SOURCE): string {
  return join(cacheDir, 'runtime', runtimeName(source));
}

/** The folder of the installed runtime; null while there is none that was verified. */
export function findRuntime(cacheDir: string, source: URL = RUNTIME_SOURCE): string | null {
  const folder = runtimeFolder(cacheDir, source);
  return existsSync(join(folder, MANIFEST_NAME)) ? folder : null;
}

/** Loads ONNX Runtime from a folder that `findRuntime` named. Throws where it cannot be loaded. */
export function loadOnnxRuntime(folder: string): OnnxRuntime {
  return createRequire(join(folder, 'package.json'))('onnxruntime-node') as OnnxRuntime;
}
