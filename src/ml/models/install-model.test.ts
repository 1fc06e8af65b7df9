import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HubServer, type Misbehaviour, startHub } from '../../../test/support/hub-server.ts';
import { Refusal } from '../../contract/errors.ts';
import { findModel, modelFolder } from './find-model.ts';
import type { Hub } from './hub.ts';
import { installModel } from './install-model.ts';
import type { PinnedModel } from './pinned-models.ts';
import { verifyModel } from './verify-model.ts';

const REVISION = '0123456789abcdef0123456789abcdef01234567';
const config = Buffer.from('{"architectures":["ChronosBoltModelForForecasting"]}\n');
const weights = randomBytes(300_000);
const WEIGHTS_PATH = `/amazon/tiny/resolve/${REVISION}/model.safetensors`;

let hub: HubServer;
let cacheDir: string;

beforeEach(async () => {
  cacheDir = mkdtempSync(join(tmpdir(), 'parstock-models-'));
  hub = await startHub({
    repository: 'amazon/tiny',
    revision: REVISION,
    files: {
      'config.json': { content: config, large: false },
      'model.safetensors': { content: weights, large: true },
    },
  });
});

afterEach(async () => {
  await hub.close();
  rmSync(cacheDir, { recursive: true });
});

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const pinned: PinnedModel = {
  name: 'tiny',
  repository: 'amazon/tiny',
  revision: REVISION,
  licence: 'Apache-2.0',
  parametersMillions: 1,
  files: [
    { name: 'config.json', bytes: config.length, sha256: sha256(config) },
    { name: 'model.safetensors', bytes: weights.length, sha256: sha256(weights) },
  ],
};
const unpinned: PinnedModel = {
  ...pinned,
  files: pinned.files.map(({ name }) => ({ name, bytes: null, sha256: null })),
};

function install(
  model: PinnedModel = pinned,
  { on = {}, signal }: { on?: Partial<Hub>; signal?: AbortSignal } = {},
) {
  return installModel(model, {
    cacheDir,
    hub: { url: hub.url, token: null, stallMs: 2000, pauseMs: 1, ...on },
    now: () => new Date('2026-01-02T03:04:05Z'),
    signal: signal ?? new AbortController().signal,
  });
}

/** The weights misbehave as the list says, one entry per request, and then go well. */
function weightsMisbehave(...hows: Misbehaviour[]): void {
  hub.behave = (path, earlier) => (path === WEIGHTS_PATH ? (hows[earlier] ?? {}) : {});
}

function weightsAlwaysMisbehave(how: Misbehaviour): void {
  hub.behave = (path) => (path === WEIGHTS_PATH ? how : {});
}

function expectInstalled(model: PinnedModel = pinned): void {
  const folder = modelFolder(cacheDir, model);
  expect(readFileSync(join(folder, 'model.safetensors')).equals(weights)).toBe(true);
  expect(readFileSync(join(folder, 'config.json')).equals(config)).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(['config.json', 'model.json', 'model.safetensors']);
  expect(readdirSync(join(cacheDir, 'models', model.name))).toEqual([REVISION]);
}

async function expectRefused(work: Promise<unknown>, code: string): Promise<Refusal> {
  const error = await work.then(
    () => null,
    (refusal) => refusal,
  );
  expect(error).toBeInstanceOf(Refusal);
  expect(error.code).toBe(code);
  expect(existsSync(modelFolder(cacheDir, pinned))).toBe(false);
  return error;
}

const requestsForWeights = () => hub.seen.filter(({ path }) => path === WEIGHTS_PATH);

test('a pinned model is fetched, checked and recorded; a second time nothing is asked', async () => {
  const record = await install();
  expectInstalled();
  expect(record.files.map(({ name, origin }) => [name, origin])).toEqual([
    ['config.json', 'pinned'],
    ['model.safetensors', 'pinned'],
  ]);
  expect(record.installedAt).toBe('2026-01-02T03:04:05.000Z');
  const asked = hub.seen.length;
  await install();
  expect(hub.seen.length).toBe(asked);
});

test('a connection that drops at random bytes is gone on with, until the whole is there', async () => {
  const drops = Array.from({ length: 12 }, () => 1 + Math.floor(Math.random() * 40_000));
  weightsMisbehave(...drops.map((dropAfter) => ({ dropAfter })));
  await install();
  expectInstalled();
  const ranges = requestsForWeights().map(({ range }) => Number(/\d+/.exec(range ?? '')?.[0] ?? 0));
  expect(ranges).toEqual([...ranges].sort((a, b) => a - b));
  expect(ranges.at(-1)).toBeGreaterThan(0);
  expect(requestsForWeights().at(-1)?.ifRange).toMatch(/^"/);
});

test('what one process fetched, the next one goes on with', async () => {
  const controller = new AbortController();
  weightsAlwaysMisbehave({ stallAfter: 200_000 });
  const part = join(`${modelFolder(cacheDir, pinned)}.partial`, 'model.safetensors.part');
  const first = install(pinned, { signal: controller.signal });
  const settled = first.catch((error) => error);
  while (!existsSync(part) || readFileSync(part).length < 200_000)
    await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  expect((await settled).name).toBe('AbortError');
  hub.behave = () => ({});
  await install();
  expectInstalled();
  expect(requestsForWeights().at(-1)?.range).toBe('bytes=200000-');
});

test('a hub that ignores ranges is read from the start again', async () => {
  weightsMisbehave({ dropAfter: 100_000 }, { ignoreRange: true });
  await install();
  expectInstalled();
});

test('another ETag means another file: the start is not kept', async () => {
  weightsMisbehave({ dropAfter: 100_000, etag: '"first"' }, { etag: '"second"' });
  await install();
  expectInstalled();
  expect(requestsForWeights()[1]?.ifRange).toBe('"first"');
});

test('a start that turns out wrong is thrown away and fetched anew', async () => {
  weightsMisbehave({ dropAfter: 100_000, wrongByteAt: 5 });
  await install();
  expectInstalled();
});

test('one wrong byte is never installed', async () => {
  weightsAlwaysMisbehave({ wrongByteAt: 150_000 });
  const { details } = await expectRefused(install(), 'model_damaged');
  expect(details.found).toContain(`wanted ${sha256(weights)}`);
});

test.each([
  ['announces too much', { lengthLie: 10 }, 'model_damaged'],
  ['announces too little', { lengthLie: -10 }, 'model_damaged'],
  ['sends more than there is', { extraBytes: 1000 }, 'model_damaged'],
  ['stalls', { stallAfter: 0 }, 'hub_unreachable'],
  ['answers 500', { status: 500 }, 'hub_unreachable'],
  ['answers 401', { status: 401 }, 'hub_refused'],
  ['answers 403', { status: 403 }, 'hub_refused'],
  ['answers 404', { status: 404 }, 'hub_has_not'],
  ['answers 429', { status: 429 }, 'hub_busy'],
  ['answers 503', { status: 503 }, 'hub_busy'],
])('a hub that %s for ever is refused by name', async (_what, how, code) => {
  weightsAlwaysMisbehave(how);
  // Only where nothing comes: on a busy machine an answer, too, may take 40 ms.
  const stallMs = 'stallAfter' in how ? 40 : 10_000;
  await expectRefused(install(pinned, { on: { stallMs } }), code);
  const finite = requestsForWeights().length;
  const final = 'status' in how && [401, 403, 404].includes(how.status);
  expect(finite).toBe(final ? 1 : 5);
});

test('a hub that asks to wait a little is waited for', async () => {
  weightsMisbehave(
    { status: 429, headers: { 'retry-after': '1' } },
    { status: 503, headers: { 'retry-after': '0' } },
  );
  const before = performance.now();
  await install();
  expectInstalled();
  expect(performance.now() - before).toBeGreaterThan(990);
});

test('a hub that asks to wait for long is left alone, and the wait is passed on', async () => {
  weightsAlwaysMisbehave({ status: 429, headers: { 'retry-after': '3600' } });
  const { details } = await expectRefused(install(), 'hub_busy');
  expect(details.retryAfterMs).toBe(3_600_000);
  expect(requestsForWeights().length).toBe(1);
});

test('nobody listens', async () => {
  const { url } = hub;
  await hub.close();
  const { details } = await expectRefused(install(pinned, { on: { url } }), 'hub_unreachable');
  expect(details.found).toContain('ECONNREFUSED');
  hub = await startHub({ repository: 'a/b', revision: REVISION, files: {} });
});

test('the token goes to the hub, and not along a redirect to another host', async () => {
  const storage = await startHub({
    repository: 'amazon/tiny',
    revision: REVISION,
    files: { 'model.safetensors': { content: weights, large: true } },
  });
  weightsAlwaysMisbehave({ redirectTo: storage.url.replace('127.0.0.1', 'localhost') });
  try {
    await install(pinned, { on: { token: 'hf_secret' } });
    expectInstalled();
    expect(new Set(hub.seen.map(({ authorization }) => authorization))).toEqual(
      new Set(['Bearer hf_secret']),
    );
    expect(storage.seen.map(({ authorization }) => authorization)).toEqual([undefined]);
  } finally {
    await storage.close();
  }
});

test('a redirect that never ends, or leads out of http, is refused', async () => {
  weightsAlwaysMisbehave({ redirectTo: hub.url });
  await expectRefused(install(), 'hub_refused');
  weightsAlwaysMisbehave({ redirectTo: 'ftp://elsewhere' });
  await expectRefused(install(), 'hub_refused');
});

test('a file without a pin is taken by the checksum that the hub lists, and says so', async () => {
  const record = await install(unpinned);
  expectInstalled();
  expect(record.files.map(({ origin, sha256 }) => [origin, sha256])).toEqual([
    ['hub', sha256(config)],
    ['hub', sha256(weights)],
  ]);
});

test('a small file without a pin is held to git’s own hash', async () => {
  hub.behave = (path) => (path.endsWith('config.json') ? { wrongByteAt: 3 } : {});
  await expectRefused(install(unpinned), 'model_damaged');
});

test('without a pin and without a listing nothing is fetched', async () => {
  await hub.close();
  hub = await startHub({
    repository: 'amazon/tiny',
    revision: REVISION,
    files: { 'config.json': { content: config, large: false } },
    listing: false,
  });
  await expectRefused(install(unpinned), 'hub_has_not');
  expect(hub.seen.length).toBe(1);
});

test('a damaged model is found by its size at once, by its bytes when verified, and mended', async () => {
  await install();
  const path = join(modelFolder(cacheDir, pinned), 'model.safetensors');
  const options = { cacheDir, signal: new AbortController().signal };
  writeFileSync(path, Buffer.concat([weights.subarray(1), Buffer.from([0])]));
  const damaged = await verifyModel(pinned, options).catch((error) => error);
  expect(damaged.code).toBe('model_damaged');
  writeFileSync(path, weights.subarray(1));
  await install();
  expectInstalled();
  await expect(verifyModel(pinned, options)).resolves.toMatchObject({ name: 'tiny' });
});

test('names outside the list must be a repository with a full commit', () => {
  expect(findModel(cacheDir, 'chronos-bolt-tiny')).toBeNull();
  expect(findModel(cacheDir, `me/mine@${REVISION}`)).toBeNull();
  for (const word of ['chronos', 'me/mine', 'me/mine@main', `../x@${REVISION}`])
    expect(() => findModel(cacheDir, word)).toThrow(Refusal);
});
