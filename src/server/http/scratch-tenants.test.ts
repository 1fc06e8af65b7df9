import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, testDeployKey } from '../../../test/support/http.ts';
import { eventually } from '../../../test/support/jobs.ts';
import type { ScratchTenant } from '../../contract/index.ts';
import { authenticate } from '../actions/authenticate.ts';
import { sweepScratchTenants } from '../actions/scratch-tenants.ts';
import { openOwnQueue } from '../jobs/own-queue.ts';
import { openSeriesThreads } from '../jobs/series-threads.ts';
import { listScratchTenants, tenantTables } from '../store/scratch-tenants.ts';
import { readSetupFacts } from '../store/setup.ts';
import { listTenantIds } from '../store/tenants.ts';
import { listUnfinishedImports, listUnfinishedRuns } from '../store/unfinished-work.ts';

let test: TestApp;
beforeAll(async () => {
  test = await startTestApp({ work: true });
});
afterAll(() => test.close());

const make = async (key: string): Promise<ScratchTenant> => {
  const headers = { authorization: `Bearer ${key}` };
  const answer = await test.ask({ method: 'POST', url: '/api/v1/scratch-tenants', headers });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json();
};
const remove = (id: string, key: string) =>
  test.ask({
    method: 'DELETE',
    url: `/api/v1/scratch-tenants/${id}`,
    headers: { authorization: `Bearer ${key}` },
  });

async function countRows(tenantId: string): Promise<Record<string, number>> {
  const url = new URL(test.connectionString);
  url.username = 'postgres';
  const superuser = new pg.Client({ connectionString: url.href });
  await superuser.connect();
  const counts: Record<string, number> = {};
  for (const table of tenantTables) {
    const { rows } = await superuser.query(
      `select count(*)::int as n from ${table} where tenant_id = $1`,
      [tenantId],
    );
    if (rows[0].n > 0) counts[table] = rows[0].n;
  }
  await superuser.end();
  return counts;
}

/** Sales, a run and its proposals: rows wherever a smoke test leaves some. */
async function fill({ apiKey }: ScratchTenant): Promise<void> {
  const as = { authorization: `Bearer ${apiKey}` };
  const upload = async (kind: string, csv: string) => {
    const url = `/api/v1/imports?kind=${kind}&fileName=${kind}.csv`;
    const headers = { ...as, 'content-type': 'text/csv' };
    const { id } = (await test.ask({ method: 'POST', url, headers, payload: csv })).json();
    const reach = (state: string) =>
      eventually(`${kind} ${state}`, async () => {
        const answer = await test.ask({ method: 'GET', url: `/api/v1/imports/${id}`, headers: as });
        return answer.json().state === state;
      });
    await reach('checked');
    await test.ask({ method: 'POST', url: `/api/v1/imports/${id}/commit`, headers: as });
    await reach('committed');
  };
  const days = Array.from({ length: 60 }, (_, i) =>
    new Date(Date.UTC(2024, 3, 1 + i)).toISOString().slice(0, 10),
  );
  await upload('products', 'sku,name\nA,One\nB,Two\nC,Three\n');
  await upload('suppliers', 'code,name\nS,Supplier\n');
  await upload('terms', 'sku,supplier,lead_time_days\nA,S,5\n');
  await upload('stock', 'sku,on_hand,counted_on\nA,3,2024-06-01\n');
  await upload('sales', `sku,date,units\n${days.map((day) => `A,${day},4`).join('\n')}\n`);
  const started = await test.ask({
    method: 'POST',
    url: '/api/v1/runs',
    headers: as,
    payload: { horizonDays: 14 },
  });
  expect(started.statusCode, started.body).toBe(202);
  await eventually('the run', async () => {
    const url = `/api/v1/runs/${started.json().id}`;
    return (await test.ask({ method: 'GET', url, headers: as })).json().state === 'completed';
  });
}

describe('a scratch tenant', () => {
  it('is made with a user who can sign in and a key, by an administrator or the deploy key', async () => {
    for (const key of [test.keys.admin, testDeployKey]) {
      const made = await make(key);
      const { email, password } = made;
      const signedIn = await test.ask({
        method: 'POST',
        url: '/api/v1/session',
        payload: { email, password },
      });
      expect(signedIn.json().tenant.id).toBe(made.id);
      const hour = new Date('2024-07-01T13:00:00Z').toISOString();
      expect(made.expiresAt).toBe(hour);
      expect((await remove(made.id, key)).statusCode).toBe(204);
    }
  });

  it('is not for planners, and a scratch tenant makes no other', async () => {
    const asPlanner = await test.ask({
      method: 'POST',
      url: '/api/v1/scratch-tenants',
      as: 'planner',
    });
    expect(asPlanner.json().code).toBe('not_allowed');
    const made = await make(test.keys.admin);
    const headers = { authorization: `Bearer ${made.apiKey}` };
    for (const [method, url] of [
      ['POST', '/api/v1/scratch-tenants'],
      ['DELETE', `/api/v1/scratch-tenants/${made.id}`],
      ['GET', '/api/v1/deploys'],
      ['POST', '/api/v1/accuracy-checks'],
    ] as const) {
      const answer = await test.ask({ method, url, headers });
      expect(answer.json(), url).toMatchObject({ code: 'not_allowed' });
    }
    await remove(made.id, test.keys.admin);
  });

  it('the deploy key opens nothing else', async () => {
    const headers = { authorization: `Bearer ${testDeployKey}` };
    for (const url of ['/api/v1/products', '/api/v1/users', '/api/v1/session'])
      expect((await test.ask({ method: 'GET', url, headers })).statusCode, url).toBe(401);
  });

  it('does its work itself, and nothing of it remains once it is removed', async () => {
    const made = await make(test.keys.admin);
    await fill(made);
    const filled = await countRows(made.id);
    for (const table of ['products', 'demand_daily', 'forecasts', 'order_proposals', 'users'])
      expect(filled[table], table).toBeGreaterThan(0);
    const shared = await test.database.pool.query(
      `select count(*)::int as n from pgboss.job where data->>'tenantId' = $1`,
      [made.id],
    );
    expect(shared.rows[0].n).toBe(0);
    expect((await remove(made.id, test.keys.admin)).statusCode).toBe(204);
    expect(await countRows(made.id)).toEqual({});
    expect(await listScratchTenants(test.database)).toEqual([]);
    const headers = { authorization: `Bearer ${made.apiKey}` };
    const after = await test.ask({ method: 'GET', url: '/api/v1/products', headers });
    expect(after.statusCode).toBe(401);
    expect((await remove(made.id, test.keys.admin)).statusCode).toBe(404);
  });

  it('is not seen by housekeeping: neither as a company nor as work to resume', async () => {
    const made = await make(test.keys.admin);
    await test.database.withTenant(made.id, async (tx) => {
      await sql`insert into forecast_runs (tenant_id, state, as_of, horizon_days, engine_version,
        requested_by) values (${made.id}, 'running', '2024-06-01', 7, '0', 'test')`.execute(tx);
      await sql`insert into imports (tenant_id, kind, file_name, state)
        values (${made.id}, 'sales', 'sales.csv', 'checking')`.execute(tx);
    });
    await test.database.withHousekeeping(async (tx) => {
      expect(await listTenantIds(tx)).not.toContain(made.id);
      expect(await readSetupFacts(tx)).toMatchObject({ tenantId: test.tenantId });
      const unfinished = [...(await listUnfinishedRuns(tx)), ...(await listUnfinishedImports(tx))];
      expect(unfinished.map(({ tenantId }) => tenantId)).not.toContain(made.id);
      const users = await tx.selectFrom('users').select('tenant_id').execute();
      expect(users.map((user) => user.tenant_id)).not.toContain(made.id);
    });
    await remove(made.id, test.keys.admin);
  });

  it('ends after an hour by itself: its key opens nothing, and a sweep removes it', async () => {
    const made = await make(test.keys.admin);
    const folder = join(test.context.uploadFolder, made.id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'left-by-a-kill'), 'x');
    const later = new Date('2024-07-01T13:00:00Z');
    const clock = { now: () => later, today: () => '2024-07-01' };
    const { database, uploadFolder } = test.context;
    const stranger = await authenticate({ database, clock }, { bearer: made.apiKey });
    expect(stranger).toBeNull();
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const signal = new AbortController().signal;
    const threads = openSeriesThreads(1);
    const parts = { database, clock, uploadFolder };
    const ownJobs = openOwnQueue({ ...parts, workers: 1, threads, log, signal });
    expect(await sweepScratchTenants({ ...parts, ownJobs })).toBe(1);
    await threads.close();
    expect(await countRows(made.id)).toEqual({});
    expect(existsSync(folder)).toBe(false);
  });

  it('there are at most five at a time', async () => {
    const made = [];
    for (let i = 0; i < 5; i++) made.push(await make(test.keys.admin));
    const sixth = await test.ask({
      method: 'POST',
      url: '/api/v1/scratch-tenants',
      as: 'admin',
    });
    expect(sixth.json()).toMatchObject({ status: 429, code: 'too_many_scratch_tenants' });
    for (const { id } of made) expect((await remove(id, test.keys.admin)).statusCode).toBe(204);
  });

  it('a company is never removed that way', async () => {
    const before = await countRows(test.tenantId);
    expect((await remove(test.tenantId, test.keys.admin)).statusCode).toBe(404);
    expect((await remove(test.otherTenantId, test.keys.admin)).statusCode).toBe(404);
    expect(await countRows(test.tenantId)).toEqual(before);
  });
});

it('every table with rows of a tenant is emptied, in an order that its references allow', async () => {
  const { rows } = await test.database.pool.query(
    `select table_name from information_schema.columns
     where table_schema = 'public' and column_name = 'tenant_id' order by table_name`,
  );
  const found = rows.map(({ table_name }) => table_name as string);
  expect([...tenantTables].sort()).toEqual(found);
  const references = await test.database.pool.query(
    `select conrelid::regclass::text as child, confrelid::regclass::text as parent
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  );
  const place = (name: string) => (tenantTables as readonly string[]).indexOf(name);
  for (const { child, parent } of references.rows)
    if (parent !== 'tenants' && child !== parent)
      expect(place(child), `${child} before ${parent}`).toBeLessThan(place(parent));
});
