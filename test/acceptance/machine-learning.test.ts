import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runParstock } from '../support/command-line.ts';
import { type HubServer, startHub } from '../support/hub-server.ts';
import { eventually } from '../support/jobs.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const REVISION = 'fedcba9876543210fedcba9876543210fedcba98';
const MODEL = `shop/random@${REVISION}`;
/** Where nothing answers, for npm as well as for the hub. */
const NOWHERE = 'http://127.0.0.1:9';

let folder: string;
let hub: HubServer;
let server: ServerProcess | null = null;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parstock-ml-'));
  hub = await startHub({
    repository: 'shop/random',
    revision: REVISION,
    files: {
      'config.json': { content: Buffer.from('{}\n'), large: false },
      'model.safetensors': { content: randomBytes(3_000_000), large: true },
    },
  });
});
afterAll(async () => {
  await server?.end('SIGKILL');
  await hub.close();
  rmSync(folder, { recursive: true });
});

const settings = () => ({
  PARSTOCK_DATA_DIR: join(folder, 'data'),
  PARSTOCK_CACHE_DIR: join(folder, 'cache'),
  PARSTOCK_ML: '1',
  PARSTOCK_ML_MODELS: MODEL,
  PARSTOCK_HUB_URL: hub.url,
  PARSTOCK_LOG_LEVEL: 'info' as const,
});

async function status(running: ServerProcess) {
  const response = await fetch(`${running.origin}/status`);
  return (await response.json()) as {
    machineLearning: { state: string; runtimeVersion: string; code: string; models: object[] };
  };
}

function untilState(running: ServerProcess, wanted: string) {
  return eventually(`machine learning ${wanted}`, async () => {
    const { machineLearning } = await status(running);
    return machineLearning.state === wanted && machineLearning;
  });
}

test('the true runtime is installed while the server serves, and works', async () => {
  server = await startServerProcess(settings());
  expect((await fetch(`${server.origin}/live`)).status).toBe(200);
  const ready = await untilState(server, 'ready');
  expect(ready.models).toEqual([
    expect.objectContaining({ name: 'shop--random', installed: true, trust: 'first download' }),
  ]);
  const { stdout } = await runParstock(['models', 'verify', '--json'], { env: settings() });
  const { checked } = JSON.parse(stdout);
  expect(checked.map(({ name, good }: { name: string; good: boolean }) => [name, good])).toEqual([
    ['runtime', true],
    [MODEL, true],
  ]);
});

test('the runtime has no address to report usage to', async () => {
  const cache = join(folder, 'cache');
  const binaries = readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.(so|dylib|dll|node)(\.|$)/.test(path),
  );
  expect(binaries.length).toBeGreaterThan(1);
  // Releases from 1.29 on send usage to their maker by default.
  for (const path of binaries)
    expect(readFileSync(join(cache, path)).includes('events.data.microsoft.com')).toBe(false);
});

test('killed and started without any network, it is ready again from its cache', async () => {
  await server?.end('SIGKILL');
  const asked = hub.seen.length;
  const env = { ...settings(), PARSTOCK_HUB_URL: NOWHERE };
  server = await startServerProcess(env);
  await untilState(server, 'ready');
  expect(server.said()).not.toContain('"state":"installing"');
  expect(hub.seen.length).toBe(asked);
});

test('a cache emptied under a server without network is reported; it serves on', async () => {
  expect(await server?.end('SIGTERM')).toBe(0);
  const empty = join(folder, 'empty');
  const env = { ...settings(), PARSTOCK_CACHE_DIR: empty, PARSTOCK_HUB_URL: NOWHERE };
  server = await startServerProcess(env, { beside: { npm_config_registry: NOWHERE } });
  const failed = await untilState(server, 'failed');
  expect(failed.code).toBe('runtime_registry_unreachable');
  expect((await fetch(`${server.origin}/live`)).status).toBe(200);
  const ready = await fetch(`${server.origin}/ready`);
  // Red for want of an administrator, not for want of a runtime.
  expect(((await ready.json()) as { code: string }).code).toBe('setup_not_complete');
});

test('what one machine installed, another imports without a network', async () => {
  const cacheDir = join(folder, 'imported');
  const env = { ...settings(), PARSTOCK_CACHE_DIR: cacheDir, PARSTOCK_HUB_URL: NOWHERE };
  const words = ['models', 'import', join(folder, 'cache'), '--json'];
  const { code, stdout, stderr } = await runParstock(words, { env });
  expect([code, stderr]).toEqual([0, '']);
  const { runtime, models } = JSON.parse(stdout);
  expect(models).toContainEqual(expect.objectContaining({ name: 'shop--random', installed: true }));
  expect(runtime.version).toMatch(/^\d+\.\d+\.\d+$/);
});
