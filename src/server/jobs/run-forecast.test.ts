import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertCatalogue } from '../../../test/support/catalogue.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { eventually, startTestJobs, type TestJobs } from '../../../test/support/jobs.ts';
import { getRun } from '../actions/get-run.ts';
import { startRun } from '../actions/start-run.ts';

let store: TestDatabase;
let jobs: TestJobs;

beforeAll(async () => {
  store = await testDatabase();
  await insertCatalogue(store.database, {
    tenantId: store.tenantId,
    products: 40,
    days: 200,
    lastDay: '2026-03-31',
  });
  jobs = await startTestJobs(store, { today: '2026-04-01' });
});
afterAll(async () => {
  await jobs?.stop();
  await store?.close();
});

test('a run forecasts every product, and orders are proposed from it', async () => {
  const started = await startRun(jobs.context, { seed: 7 });
  expect(started).toMatchObject({ state: 'queued', asOf: '2026-03-31', series: { total: 40 } });
  const ended = await eventually('the run ends', async () => {
    const run = await getRun(jobs.context, { id: started.id });
    return ['completed', 'failed'].includes(run.state) && run.proposals > 0 && run;
  });
  expect(ended).toMatchObject({
    state: 'completed',
    attempts: 1,
    series: { done: 40, refused: 0 },
  });
  console.log(ended);
});
