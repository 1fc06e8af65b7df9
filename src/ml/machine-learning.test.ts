import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HubServer, startHub } from '../../test/support/hub-server.ts';
import type { NpmRegistry } from '../../test/support/npm-registry.ts';
import { startTinyRuntime } from '../../test/support/tiny-runtime.ts';
import { takeFileLock } from './file-lock.ts';
import { MachineLearning, type MachineLearningReport } from './machine-learning.ts';
import { backoff } from './pause.ts';

const REVISION = '0123012301230123012301230123012301230123';
const NOW = new Date('2026-01-02T03:04:05Z');

let folder: string;
let registry: NpmRegistry;
let source: URL;
let hub: HubServer;
let running: MachineLearning | null = null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parstock-ml-'));
  ({ registry, source } = await startTinyRuntime(join(folder, 'source')));
  hub = await startHub({
    repository: 'me/mine',
    revision: REVISION,
    files: {
      'config.json': { content: Buffer.from('{}'), large: false },
      'model.safetensors': { content: randomBytes(50_000), large: true },
    },
  });
});
afterEach(async () => {
  await running?.stop();
  running = null;
  await registry.close();
  await hub.close();
  rmSync(folder, { recursive: true });
});

/** Starts it, and resolves with the states that it told until the wanted one came. */
function untilState(wanted: MachineLearningReport['state']): Promise<MachineLearningReport[]> {
  const told: MachineLearningReport[] = [];
  return new Promise((resolve) => {
    running = new MachineLearning({
      cacheDir: join(folder, 'cache'),
      models: [`me/mine@${REVISION}`],
      hub: { url: hub.url, token: null, stallMs: 500, pauseMs: 1 },
      source,
      env: { ...process.env, npm_config_registry: registry.url },
      now: () => NOW,
      random: () => 0.5,
      firstPauseMs: 0,
      onChange: (report) => {
        told.push(report);
        if (report.state === wanted) resolve(told);
      },
    });
    running.start();
  });
}

const phases = (told: readonly MachineLearningReport[]) =>
  told.map(({ state, phase }) => (phase ? `${state} ${phase}` : state));

test('from nothing to ready, and at once from a full cache', async () => {
  const told = await untilState('ready');
  expect(phases(told)).toEqual([
    'verifying',
    'absent',
    'installing runtime',
    'installing me--mine',
    'ready',
  ]);
  const { runtimeVersion, models, code, nextTryAt } = told.at(-1)!;
  expect({ runtimeVersion, code, nextTryAt }).toEqual({
    runtimeVersion: '1.2.3',
    code: null,
    nextTryAt: null,
  });
  expect(models).toEqual([
    expect.objectContaining({ name: 'me--mine', installed: true, trust: 'first download' }),
  ]);
  await running?.stop();
  await registry.close();
  await hub.close();
  expect(phases(await untilState('ready'))).toEqual(['verifying', 'ready']);
});

test('a failure has a code, a sentence and a next try; what is there stays', async () => {
  hub.behave = () => ({ status: 403 });
  const failed = (await untilState('failed')).at(-1)!;
  expect(failed).toMatchObject({
    code: 'hub_refused',
    failures: 1,
    nextTryAt: '2026-01-02T03:04:20.000Z',
    runtimeVersion: '1.2.3',
    phase: null,
    bytes: null,
  });
  expect(failed.reason).toBe('The model hub does not allow this download: found 403.');
});

test('a hub that says when to come back is obeyed', async () => {
  hub.behave = () => ({ status: 429, headers: { 'retry-after': '7200' } });
  const failed = (await untilState('failed')).at(-1)!;
  expect([failed.code, failed.nextTryAt]).toEqual(['hub_busy', '2026-01-02T05:04:05.000Z']);
});

test('while another process installs it waits, and then finds everything there', async () => {
  await untilState('ready');
  await running?.stop();
  rmSync(join(folder, 'cache/models'), { recursive: true });
  const lock = takeFileLock(join(folder, 'cache/install.lock'));
  const told = await untilState('waiting');
  expect(told.at(-1)?.reason).toBe('another process is installing');
  lock?.release();
  await expect.poll(() => running?.report().state, { timeout: 20_000 }).toBe('ready');
});

test('stopped in the middle, nothing goes on', async () => {
  hub.behave = (path) => (path.endsWith('.safetensors') ? { stallAfter: 10 } : {});
  await untilState('installing');
  await running?.stop();
  const asked = hub.seen.length;
  const { state } = running!.report();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect([hub.seen.length, running!.report().state]).toEqual([asked, state]);
});

test('pauses double up to a longest, each off by up to a fifth', () => {
  const wait = { firstMs: 15_000, longestMs: 3_600_000 };
  const even = [1, 2, 3, 20, 5000].map((n) => backoff(n, { ...wait, random: () => 0.5 }));
  expect(even).toEqual([15_000, 30_000, 60_000, 3_600_000, 3_600_000]);
  expect(backoff(1, { ...wait, random: () => 0 })).toBe(12_000);
  expect(backoff(1, { ...wait, random: () => 1 })).toBe(18_000);
});
