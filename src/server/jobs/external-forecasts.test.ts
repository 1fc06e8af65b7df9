import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { insertCatalogue } from '../../../test/support/catalogue.ts';
import { cacheWithRuntime, installNano } from '../../../test/support/chronos.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { eventually, startTestJobs, type TestJobs } from '../../../test/support/jobs.ts';
import { findModel } from '../../ml/models/find-model.ts';
import { getRun } from '../actions/get-run.ts';
import { readProductForecast } from '../actions/read-product-forecast.ts';
import { readRunModels } from '../actions/read-run-models.ts';
import { startRun } from '../actions/start-run.ts';

let model: string;
let groups: string;
let cacheDir: string;
let store: TestDatabase;
let jobs: TestJobs | null;

beforeAll(async () => {
  cacheDir = await cacheWithRuntime();
  model = await installNano(cacheDir);
  groups = await installNano(cacheDir, 'chronos-2');
});
afterAll(() => rmSync(cacheDir, { recursive: true }));

beforeEach(async () => {
  store = await testDatabase();
  jobs = null;
  await insertCatalogue(store.database, {
    tenantId: store.tenantId,
    products: 4,
    days: 420,
    lastDay: '2026-03-31',
  });
});
afterEach(async () => {
  await jobs?.stop();
  await store.close();
});

async function runWith(word: string) {
  const running = await startTestJobs(store, {
    today: '2026-04-01',
    chronos: { cacheDir, model: word },
    machineLearning: () => ({ state: 'ready', reason: 'runtime and models are installed' }),
  });
  jobs = running;
  const { id } = await startRun(running.context, {});
  const run = await eventually('the run', async () => {
    const now = await getRun(running.context, { id });
    if (now.state === 'failed') throw new Error(now.error?.message);
    return now.state === 'completed' && now;
  });
  const forecasts = await Promise.all(
    ['P00001', 'P00002', 'P00003', 'P00004'].map((sku) =>
      readProductForecast(running.context, { sku }),
    ),
  );
  return { run, forecasts };
}

test('a run scores the installed model beside the engine, and says what came of it', async () => {
  const { run, forecasts } = await runWith(model);
  expect(run.series).toEqual({ total: 4, done: 4, refused: 0 });
  const models = await readRunModels(jobs!.context, { id: run.id });
  expect(models.models).toMatchObject([
    { method: 'chronos-bolt-nano', scored: 4, used: 0, medianGain: null, bestSeries: [] },
    // Four products are too few to teach one another.
    { method: 'trees', scored: 0, unavailable: 4 },
  ]);
  for (const forecast of forecasts) {
    const own = forecast!.scores.find(
      ({ method }: { method: string }) => method === 'chronos-bolt-nano',
    )!;
    expect(own.windows).toBe(3);
    expect(own.rmsse).toBeGreaterThan(0);
    // Weights drawn at random know nothing of demand: the backtest keeps them out.
    expect(forecast!.method).not.toBe('chronos-bolt-nano');
    expect(forecast!.reason).toMatch(
      /Chronos-Bolt nano measured \d+ % worse than the best of the others\.$/,
    );
  }
});

test('a run without the model is the same run, but for what is said of it', async () => {
  const { forecasts } = await runWith('chronos-bolt-tiny');
  for (const forecast of forecasts) {
    expect(
      forecast!.scores.some(({ method }: { method: string }) => method.startsWith('chronos')),
    ).toBe(false);
    expect(forecast!.reason).not.toMatch(/Chronos/);
  }
});

/** Promotions on every ninth day of the first two products, with three times the demand; one is planned. */
async function promote(): Promise<void> {
  await store.database.withTenant(store.tenantId, async (tx) => {
    await sql`update demand_daily d set promotion = true, units = 3 * d.units + 20 from products p
      where p.id = d.product_id and p.sku in ('P00001', 'P00002')
        and (d.date - date '2025-01-01') % 9 = 4`.execute(tx);
    await sql`insert into promotions (tenant_id, product_id, first_day, last_day)
      select tenant_id, id, '2026-04-10', '2026-04-12' from products where sku = 'P00001'`.execute(
      tx,
    );
  });
}

interface Scored {
  readonly method: string;
  readonly rmsse: number;
}

test('promotions, those that were and those that are planned, are shown to the engine and to Chronos-2', async () => {
  await promote();
  const told = await runWith(groups);
  await store.database.withTenant(store.tenantId, (tx) => sql`delete from promotions`.execute(tx));
  await jobs?.stop();
  const untold = await runWith(groups);
  const scoreOf = (scores: readonly Scored[], name: string) =>
    scores.find(({ method }) => method === name)?.rmsse;
  for (const [i, name] of ['npts', 'chronos-2-nano'].entries())
    for (const [product, forecast] of told.forecasts.entries()) {
      const known = scoreOf(forecast!.scores, name)!;
      const unknown = scoreOf(untold.forecasts[product]!.scores, name)!;
      // The other two products had none.
      if (product >= 2) expect(known).toBe(unknown);
      // The engine learns what a promotion does; weights drawn at random are merely moved by it.
      else if (i === 0) expect(known).toBeLessThan(0.8 * unknown);
      else expect(known).not.toBe(unknown);
    }
});

test('a model that cannot be loaded costs the run nothing, and is named', async () => {
  const path = join(findModel(cacheDir, model)!, 'config.json');
  const whole = readFileSync(path);
  writeFileSync(path, whole.toString().replace('"d_ff": 64', '"d_ff": 63'));
  try {
    const { run, forecasts } = await runWith(model);
    expect(run.series.refused).toBe(0);
    for (const forecast of forecasts)
      expect(forecast!.reason).toMatch(
        /Chronos-Bolt nano was not available: it could not be loaded, see the log of the server\.$/,
      );
  } finally {
    writeFileSync(path, whole);
  }
});
