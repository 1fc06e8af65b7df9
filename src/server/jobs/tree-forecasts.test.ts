import { afterEach, beforeEach, expect, test } from 'vitest';
import { insertCatalogue } from '../../../test/support/catalogue.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { eventually, startTestJobs, type TestJobs } from '../../../test/support/jobs.ts';
import { getRun } from '../actions/get-run.ts';
import { startRun } from '../actions/start-run.ts';

let store: TestDatabase;
let jobs: TestJobs;

beforeEach(async () => {
  store = await testDatabase();
});
afterEach(async () => {
  await jobs.stop();
  await store.close();
});

interface ToldExternal {
  readonly method: string;
  readonly unavailable?: string;
  readonly importance?: readonly { readonly feature: string; readonly gain: number }[];
}

/** What a run says of trees, product by product. */
async function runOn(products: number) {
  const { tenantId } = store;
  await insertCatalogue(store.database, { tenantId, products, days: 300, lastDay: '2026-03-31' });
  jobs = await startTestJobs(store, { today: '2026-04-01' });
  const { id } = await startRun(jobs.context, { seed: 7 });
  await eventually('the run ends', async () => {
    const run = await getRun(jobs.context, { id });
    if (run.state === 'failed') throw new Error(run.error?.message);
    return run.state === 'completed';
  });
  const rows = await store.database.withTenant(tenantId, (tx) =>
    tx
      .selectFrom('forecasts')
      .select(['scores', 'reason', 'reason_data'])
      .where('run_id', '=', id)
      .execute(),
  );
  return rows.map(({ scores, reason, reason_data }) => ({
    scored: (scores as { method: string }[]).some(({ method }) => method === 'trees'),
    reason,
    told: (reason_data as { external?: ToldExternal[] }).external?.find(
      ({ method }) => method === 'trees',
    ),
  }));
}

test('a run scores trees over all its products, and says what they rest on', async () => {
  const rows = await runOn(10);
  expect(rows.filter(({ scored }) => scored).length).toBeGreaterThanOrEqual(8);
  for (const { told } of rows.filter(({ scored }) => scored))
    expect(told!.importance![0]!.gain).toBeGreaterThan(0);
});

test('a run of few products says why there are no trees', async () => {
  for (const { scored, reason, told } of await runOn(3)) {
    expect(scored).toBe(false);
    expect(told!.unavailable).toMatch(/8 are needed/);
    expect(reason).toMatch(/Tree boosting was not available: only \d of 3 series/);
  }
});
