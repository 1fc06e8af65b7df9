import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cacheWithRuntime, checkpointHub } from '../support/chronos.ts';
import { runParstock } from '../support/command-line.ts';
import { administrator } from '../support/demo-server.ts';
import type { HubServer } from '../support/hub-server.ts';
import { eventually } from '../support/jobs.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

let folder: string;
let cacheDir: string;
let hub: HubServer;
let word: string;
let server: ServerProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parstock-chronos-api-'));
  cacheDir = await cacheWithRuntime();
  ({ hub, word } = await checkpointHub('chronos-2'));
  server = await startServerProcess(settings());
});
afterAll(async () => {
  await server.end('SIGTERM');
  await hub.close();
  for (const made of [folder, cacheDir]) rmSync(made, { recursive: true });
});

const settings = () => ({
  PARSTOCK_DATA_DIR: join(folder, 'data'),
  PARSTOCK_CACHE_DIR: cacheDir,
  PARSTOCK_ML: '1',
  PARSTOCK_ML_MODELS: word,
  PARSTOCK_HUB_URL: hub.url,
  PARSTOCK_DEMO: '1',
  PARSTOCK_ADMIN_EMAIL: administrator.email,
  PARSTOCK_ADMIN_PASSWORD: administrator.password,
});

async function signIn() {
  const { origin } = server;
  const headers = { origin, 'content-type': 'application/json' };
  const body = JSON.stringify(administrator);
  const session = await fetch(`${origin}/api/v1/session`, { method: 'POST', headers, body });
  const cookie = session.headers.get('set-cookie')!.split(';')[0]!;
  return async <T>(method: string, path: string, sent?: object): Promise<T> => {
    const answer = await fetch(`${origin}/api/v1${path}`, {
      method,
      headers: { ...headers, cookie },
      ...(sent && { body: JSON.stringify(sent) }),
    });
    expect(answer.ok, `${method} ${path}`).toBe(true);
    return (await answer.json()) as T;
  };
}

interface Run {
  readonly id: string;
  readonly state: string;
  readonly series: { readonly total: number; readonly refused: number };
}

test('a server fetches a model from its hub, verifies it, and forecasts with it', async () => {
  await eventually('the model', async () => {
    const status = await (await fetch(`${server.origin}/status`)).json();
    return (status as { machineLearning: { state: string } }).machineLearning.state === 'ready';
  });
  expect(hub.seen.some(({ path }) => path.endsWith('model.safetensors'))).toBe(true);
  const { code, stdout } = await runParstock(['models', 'verify'], { env: settings() });
  expect({ code, stdout }).toEqual({ code: 0, stdout: `good  runtime\ngood  ${word}\n` });

  const ask = await signIn();
  const ended = () =>
    eventually('the run', async () => {
      const { items } = await ask<{ items: Run[] }>('GET', '/runs');
      return items[0]?.state === 'completed' && items[0];
    });
  // The demo forecasts itself once, with or without the model.
  await ended();
  await ask('POST', '/runs', {});
  const run = await ended();
  expect(run.series.refused).toBe(0);
  const { models } = await ask<{ models: object[] }>('GET', `/runs/${run.id}/models`);
  expect(models).toContainEqual(
    expect.objectContaining({
      ...{ method: 'chronos-2-nano', scored: run.series.total, unavailable: 0 },
    }),
  );
  const { items } = await ask<{ items: { sku: string }[] }>('GET', '/products');
  const forecast = await ask<{ scores: { method: string; rmsse: number }[] }>(
    'GET',
    `/products/${encodeURIComponent(items[0]!.sku)}/forecast`,
  );
  expect(forecast.scores.find(({ method }) => method === 'chronos-2-nano')?.rmsse).toBeGreaterThan(
    0,
  );
});
