import { mkdir, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { takeFileLock } from '../../src/ml/file-lock.ts';
import { installRuntime, isRuntimeReady } from '../../src/ml/runtime/install-runtime.ts';
import { runtimeFolder } from '../../src/ml/runtime/load-runtime.ts';

/** Small checkpoints with random weights, and what the reference answers with them. */
export function checkpoint(name: 'bolt' | 'bolt-half' | 'chronos-2'): string {
  return fileURLToPath(new URL(`../../src/ml/reference/${name}`, import.meta.url));
}

/**
 * Folder of an ONNX Runtime, installed as the program does it: once on this machine, into a cache
 * that runs share, so that only the first one needs the registry.
 */
export async function installedRuntime(): Promise<string> {
  const cacheDir = join(tmpdir(), 'parstock-onnx-runtime');
  await mkdir(cacheDir, { recursive: true });
  const signal = AbortSignal.timeout(300_000);
  for (;;) {
    const lock = takeFileLock(join(cacheDir, 'install.lock'));
    if (!lock) {
      await sleep(200, undefined, { signal });
      continue;
    }
    try {
      if (!(await isRuntimeReady({ cacheDir, signal })))
        await installRuntime({ cacheDir, signal, env: process.env, now: () => new Date() });
      return runtimeFolder(cacheDir);
    } finally {
      lock.release();
    }
  }
}

/** A cache with the runtime in it and no model yet. */
export async function cacheWithRuntime(): Promise<string> {
  const runtime = await installedRuntime();
  const cacheDir = await mkdtemp(join(tmpdir(), 'parstock-ml-cache-'));
  await symlink(dirname(runtime), join(cacheDir, 'runtime'));
  return cacheDir;
}
