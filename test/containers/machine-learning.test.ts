import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { byEnvironment, firstRun, forecastAll, signIn } from '../support/containers/api.ts';
import {
  type Container,
  makeInternalNetwork,
  makeVolume,
  startContainer,
} from '../support/containers/docker.ts';
import { type HubServer, startHub } from '../support/hub-server.ts';

// One installation, in order: each test starts where the one before ended. The runtime comes from
// the npm registry, as the image's own packages do; the model from a hub on this machine.

const image = inject('image');
const CHECKPOINT = { repository: 'house/bolt', revision: '1'.repeat(40) };
const reference = (name: string) =>
  readFileSync(new URL(`../../src/ml/reference/bolt/${name}`, import.meta.url));

interface Report {
  readonly machineLearning: { state: string; reason: string; models: { installed: boolean }[] };
  readonly startedAt: string;
}

let hub: HubServer;
let container: Container;
const mounts = { data: makeVolume(), cache: makeVolume() };

function start(words: readonly string[]): Container {
  const env = {
    ...byEnvironment,
    PARSTOCK_DEMO: '1',
    PARSTOCK_ML: '1',
    PARSTOCK_ML_MODELS: `${CHECKPOINT.repository}@${CHECKPOINT.revision}`,
    PARSTOCK_HUB_URL: `http://hub:${new URL(hub.url).port}`,
  };
  return startContainer({ image, env, mounts, words });
}

const report = async () => (await (await fetch(`${container.url}/status`)).json()) as Report;

async function untilInstalled(seconds: number): Promise<Report> {
  const deadline = Date.now() + seconds * 1000;
  let found = await report();
  while (found.machineLearning.state !== 'ready' && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    found = await report();
  }
  return found;
}

beforeAll(async () => {
  const file = (name: string, large: boolean) =>
    [name, { content: reference(name), large }] as const;
  hub = await startHub({
    ...CHECKPOINT,
    host: '0.0.0.0',
    files: Object.fromEntries([file('config.json', false), file('model.safetensors', true)]),
  });
  container = start(['--add-host', 'hub:host-gateway']);
});
afterAll(async () => {
  container?.remove();
  await hub?.close();
});

test('forecasting API works before the ML install', async () => {
  await container.until();
  const { machineLearning } = await report();
  // Neither the start nor /ready waited for it.
  expect(machineLearning.state).not.toBe('ready');
  const run = await firstRun(await signIn(container));
  expect(run.series.done).toBe(run.series.total);
});

test('forecasting API works after the ML install', async () => {
  const { machineLearning } = await untilInstalled(180);
  expect(machineLearning).toMatchObject({ state: 'ready', models: [{ installed: true }] });
  const run = await forecastAll(await signIn(container));
  expect(run.series.done).toBe(run.series.total);
  // All of it is on the volume, and the volume's user owns it.
  const owners = container.exec('sh', '-c', 'find /cache -not -user 10001 | head -3').said;
  expect(owners).toBe('');
});

test('ML dependencies come from cache on restart (network cut)', async () => {
  expect(await container.stop()).toBe(0);
  container.remove();
  const asked = hub.seen.length;
  container = start(['--network', makeInternalNetwork()]);
  await container.until();
  const registry = container.exec('node', '-e', 'fetch("https://registry.npmjs.org")');
  expect(registry.status).not.toBe(0);
  const { machineLearning } = await untilInstalled(10);
  expect(machineLearning).toMatchObject({ state: 'ready', models: [{ installed: true }] });
  expect(hub.seen.length).toBe(asked);
  const run = await forecastAll(await signIn(container));
  expect(run.series.done).toBe(run.series.total);
});
