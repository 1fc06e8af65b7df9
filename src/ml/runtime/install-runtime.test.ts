import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NpmRegistry } from '../../../test/support/npm-registry.ts';
import { startTinyRuntime, tinyPackages } from '../../../test/support/tiny-runtime.ts';
import { Refusal } from '../../contract/errors.ts';
import { refuseForeignMachine } from './fits-machine.ts';
import { markInUse } from './in-use.ts';
import { installRuntime, isRuntimeReady } from './install-runtime.ts';
import { findRuntime, loadOnnxRuntime, runtimeFolder } from './load-runtime.ts';
import { filesBelow } from './prune-runtime.ts';

let folder: string;
let cacheDir: string;
let registry: NpmRegistry;
let source: URL;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parstock-runtime-'));
  cacheDir = join(folder, 'cache');
  ({ registry, source } = await startTinyRuntime(join(folder, 'source')));
});

afterEach(async () => {
  await registry.close();
  rmSync(folder, { recursive: true });
});

const signal = () => new AbortController().signal;

function install(over: Partial<Parameters<typeof installRuntime>[0]> = {}) {
  return installRuntime({
    cacheDir,
    source,
    env: {
      ...process.env,
      npm_config_registry: registry.url,
      npm_config_fetch_retry_mintimeout: '1',
      npm_config_fetch_retry_maxtimeout: '1',
      ...over.env,
    },
    now: () => new Date('2026-01-02T03:04:05Z'),
    signal: signal(),
    ...('deadlineMs' in over ? { deadlineMs: over.deadlineMs } : {}),
    ...('signal' in over && over.signal ? { signal: over.signal } : {}),
  });
}

async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error = await work.then(
    () => null,
    (refusal) => refusal,
  );
  expect(error).toBeInstanceOf(Refusal);
  return error;
}

/** Nothing but the furniture: no half-made folder, nothing that would be taken for a runtime. */
function expectNothingInstalled(): void {
  expect(findRuntime(cacheDir, source)).toBeNull();
  const left = readdirSync(join(cacheDir, 'runtime')).filter((name) => name !== 'npm.lock');
  expect(left).toEqual([]);
}

test('it is installed, pruned, tried out and loaded; a second look needs no network', async () => {
  const final = await install();
  expect(final).toBe(findRuntime(cacheDir, source));
  expect((await filesBelow(final)).sort()).toEqual([
    'manifest.json',
    `node_modules/onnxruntime-common/dist/cjs/index.js`,
    'node_modules/onnxruntime-common/package.json',
    `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/binding.node`,
    'node_modules/onnxruntime-node/dist/index.js',
    'node_modules/onnxruntime-node/package.json',
    'package-lock.json',
    'package.json',
  ]);
  expect(loadOnnxRuntime(final).InferenceSession.create).toBeTypeOf('function');
  await registry.close();
  await expect(
    isRuntimeReady({ cacheDir, source, signal: signal(), thorough: true }),
  ).resolves.toBe(true);
});

test.each([
  ['answers 500', { status: 500 }, 'runtime_registry_failed'],
  ['answers 403', { status: 403 }, 'runtime_registry_refused'],
  ['answers 404', { status: 404 }, 'runtime_registry_refused'],
  ['sends other bytes', { otherBytes: true }, 'runtime_wrong_package'],
])('a registry that %s is named, and nothing is left', async (_what, how, code) => {
  registry.behave = (path) => (path.endsWith('.tgz') ? how : {});
  expect((await refusalOf(install())).code).toBe(code);
  expectNothingInstalled();
});

test('no network is named, and nothing is left', async () => {
  const env = { npm_config_registry: 'http://127.0.0.1:9' };
  expect((await refusalOf(install({ env }))).code).toBe('runtime_registry_unreachable');
  expectNothingInstalled();
});

test('a registry that drips is given up at the deadline, and npm with it', async () => {
  registry.behave = (path) => (path.endsWith('.tgz') ? { stall: true } : {});
  const refusal = await refusalOf(install({ deadlineMs: 2500 }));
  expect(refusal.code).toBe('runtime_too_slow');
  expectNothingInstalled();
});

test('called off, npm ends at once and nothing is left', async () => {
  registry.behave = (path) => (path.endsWith('.tgz') ? { stall: true } : {});
  const stopping = new AbortController();
  const work = install({ signal: stopping.signal });
  const ended = work.catch((error) => error);
  while (registry.tarballs === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  stopping.abort();
  expect((await ended).name).toBe('AbortError');
  expectNothingInstalled();
});

test('without npm it says so', async () => {
  const env = { PATH: folder, npm_execpath: undefined };
  expect((await refusalOf(install({ env }))).code).toBe('runtime_no_npm');
  expectNothingInstalled();
});

test('a binary that cannot be loaded is named with the linker’s words, and not installed', async () => {
  const words = "/lib/x86_64-linux-gnu/libm.so.6: version `GLIBC_2.38' not found";
  const main = `throw new Error(${JSON.stringify(words)});`;
  await registry.close();
  ({ registry, source } = await startTinyRuntime(
    join(folder, 'broken'),
    tinyPackages({ main, version: '2.0.0' }),
  ));
  const refusal = await refusalOf(install());
  expect([refusal.code, refusal.details.found]).toEqual(['runtime_not_loadable', words]);
  expectNothingInstalled();
});

test('a binary that ends the process is told from one that works', async () => {
  await registry.close();
  const main = 'process.abort();';
  ({ registry, source } = await startTinyRuntime(join(folder, 'broken'), tinyPackages({ main })));
  expect((await refusalOf(install())).details.found).toContain('SIGABRT');
});

test('a machine that it is not built for is refused before anything is fetched', () => {
  const wanted = expect.stringContaining('glibc 2.28');
  for (const [machine, found] of [
    [{ kind: 'linux-x64', glibc: null }, 'a Linux without glibc, such as Alpine'],
    [{ kind: 'linux-arm64', glibc: '2.17' }, 'glibc 2.17'],
    [{ kind: 'freebsd-x64', glibc: null }, 'freebsd-x64'],
  ] as const)
    expect(() => refuseForeignMachine(machine)).toThrow(
      expect.objectContaining({ code: 'runtime_not_loadable', details: { found, wanted } }),
    );
  expect(() => refuseForeignMachine({ kind: 'linux-x64', glibc: '2.36' })).not.toThrow();
  expect(() => refuseForeignMachine({ kind: 'darwin-arm64', glibc: null })).not.toThrow();
});

test('half a folder of a killed installer is thrown away, and damage is found and mended', async () => {
  const partial = `${runtimeFolder(cacheDir, source)}.partial`;
  mkdirSync(join(partial, 'node_modules/half'), { recursive: true });
  const final = await install();
  expect(existsSync(partial)).toBe(false);
  const file = join(final, 'node_modules/onnxruntime-node/dist/index.js');
  const good = readFileSync(file);
  const look = (thorough: boolean) =>
    isRuntimeReady({ cacheDir, source, signal: signal(), thorough });
  writeFileSync(file, good.subarray(1));
  expect(await look(false)).toBe(false);
  writeFileSync(file, Buffer.concat([Buffer.from(' '), good.subarray(1)]));
  expect([await look(false), await look(true)]).toEqual([true, false]);
  await install();
  expect(await look(true)).toBe(true);
});

test('runtimes of other versions go when nobody uses them', async () => {
  const runtimes = join(cacheDir, 'runtime');
  for (const name of ['old-unused', 'old-used'])
    mkdirSync(join(runtimes, name), { recursive: true });
  const use = markInUse(join(runtimes, 'old-used'));
  const second = markInUse(join(runtimes, 'old-used'));
  await install();
  expect(existsSync(join(runtimes, 'old-unused'))).toBe(false);
  expect(existsSync(join(runtimes, 'old-used'))).toBe(true);
  use.release();
  second.release();
  await install();
  expect(existsSync(join(runtimes, 'old-used'))).toBe(false);
});
