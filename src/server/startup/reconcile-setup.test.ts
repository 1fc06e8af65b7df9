import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { emptyDatabase } from '../../../test/support/database.ts';
import type { Job } from '../actions/context.ts';
import { describeSetup } from '../actions/read-setup.ts';
import { completeSetup, type SetupContext } from '../actions/set-up.ts';
import { signIn } from '../actions/sign-in.ts';
import { openDatabase, type Tx } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { listTenantIds } from '../store/tenants.ts';
import { reconcileSetup } from './reconcile-setup.ts';

let empty: Awaited<ReturnType<typeof emptyDatabase>>;
let jobs: Job[];
let context: SetupContext & { jobs: { enqueue(job: Job): Promise<void> } };
let now: Date;

/** The least that can be forecast: one product, sold yesterday. */
async function insertSales(tx: Tx, { tenantId }: { tenantId: string }): Promise<void> {
  await sql`with p as (insert into products (tenant_id, sku, name) values (${tenantId}, 'A', 'A')
    returning id) insert into demand_daily (tenant_id, product_id, date, units)
    select ${tenantId}, id, '2026-03-09', 4 from p`.execute(tx);
}

beforeEach(async () => {
  empty = await emptyDatabase();
  await migrate(empty.connectionString);
  now = new Date('2026-03-10T08:00:00Z');
  jobs = [];
  context = {
    jobs: { enqueue: async (job) => void jobs.push(job) },
    database: openDatabase({ connectionString: empty.connectionString }),
    clock: { now: () => now, today: () => '2026-03-10' },
    programVersion: '1.2.3',
    extras: { testUser: null, folder: null },
    log: { info: () => {}, warn: () => {} },
    insertDemoData: vi.fn(insertSales),
  };
});
/** A start that waits for its link, and ends before the next one. */
async function printedLink(): Promise<string> {
  const { link } = await reconcileSetup(context, null);
  link!.release();
  return link!.token;
}

afterEach(async () => {
  await context.database.close();
  await empty.drop();
});

const administrator = {
  companyName: 'Corner shop',
  currency: 'EUR',
  email: 'Ann@Example.com',
  password: 'correct horse battery',
  demoData: true,
};

/** Tenants and administrators that really exist. */
async function facts() {
  return context.database.withHousekeeping(async (tx) => {
    const users = await tx.selectFrom('users').select('email').execute();
    return { tenants: (await listTenantIds(tx)).length, users: users.map(({ email }) => email) };
  });
}
const once = { tenants: 1, users: ['ann@example.com'] };
const refused = (code: string) => expect.objectContaining({ code });

test('an administrator from the environment is made once, by whichever replica', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 5 }, () => reconcileSetup(context, administrator)),
  );
  expect(outcomes.every(({ state, link }) => state === 'completed' && link === null)).toBe(true);
  expect(await facts()).toEqual(once);
  expect(context.insertDemoData).toHaveBeenCalledTimes(1);
  await expect(
    signIn(context, { email: 'ann@example.com', password: administrator.password, sessionDays: 1 }),
  ).resolves.toMatchObject({ session: { user: { role: 'admin' } } });
});

/** Runs as they are in the one tenant. */
async function runs() {
  return context.database.withHousekeeping(async (tx) => {
    const [tenantId] = await listTenantIds(tx);
    const found = await context.database.withTenant(tenantId!, (own) =>
      own.selectFrom('forecast_runs').select(['id', 'state', 'as_of']).execute(),
    );
    return found.map((run) => ({ tenantId, ...run }));
  });
}

test('demo data come with their first forecast run, planned once and left to the queue', async () => {
  await Promise.all([1, 2, 3].map(() => reconcileSetup(context, administrator)));
  await reconcileSetup(context, administrator);
  expect(await runs()).toMatchObject([{ state: 'queued', as_of: '2026-03-09' }]);
});

test('the set-up page with demo data has its run queued at once', async () => {
  const token = await printedLink();
  await completeSetup(context, { ...administrator, token });
  const [run] = await runs();
  expect(jobs).toEqual([{ name: 'forecast-run', tenantId: run!.tenantId, runId: run!.id }]);
});

test('a company that brings its own data starts without a run', async () => {
  const token = await printedLink();
  await completeSetup(context, { ...administrator, demoData: false, token });
  expect(await runs()).toEqual([]);
  expect(jobs).toEqual([]);
});

test('a failure rolls everything back, is kept with its reason, and the next start completes', async () => {
  const failing = { ...context, insertDemoData: () => Promise.reject(new Error('disk full')) };
  await expect(reconcileSetup(failing, administrator)).rejects.toThrow('disk full');
  expect(await facts()).toEqual({ tenants: 0, users: [] });
  expect(await describeSetup(context)).toMatchObject({ state: 'failed', linkRequired: true });
  await reconcileSetup(context, administrator);
  expect(await facts()).toEqual(once);
  expect(await describeSetup(context)).toMatchObject({
    ...{ state: 'completed', step: null, error: null, linkRequired: false },
  });
});

test('of two who use the link at once one wins, and the link is spent', async () => {
  const token = await printedLink();
  const input = { ...administrator, token };
  const results = await Promise.allSettled([
    completeSetup(context, input),
    completeSetup(context, { ...input, email: 'eve@example.com' }),
  ]);
  const lost = results.filter((result) => result.status === 'rejected');
  expect(lost.map(({ reason }) => reason.code)).toEqual([
    expect.stringMatching(/^setup_(already_complete|under_way)$/),
  ]);
  expect((await facts()).users).toHaveLength(1);
  expect(await reconcileSetup(context, null)).toEqual({ state: 'completed', link: null });
});

test('a link dies after 30 minutes, and when the next start makes another', async () => {
  const first = await printedLink();
  const second = await printedLink();
  const input = { ...administrator, demoData: false };
  await expect(completeSetup(context, { ...input, token: first })).rejects.toEqual(
    refused('setup_link_invalid'),
  );
  now = new Date(now.getTime() + 30 * 60_000);
  await expect(completeSetup(context, { ...input, token: second })).rejects.toEqual(
    refused('setup_link_invalid'),
  );
  now = new Date(now.getTime() - 1);
  await expect(
    completeSetup(context, { ...input, token: second, password: 'short' }),
  ).rejects.toEqual(refused('weak_password'));
  await completeSetup(context, { ...input, token: second });
  expect(await facts()).toEqual(once);
});

test('the report neither hides a missing administrator nor lets a stranger in', async () => {
  await reconcileSetup(context, administrator);
  const { pool } = context.database;
  // Whatever the report says: with an administrator, no link is issued.
  await pool.query(`update setup_status set state = 'pending', link_token_hash = null`);
  expect((await reconcileSetup(context, null)).link).toBeNull();
  await context.database.withHousekeeping(async (tx) => {
    const [tenantId] = await listTenantIds(tx);
    await context.database.withTenant(tenantId!, (own) =>
      own.updateTable('users').set({ disabled_at: now }).execute(),
    );
  });
  const token = await printedLink();
  await completeSetup(context, { ...administrator, token, email: 'bob@example.com' });
  expect(await facts()).toEqual({ tenants: 1, users: ['ann@example.com', 'bob@example.com'] });
});
