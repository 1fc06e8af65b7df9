import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getModel } from '../../src/ml/models/find-model.ts';
import { verifyModel } from '../../src/ml/models/verify-model.ts';
import { isRuntimeReady } from '../../src/ml/runtime/install-runtime.ts';
import { type HubServer, startHub } from './hub-server.ts';
import type { NpmRegistry } from './npm-registry.ts';
import { startTinyRuntime } from './tiny-runtime.ts';

const CHILD = fileURLToPath(new URL('./processes/install-child.ts', import.meta.url));
const REVISION = 'abcdef0123456789abcdef0123456789abcdef01';
const MODEL = `shop/random@${REVISION}`;

export interface RaceTrack {
  readonly registry: NpmRegistry;
  readonly hub: HubServer;
  /** Starts so many processes on one cache folder. */
  start(cacheDir: string, replicas: number): ChildProcess[];
  /** Every fault of a cache folder that should be whole; empty where it is. */
  inspect(cacheDir: string): Promise<string[]>;
  close(): Promise<void>;
}

/** A registry and a hub of our own, the hub dropping connections at random, for installers to race on. */
export async function openRaceTrack(folder: string): Promise<RaceTrack> {
  const { registry, source } = await startTinyRuntime(join(folder, 'source'));
  const hub = await startHub({
    repository: 'shop/random',
    revision: REVISION,
    files: {
      'config.json': { content: Buffer.from('{}\n'), large: false },
      'model.safetensors': { content: randomBytes(2_000_000), large: true },
    },
  });
  hub.behave = (path) =>
    path.endsWith('.safetensors') && Math.random() < 0.9
      ? { dropAfter: 100_000 + Math.floor(Math.random() * 400_000) }
      : {};
  const start = (cacheDir: string, replicas: number) => {
    const settings = { cacheDir, model: MODEL, hubUrl: hub.url, source: source.href };
    const env = { ...process.env, npm_config_registry: registry.url };
    return Array.from({ length: replicas }, () =>
      spawn(process.execPath, [CHILD, JSON.stringify(settings)], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
  };
  return {
    registry,
    hub,
    start,
    inspect: (cacheDir) => inspectCache(cacheDir, source),
    close: async () => {
      await registry.close();
      await hub.close();
    },
  };
}

/** Kills all of them with SIGKILL, each after a time of its own; says how many were still running. */
export async function killAll(
  children: readonly ChildProcess[],
  longestMs: number,
): Promise<number> {
  const killed = await Promise.all(
    children.map(async (child) => {
      const ended = once(child, 'exit');
      const timer = setTimeout(() => child.kill('SIGKILL'), Math.random() * longestMs);
      const [, signal] = await ended;
      clearTimeout(timer);
      return signal === 'SIGKILL';
    }),
  );
  return killed.filter(Boolean).length;
}

/** Waits for all; each must end with its work done. */
export async function letFinish(children: readonly ChildProcess[]): Promise<string[]> {
  return Promise.all(
    children.map(async (child) => {
      let said = '';
      child.stdout?.on('data', (text) => {
        said += text;
      });
      const [code, signal] = await once(child, 'exit');
      return code === 0 ? '' : `ended with ${code ?? signal}: ${said.trim().split('\n').at(-1)}`;
    }),
  ).then((faults) => faults.filter(Boolean));
}

async function inspectCache(cacheDir: string, source: URL): Promise<string[]> {
  const faults: string[] = [];
  const { signal } = new AbortController();
  if (!(await isRuntimeReady({ cacheDir, source, signal, thorough: true })))
    faults.push('the runtime is not whole');
  await verifyModel(getModel(MODEL), { cacheDir, signal }).catch((error) => {
    faults.push(`model: ${error.code ?? error.message}`);
  });
  const left = readdirSync(cacheDir, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.(partial|part|new|npm)(\/|$)|\.part\.json$|-journal$/.test(path),
  );
  return [...faults, ...left.map((path) => `left over: ${path}`)];
}
