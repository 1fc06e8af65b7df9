import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/support/http.ts';

let test: TestApp;
beforeAll(async () => {
  test = await startTestApp();
});
afterAll(() => test.close());

const read = (url: string) => test.app.inject({ url });

it('answers that it lives, and says what it is', async () => {
  expect((await read('/live')).json()).toEqual({ status: 'live' });
  expect((await read('/status')).json()).toMatchObject({ version: '0.0.0-test' });
});

it('counts answers by route and status for Prometheus', async () => {
  await test.ask({ as: 'viewer', url: '/api/v1/products/NONE' });
  const answer = await read('/metrics');
  expect(answer.headers['content-type']).toContain('text/plain');
  const counted = 'method="GET",route="/api/v1/products/:sku",status="404"} 1';
  expect(answer.body).toContain(`http_request_duration_seconds_count{${counted}`);
  expect(answer.body).toContain('parstock_jobs{state="waiting"} 0');
  expect(answer.body).toContain('nodejs_eventloop_lag_seconds');
  // Never a backup: an age of zero would look like one of this moment.
  expect(answer.body).toMatch(/^parstock_backup_age_seconds \+Inf$/m);
});

it('is ready once set up, and not while the database is away or late', async () => {
  expect((await read('/ready')).json()).toEqual({ status: 'ready' });
  await test.database.withTenant(test.tenantId, (tx) =>
    sql`update users set disabled_at = now()`.execute(tx),
  );
  expect((await read('/ready')).json()).toMatchObject({ status: 503, code: 'setup_not_complete' });

  const broken = vi.spyOn(test.database, 'withHousekeeping');
  broken.mockRejectedValueOnce(Object.assign(new Error('gone'), { code: '57P01' }));
  expect((await read('/ready')).json()).toMatchObject({ code: 'database_unreachable' });
  broken.mockReturnValueOnce(new Promise(() => {}));
  expect((await read('/ready')).json()).toMatchObject({ code: 'database_unreachable' });
  broken.mockRestore();
});

it('is unready once a newer program has taken away what it needs', async () => {
  const scope = test.database.withHousekeeping;
  const extend = (minReader: string) =>
    scope((tx) =>
      sql`insert into parstock_migrations (name, min_reader, applied_by)
        values (${`9999-${minReader}`}, ${minReader}, ${minReader})`.execute(tx),
    );
  await test.database.withTenant(test.tenantId, (tx) =>
    sql`update users set disabled_at = null`.execute(tx),
  );
  await extend('0.0.1');
  expect((await read('/ready')).json()).toEqual({ status: 'ready' });
  await extend('99.0.0');
  expect((await read('/ready')).json()).toMatchObject({ status: 503, code: 'schema_too_new' });
  await scope((tx) => sql`delete from parstock_migrations where name like '9999%'`.execute(tx));
});

it('turns unready at once when it begins to stop, and goes on serving', async () => {
  test.stop.abort();
  const answer = await read('/ready');
  expect(answer.json()).toMatchObject({ status: 503, code: 'shutting_down' });
  expect((await read('/live')).statusCode).toBe(200);
  expect((await test.ask({ as: 'viewer', url: '/api/v1/products' })).statusCode).toBe(200);
});
