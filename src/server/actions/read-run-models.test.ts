import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertCatalogue } from '../../../test/support/catalogue.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { completeChunk } from '../store/forecasts.ts';
import { beginRun, endRun, insertRun, listOpenChunks } from '../store/runs.ts';
import type { ActionContext } from './context.ts';
import { readRunModels } from './read-run-models.ts';

const AS_OF = '2026-03-31';
let store: TestDatabase;
let context: ActionContext;
beforeAll(async () => {
  store = await testDatabase();
  const { database, tenantId } = store;
  await insertCatalogue(database, { tenantId, products: 25, days: 10, lastDay: AS_OF });
  // All that reading needs.
  context = { database, tenantId } as ActionContext;
});
afterAll(() => store.close());

/** What was said of each product's forecast, in the order of the products. */
async function insertForecasts(said: readonly object[]): Promise<string> {
  const { tenantId } = store;
  const levels = [0.5];
  return store.database.withTenant(tenantId, async (tx) => {
    const options = { seed: 1, method: 'auto', historyDays: 10, backtestWindows: 3 };
    const { id } = await insertRun(tx, {
      tenantId,
      asOf: AS_OF,
      horizonDays: 1,
      options: { ...options, levels, windowLevels: levels, missingDays: 'zero' },
      engineVersion: 'test',
      requestedBy: 'test',
      chunkSize: 100,
    });
    await beginRun(tx, id);
    const [chunk] = await listOpenChunks(tx, id);
    const { chunkNo, productIds } = chunk!;
    const target = { tenantId, runId: id, chunkNo, origin: AS_OF, levels, windowLevels: levels };
    const one = Float64Array.of(1);
    const known = { method: 'combination', reason: 'given', demandClass: 'smooth', scores: [] };
    const values = { mean: one, quantiles: one, windowMeans: one, windowQuantiles: one };
    const records = productIds.map((productId, i) => {
      return { ok: true, productId, ...known, ...values, reasonData: said[i] ?? {} } as const;
    });
    await completeChunk(tx, target, records);
    await endRun(tx, { runId: id, state: 'completed' });
    return id;
  });
}

const mine = (gain: number, weight: number | null) => ({
  members: [
    { method: 'ets', weight: 1 - (weight ?? 0) },
    ...(weight === null ? [] : [{ method: 'mine', weight }]),
  ],
  external: [{ method: 'mine', title: 'Mine', gain }],
});

test('tells which products a model forecasts, what it saves there, and where it was not asked', async () => {
  const asleep = { method: 'mine', title: 'Mine', unavailable: 'it is asleep' };
  const id = await insertForecasts([
    mine(0.1, 1),
    mine(0.3, 0.5),
    mine(0.2, 1),
    mine(-0.4, null),
    { members: [{ method: 'ets', weight: 1 }], external: [asleep] },
    { members: [{ method: 'ets', weight: 1 }] },
  ]);
  expect(await readRunModels(context, { id })).toEqual({
    models: [
      {
        method: 'mine',
        title: 'Mine',
        scored: 4,
        used: 3,
        medianGain: 0.2,
        unavailable: 1,
        unavailableReason: 'it is asleep',
        bestSeries: [
          { sku: 'P00002', name: 'Product 2', weight: 0.5, gain: 0.3 },
          { sku: 'P00003', name: 'Product 3', weight: 1, gain: 0.2 },
          { sku: 'P00001', name: 'Product 1', weight: 1, gain: 0.1 },
        ],
      },
    ],
  });
});

test('names twenty products at most, those where it saves most', async () => {
  const id = await insertForecasts(Array.from({ length: 25 }, (_, i) => mine(i / 100, 1)));
  const [model] = (await readRunModels(context, { id })).models;
  expect(model!.used).toBe(25);
  expect(model!.bestSeries).toHaveLength(20);
  expect(model!.bestSeries[0]).toMatchObject({ sku: 'P00025', gain: 0.24 });
});

test('a run that had no model has none to tell of, and a run that is not there is refused', async () => {
  expect(await readRunModels(context, { id: await insertForecasts([]) })).toEqual({ models: [] });
  const absent = { id: '00000000-0000-4000-8000-000000000000' };
  await expect(readRunModels(context, absent)).rejects.toMatchObject({ code: 'not_found' });
});
