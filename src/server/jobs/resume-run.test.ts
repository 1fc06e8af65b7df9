import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { insertCatalogue } from '../../../test/support/catalogue.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { eventually, startTestJobs, type TestJobs } from '../../../test/support/jobs.ts';
import { cancelRun } from '../actions/cancel-run.ts';
import { getRun } from '../actions/get-run.ts';
import { startRun } from '../actions/start-run.ts';
import { listenRuns } from '../store/run-events.ts';
import { failRun } from './run-forecast.ts';

const PRODUCTS = 96;
const CHILD = fileURLToPath(new URL('../../../test/support/run-child.ts', import.meta.url));
let store: TestDatabase;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  store = await testDatabase();
  await insertCatalogue(store.database, {
    tenantId: store.tenantId,
    products: PRODUCTS,
    days: 400,
    lastDay: '2026-03-31',
  });
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await store.close();
});

async function start(workers: number): Promise<TestJobs> {
  const jobs = await startTestJobs(store, { today: '2026-04-01', workers });
  stops.push(jobs.stop);
  return jobs;
}

async function startChild(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [CHILD, store.connectionString, '2026-04-01'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  stops.push(async () => child.exitCode ?? child.kill('SIGKILL'));
  await once(child.stdout!, 'data');
  return child;
}

const ended = (jobs: TestJobs, id: string) =>
  eventually('the run ends', async () => {
    const run = await getRun(jobs.context, { id });
    return !['queued', 'running'].includes(run.state) && run;
  });

/** All forecasts of a run, by product, as one text. */
const forecastsOf = (runId: string) =>
  store.database.withTenant(store.tenantId, async (tx) => {
    const rows = await tx
      .selectFrom('forecasts')
      .select(['product_id', 'method', 'reason', 'mean', 'quantiles', 'window_quantiles'])
      .where('run_id', '=', runId)
      .orderBy('product_id')
      .execute();
    return rows.map((row) => JSON.stringify(row));
  });

const doneChunks = (runId: string) =>
  store.database.withTenant(store.tenantId, (tx) =>
    tx
      .selectFrom('forecast_chunks')
      .select(['chunk_no', 'done_at'])
      .where('run_id', '=', runId)
      .where('done_at', 'is not', null)
      .execute(),
  );

test('a run killed in the middle goes on with the missing chunks, to the same numbers', async () => {
  const planner = await start(1);
  const context = { ...planner.context, jobs: { enqueue: async () => {} } };
  await planner.stop();
  const { id } = await startRun(context);
  const child = await startChild();
  await eventually('three chunks', async () => (await doneChunks(id)).length >= 3);
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
  const kept = await doneChunks(id);
  expect(kept.length).toBeLessThan(PRODUCTS / 3);

  const jobs = await start(2);
  const run = await ended(jobs, id);
  expect(run).toMatchObject({ state: 'completed', attempts: 2, series: { done: PRODUCTS } });
  const after = new Map((await doneChunks(id)).map((row) => [row.chunk_no, row.done_at]));
  for (const { chunk_no, done_at } of kept) expect(after.get(chunk_no)).toEqual(done_at);
  const resumed = await forecastsOf(id);
  expect(resumed).toHaveLength(PRODUCTS);

  const undisturbed = await startRun(jobs.context);
  expect(await ended(jobs, undisturbed.id)).toMatchObject({ state: 'completed', attempts: 1 });
  expect(await forecastsOf(undisturbed.id)).toEqual(resumed);
});

test('a stopped server leaves a run at its checkpoint, and the next one ends it', async () => {
  const first = await start(1);
  const { id } = await startRun(first.context);
  await eventually('a chunk', async () => (await doneChunks(id)).length >= 1);
  await first.stop();
  expect(await getRun(first.context, { id })).toMatchObject({ state: 'running' });
  const second = await start(2);
  expect(await ended(second, id)).toMatchObject({ state: 'completed', series: { done: PRODUCTS } });
  await expect(cancelRun(second.context, { id })).rejects.toMatchObject({ code: 'run_not_active' });
});

test('a cancelled run stops at a chunk, and makes room for another', async () => {
  const jobs = await start(1);
  const seen: string[] = [];
  stops.push(await listenRuns(store.database.pool, ({ runId }) => seen.push(runId)));
  const { id } = await startRun(jobs.context);
  await expect(startRun(jobs.context)).rejects.toMatchObject({ code: 'run_already_active' });
  await eventually('a chunk', async () => (await doneChunks(id)).length >= 1);
  await cancelRun(jobs.context, { id });
  const run = await ended(jobs, id);
  expect(run).toMatchObject({ state: 'cancelled', proposals: 0 });
  expect(run.series.done).toBeLessThan(PRODUCTS);
  expect(await forecastsOf(id)).toHaveLength(run.series.done);
  expect(seen.filter((runId) => runId === id).length).toBeGreaterThan(2);
  const next = await startRun(jobs.context);
  expect(await cancelRun(jobs.context, { id: next.id })).toMatchObject({ id: next.id });
  expect(await ended(jobs, next.id)).toMatchObject({ state: 'cancelled' });
});

test('a job that failed for good gives its run up', async () => {
  const jobs = await start(1);
  await jobs.stop();
  const context = { ...jobs.context, jobs: { enqueue: async () => {} } };
  const { id } = await startRun(context);
  const key = { tenantId: store.tenantId, runId: id };
  await failRun(
    {
      ...jobs.context,
      workers: 1,
      threads: jobs.threads,
      log: console,
      signal: AbortSignal.abort(),
    },
    key,
    new Error('disk full'),
  );
  expect(await getRun(context, { id })).toMatchObject({
    state: 'failed',
    error: { message: 'disk full' },
  });
});
