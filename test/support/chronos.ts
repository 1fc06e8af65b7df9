import { mkdir, mkdtemp, readFile, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { takeFileLock } from '../../src/ml/file-lock.ts';
import { getModel } from '../../src/ml/models/find-model.ts';
import { installModel } from '../../src/ml/models/install-model.ts';
import { verifyModel } from '../../src/ml/models/verify-model.ts';
import { installRuntime, isRuntimeReady } from '../../src/ml/runtime/install-runtime.ts';
import { runtimeFolder } from '../../src/ml/runtime/load-runtime.ts';
import { type HubServer, startHub } from './hub-server.ts';

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

const REVISION = '89abcdef0123456789abcdef0123456789abcdef';

/** A hub on this machine that has a small checkpoint, and the word by which settings name it. */
export async function checkpointHub(
  family: 'bolt' | 'chronos-2',
): Promise<{ hub: HubServer; word: string }> {
  const repository = `somebody/${family === 'bolt' ? 'chronos-bolt' : family}-nano`;
  const read = (name: string) => readFile(join(checkpoint(family), name));
  const hub = await startHub({
    repository,
    revision: REVISION,
    files: {
      'config.json': { content: await read('config.json'), large: false },
      'model.safetensors': { content: await read('model.safetensors'), large: true },
    },
  });
  return { hub, word: `${repository}@${REVISION}` };
}

/**
 * Installs a small checkpoint as the program installs any model: from a hub on this machine,
 * over HTTP, by its checksums. Returns the word by which settings name it.
 */
export async function installNano(
  cacheDir: string,
  family: 'bolt' | 'chronos-2' = 'bolt',
): Promise<string> {
  const { hub, word } = await checkpointHub(family);
  const signal = AbortSignal.timeout(60_000);
  const source = { url: hub.url, token: null };
  await installModel(getModel(word), { cacheDir, hub: source, signal, now: () => new Date() });
  await verifyModel(getModel(word), { cacheDir, signal });
  await hub.close();
  return word;
}
