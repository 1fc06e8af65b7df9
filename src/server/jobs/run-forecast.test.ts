import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { insertCatalogue } from '../../../test/support/catalogue.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { eventually, startTestJobs, type TestJobs } from '../../../test/support/jobs.ts';
import { getProposal } from '../actions/get-proposal.ts';
import { getRun } from '../actions/get-run.ts';
import { listProposals } from '../actions/list-proposals.ts';
import { planPromotion } from '../actions/promotions.ts';
import { readProductForecast } from '../actions/read-product-forecast.ts';
import { refreshProposals } from '../actions/refresh-proposals.ts';
import { startRun } from '../actions/start-run.ts';
import type { Tx } from '../store/database.ts';

let store: TestDatabase;
let jobs: TestJobs;

beforeEach(async () => {
  store = await testDatabase();
  await insertCatalogue(store.database, {
    tenantId: store.tenantId,
    products: 12,
    days: 120,
    lastDay: '2026-03-31',
  });
  const reason = 'The npm registry does not answer.';
  const machineLearning = () => ({ state: 'failed', reason });
  jobs = await startTestJobs(store, { today: '2026-04-01', machineLearning });
});
afterEach(async () => {
  await jobs.stop();
  await store.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>) =>
  store.database.withTenant(store.tenantId, work);

async function completeRun(request: Parameters<typeof startRun>[1] = {}) {
  const { id } = await startRun(jobs.context, request);
  return eventually('the run and its proposals', async () => {
    const run = await getRun(jobs.context, { id });
    if (run.state === 'failed') throw new Error(run.error?.message);
    return run.state === 'completed' && run.proposals > 0 && run;
  });
}

test('a run forecasts every product, with the layout that its table promises', async () => {
  const run = await completeRun({ seed: 7 });
  expect(run).toMatchObject({
    asOf: '2026-03-31',
    horizonDays: 28,
    seed: 7,
    attempts: 1,
    requestedBy: 'planner@example.com',
    series: { total: 12, done: 12, refused: 0 },
  });
  const chosen = Object.values(run.methods).reduce((sum, count) => sum + count, 0);
  expect(chosen).toBe(12);
  const rows = await inTenant((tx) => tx.selectFrom('forecasts').selectAll().execute());
  expect(rows).toHaveLength(12);
  for (const row of rows) {
    expect(row.reason).toBeTruthy();
    expect(row.mean).toHaveLength(28);
    expect(row.quantiles).toHaveLength(28 * row.levels!.length);
    const [levels, windows] = [row.window_levels!.length, row.window_quantiles!];
    expect(windows).toHaveLength(28 * levels);
    const whole = row.mean!.reduce((sum, day) => sum + day, 0);
    expect(row.window_means!.at(-1)).toBeCloseTo(whole, 2);
    // The median of a window lies near its mean, and a higher level never asks for less.
    const last = windows.slice(-levels);
    expect(last).toEqual(last.toSorted((a, b) => a - b));
    expect(last[row.window_levels!.indexOf(0.5)]! / whole).toBeCloseTo(1, 0);
  }
});

test('a run says how machine learning was when it began, and so does each of its forecasts', async () => {
  const run = await completeRun();
  const note =
    'Forecasts come from the statistical engine: ' +
    'machine learning is not installed (The npm registry does not answer).';
  expect(run.machineLearning).toEqual({ state: 'failed', note });
  const { sku } = await inTenant((tx) =>
    tx.selectFrom('products').select('sku').executeTakeFirstOrThrow(),
  );
  const forecast = await readProductForecast(jobs.context, { sku });
  expect(forecast?.machineLearning).toBe(note);
  // What it was asked to do stays as it was.
  expect(run.seed).toBe(1);
});

test('the horizon reaches past the longest protection window', async () => {
  await inTenant((tx) =>
    sql`update product_suppliers set lead_time_days = 60, lead_time_sd_days = 4
      where product_id = (select min(id) from products)`.execute(tx),
  );
  expect(await completeRun()).toMatchObject({ horizonDays: 60 + 7 + 8 + 3 });
});

test('a product without sales is not forecast, and one of no use has its refusal named', async () => {
  await inTenant(async (tx) => {
    await sql`delete from demand_daily where product_id = (select min(id) from products)`.execute(
      tx,
    );
    await sql`update demand_daily set in_stock = false
      where product_id = (select max(id) from products)`.execute(tx);
  });
  const run = await completeRun();
  expect(run.series).toEqual({ total: 11, done: 11, refused: 1 });
  const refused = await inTenant((tx) =>
    tx.selectFrom('forecasts').select('refusal_code').where('method', 'is', null).execute(),
  );
  expect(refused).toEqual([{ refusal_code: 'no_observation' }]);
  expect(run.proposals).toBe(10);
});

test('days out of stock are not taken for days without demand', async () => {
  const whole = await completeRun();
  const meanOf = (runId: string) =>
    inTenant(async (tx) => {
      const { rows } = await sql<{ mean: number }>`select window_means[28] as mean from forecasts
        where run_id = ${runId}::uuid order by product_id limit 1`.execute(tx);
      return rows[0]!.mean;
    });
  // Half of the days were out of stock: nothing sold, and said so.
  await inTenant((tx) =>
    sql`update demand_daily set units = 0, in_stock = false
      where (date - date '2026-01-01') % 2 = 0
      and product_id = (select min(id) from products)`.execute(tx),
  );
  const censored = await completeRun();
  expect(await meanOf(censored.id)).toBeGreaterThan(0.75 * (await meanOf(whole.id)));
});

test('where sales list selling days only, a day without a row is a day without demand', async () => {
  await inTenant((tx) => sql`delete from demand_daily where units = 0`.execute(tx));
  // One product sells every tenth day.
  await inTenant((tx) =>
    sql`delete from demand_daily where product_id = (select min(id) from products)
      and (date - date '2026-01-01') % 10 <> 0`.execute(tx),
  );
  const run = await completeRun();
  const { rows } = await inTenant((tx) =>
    sql<{ daily: number; sold: number }>`
      select f.window_means[28] / 28 as daily, (select avg(units)::float8 from demand_daily d
        where d.product_id = f.product_id) as sold
      from forecasts f where f.run_id = ${run.id}::uuid order by f.product_id limit 1`.execute(tx),
  );
  expect(rows[0]!.daily).toBeLessThan(0.25 * rows[0]!.sold);
});

test('without a forecast a product is planned by normal theory, and that is said', async () => {
  const lonely = await inTenant(async (tx) => {
    await sql`update products set active = false where id = (select min(id) from products)`.execute(
      tx,
    );
    const { rows } = await sql<{
      sku: string;
    }>`select sku from products order by id limit 1`.execute(tx);
    return rows[0]!.sku;
  });
  await completeRun();
  await inTenant((tx) => sql`update products set active = true`.execute(tx));
  await inTenant((tx) => sql`delete from stock`.execute(tx));
  expect(await refreshProposals(jobs.context)).toMatchObject({ proposals: 12 });
  const { items } = await listProposals(jobs.context, { ordersOnly: false });
  const found = items.find(({ sku }) => sku === lonely)!;
  expect(found.method).toBe('normal theory');
  expect(found.warnings.map(({ code }) => code)).toContain('no_stock_level');
  const { trace } = await getProposal(jobs.context, { id: found.id });
  expect(trace.length).toBeGreaterThan(5);
});

test('a run knows the promotions that are planned', async () => {
  const sku = 'P00003';
  await inTenant(async (tx) => {
    const { id } = await tx
      .selectFrom('products')
      .select('id')
      .where('sku', '=', sku)
      .executeTakeFirstOrThrow();
    // Promoted days sell three times as much.
    await sql`update demand_daily set promotion = true, units = 3 * units + 20
      where product_id = ${id} and ('2026-03-31'::date - date) % 9 = 0`.execute(tx);
  });
  const { context } = jobs;
  await completeRun({ seed: 7 });
  const blind = await readProductForecast(context, { sku });
  for (const [firstDay, lastDay] of [
    ['2026-04-09', '2026-04-09'],
    ['2026-04-27', '2026-04-28'],
  ] as const)
    await planPromotion(context, { sku, firstDay, lastDay });
  const { id } = await startRun(context, { seed: 7 });
  await eventually(
    'the second run',
    async () => (await getRun(context, { id })).state === 'completed',
  );
  const told = await readProductForecast(context, { sku });
  expect(told?.runId).toBe(id);
  const mean = (forecast: typeof told) => forecast!.mean as number[];
  const ordinary = mean(told).filter((_, k) => k !== 8 && k < 26);
  const usual = ordinary.reduce((sum, value) => sum + value, 0) / ordinary.length;
  for (const k of [8, 26, 27]) {
    expect(mean(told)[k]!, `day ${k}`).toBeGreaterThan(2 * usual);
    expect(mean(told)[k]!).toBeGreaterThan(1.5 * mean(blind)[k]!);
  }
});
