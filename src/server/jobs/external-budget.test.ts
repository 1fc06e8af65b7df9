import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkpoint, installedRuntime } from '../../../test/support/chronos.ts';
import { type Chronos, openChronos } from '../../ml/chronos/open-chronos.ts';
import { forecasterOn } from './external-forecasts.ts';

const graphFolder = mkdtempSync(join(tmpdir(), 'chronos-budget-'));
const named = { method: 'chronos-bolt-nano', title: 'Chronos-Bolt nano' };
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
let chronos: Chronos;
beforeAll(async () => {
  chronos = await openChronos({
    runtimeFolder: await installedRuntime(),
    modelFolder: checkpoint('bolt'),
    graphFolder,
    threads: 1,
  });
});
afterAll(async () => {
  await chronos.close();
  rmSync(graphFolder, { recursive: true });
});

/** Two years of days; a horizon of a year is rolled out over and over. */
const series = Array.from({ length: 200 }, (_, i) => ({
  productId: i,
  sku: `P${i}`,
  y: Float64Array.from({ length: 730 }, (_, t) => 20 + ((t * 7919 + i) % 11)),
}));
const options = { horizon: 365, frequency: 'D' } as const;

test('a chunk that takes longer than its time is given up, and those after it are not begun', async () => {
  const context = { signal: new AbortController().signal, log };
  const budget = { perSeries: 0.001, atLeast: 0.1 };
  const forecaster = forecasterOn(chronos, { named, context, budget });
  const began = performance.now();
  const said = await forecaster.ask(series, options);
  const late = { unavailable: 'it had not answered after 0.2 seconds for 200 products' };
  expect(said).toHaveLength(200);
  for (const one of said) expect(one).toMatchObject({ ...named, said: [], ...late });
  // The whole of it takes minutes.
  expect(performance.now() - began).toBeLessThan(15_000);
  const again = await forecaster.ask(series.slice(0, 1), options);
  expect(again).toMatchObject([{ said: [], ...late }]);
});

test('a run that is stopped is not taken for a model that is slow', async () => {
  const stopping = new AbortController();
  const forecaster = forecasterOn(chronos, { named, context: { signal: stopping.signal, log } });
  setTimeout(() => stopping.abort(new Error('stopped')), 100);
  await expect(forecaster.ask(series, options)).rejects.toThrow('stopped');
});
