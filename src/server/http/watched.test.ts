import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/support/http.ts';
import { figuresOf, readMetrics, watchServer } from '../../deploy/watch/index.ts';

let app: TestApp;
let url: string;
beforeAll(async () => {
  app = await startTestApp();
  url = await app.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  app.app.server.closeAllConnections();
  await app.close();
});

const look = async () => readMetrics(await (await fetch(`${url}/metrics`)).text());
const ask = (path: string) =>
  fetch(`${url}${path}`, { headers: { authorization: `Bearer ${app.keys.viewer}` } });

test('a watch reads of a real server what was asked of it', async () => {
  const before = await look();
  for (let i = 0; i < 20; i++) await ask('/api/v1/products');
  await ask('/api/v1/products/nothing-by-that-name');
  await ask('/live');
  const figures = figuresOf([before, await look()]);
  expect(figures).toMatchObject({ requests: 21, errors: 0, failedJobs: 0, restarts: 0 });
  expect(figures.p95Seconds).toBeGreaterThan(0);
  expect(figures.p95Seconds).toBeLessThan(5);
  expect(before.startedAtSeconds).toBeGreaterThan(1.7e9);
});

test('errors of the real server are a breach', async () => {
  const watched = watchServer({ url, windowSeconds: 60, everySeconds: 0.1 });
  // Whatever asks for a product now finds no database.
  await app.database.close();
  for (let i = 0; i < 10; i++) await ask('/api/v1/products');
  const outcome = await watched;
  expect(outcome).toMatchObject({
    ok: false,
    breach: expect.stringMatching(/answers were errors/),
  });
  expect(outcome.seconds).toBeLessThan(30);
});
