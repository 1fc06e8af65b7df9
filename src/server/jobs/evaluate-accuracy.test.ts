import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertCatalogue } from '../../../test/support/catalogue.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { eventually, startTestJobs, type TestJobs } from '../../../test/support/jobs.ts';
import { getRun } from '../actions/get-run.ts';
import type { Tx } from '../store/database.ts';
import { completeChunk } from '../store/forecasts.ts';
import { beginRun, endRun, insertRun } from '../store/runs.ts';

const AS_OF = '2026-03-31';
const HORIZON = 4;
const LEVELS = [0.1, 0.5, 0.9];
let store: TestDatabase;
let jobs: TestJobs;
let runId: string;

beforeAll(async () => {
  store = await testDatabase();
  const { tenantId } = store;
  await insertCatalogue(store.database, { tenantId, products: 1, days: 60, lastDay: AS_OF });
  // A weekly pattern of 0 … 6: the seasonal naive makes no error in the past but for one day.
  runId = await inTenant(async (tx) => {
    await sql`update demand_daily set units = (date - date '2026-03-25') % 7 + 7`.execute(tx);
    await sql`update demand_daily set units = 3 where date = '2026-02-10'`.execute(tx);
    return insertForecast(tx);
  });
  jobs = await startTestJobs(store, { today: '2026-04-05' });
});
afterAll(async () => {
  await jobs.stop();
  await store.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>) =>
  store.database.withTenant(store.tenantId, work);

/** A completed run with one forecast: 8, 5, 20, 10 a day, and 80 % between half and twice of it. */
async function insertForecast(tx: Tx): Promise<string> {
  const { tenantId } = store;
  const options = { seed: 1, method: 'auto', historyDays: 100, backtestWindows: 0 };
  const { id } = await insertRun(tx, {
    tenantId,
    asOf: AS_OF,
    horizonDays: HORIZON,
    options: { ...options, levels: LEVELS, windowLevels: [0.5], missingDays: 'missing' },
    engineVersion: 'test',
    requestedBy: 'test',
    chunkSize: 10,
  });
  await beginRun(tx, id);
  const product = await tx.selectFrom('products').select('id').executeTakeFirstOrThrow();
  const mean = Float64Array.of(8, 5, 20, 10);
  const chunk = { tenantId, runId: id, chunkNo: 0, origin: AS_OF };
  await completeChunk(tx, { ...chunk, levels: LEVELS, windowLevels: [0.5] }, [
    {
      ok: true,
      productId: product.id,
      method: 'ets',
      reason: 'given',
      reasonData: {},
      demandClass: 'smooth',
      scores: [],
      mean,
      quantiles: Float64Array.of(...mean.map((m) => m / 2), ...mean, ...mean.map((m) => m * 2)),
      windowMeans: Float64Array.of(8, 13, 33, 43),
      windowQuantiles: Float64Array.of(8, 13, 33, 43),
    },
  ]);
  await endRun(tx, { runId: id, state: 'completed' });
  return id;
}

const addSales = (date: string, units: number, inStock: boolean | null = null) =>
  inTenant((tx) =>
    sql`insert into demand_daily (tenant_id, product_id, date, units, in_stock)
      select tenant_id, id, ${date}::date, ${units}, ${inStock} from products
      on conflict (tenant_id, product_id, date) do update set units = excluded.units`.execute(tx),
  );

async function evaluated(periods: number) {
  await jobs.queue.enqueue({ name: 'evaluate-accuracy', tenantId: store.tenantId });
  return eventually(`${periods} days evaluated`, () =>
    inTenant((tx) =>
      tx
        .selectFrom('forecast_accuracy')
        .selectAll()
        .where('periods', '=', periods)
        .executeTakeFirst(),
    ),
  );
}

test('a run without newer sales has no accuracy', async () => {
  expect((await getRun(jobs.context, { id: runId })).accuracy).toBeNull();
});

test('as sales arrive, forecasts are held against them', async () => {
  // The week before the origin was 7, 8, 9, 10 … from Wednesday the 25th on.
  await addSales('2026-04-01', 10);
  await addSales('2026-04-02', 0);
  expect(await evaluated(2)).toMatchObject({
    through: '2026-04-02',
    actual_units: 10,
    forecast_units: 13,
    absolute_error: 2 + 5,
    naive_absolute_error: 3 + 8,
    inside80: 1,
  });
  // Out of stock on the third day: what was sold says nothing of the demand.
  await addSales('2026-04-03', 0, false);
  await addSales('2026-04-04', 11);
  const row = await evaluated(3);
  expect(row).toMatchObject({ through: '2026-04-04', absolute_error: 8, inside80: 2 });
  // In the past only 10 February and the weeks next to it differ: twice |10 − 3| or so in 53 pairs.
  const { rows } = await inTenant((tx) =>
    sql<{ scale: number }>`select avg(abs(a.units - b.units))::float8 as scale from demand_daily a
      join demand_daily b on b.date = a.date - 7 where a.date <= ${AS_OF}::date`.execute(tx),
  );
  expect(row.mase).toBeCloseTo(8 / 3 / rows[0]!.scale, 9);
});

test('the run sums its products up', async () => {
  const { accuracy } = await getRun(jobs.context, { id: runId });
  expect(accuracy).toMatchObject({ series: 1, coverage80: 2 / 3 });
  expect(accuracy!.wape).toBeCloseTo(8 / 21, 9);
  expect(accuracy!.bias).toBeCloseTo((23 - 21) / 21, 9);
});

test('a corrected sales file corrects the accuracy', async () => {
  await addSales('2026-04-04', 10);
  const row = await eventually('the correction', async () => {
    const found = await evaluated(3);
    return found.absolute_error === 7 && found;
  });
  expect(row.actual_units).toBe(20);
});
