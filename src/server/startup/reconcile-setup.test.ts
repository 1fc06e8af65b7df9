import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { firstCompany, type SetupDesk, setupDesk } from '../../../test/support/setup-desk.ts';
import { describeSetup, readSetup } from '../actions/read-setup.ts';
import { completeSetup } from '../actions/set-up.ts';
import { signIn } from '../actions/sign-in.ts';
import { tryLockSetup, updateSetupReport } from '../store/setup.ts';
import { listTenantIds } from '../store/tenants.ts';
import { reconcileSetup } from './reconcile-setup.ts';

let desk: SetupDesk;
let context: SetupDesk['context'];
let facts: SetupDesk['facts'];
let printedLink: SetupDesk['printedLink'];
beforeEach(async () => {
  desk = await setupDesk();
  ({ context, facts, printedLink } = desk);
});
afterEach(() => desk.close());

const administrator = { ...firstCompany, demoData: true };
const once = { tenants: 1, users: ['ann@example.com'] };
const refused = (code: string) => expect.objectContaining({ code });

test('an administrator from the environment is made once, by whichever replica', async () => {
  const insertDemoData = vi.fn(context.insertDemoData);
  const watched = { ...context, insertDemoData };
  const outcomes = await Promise.all(
    Array.from({ length: 5 }, () => reconcileSetup(watched, administrator)),
  );
  expect(outcomes.every(({ state, link }) => state === 'completed' && link === null)).toBe(true);
  expect(await facts()).toEqual(once);
  expect(insertDemoData).toHaveBeenCalledTimes(1);
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
  expect(desk.jobs).toEqual([{ name: 'forecast-run', tenantId: run!.tenantId, runId: run!.id }]);
});

test('a company that brings its own data starts without a run', async () => {
  const token = await printedLink();
  await completeSetup(context, { ...administrator, demoData: false, token });
  expect(await runs()).toEqual([]);
  expect(desk.jobs).toEqual([]);
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
  const { time } = desk;
  time.now = new Date(time.now.getTime() + 30 * 60_000);
  await expect(completeSetup(context, { ...input, token: second })).rejects.toEqual(
    refused('setup_link_invalid'),
  );
  time.now = new Date(time.now.getTime() - 1);
  await expect(
    completeSetup(context, { ...input, token: second, password: 'short' }),
  ).rejects.toEqual(refused('weak_password'));
  await completeSetup(context, { ...input, token: second });
  expect(await facts()).toEqual(once);
});

/** Takes the administrator's rights away behind the program's back. */
async function disableEverybody(): Promise<void> {
  await context.database.withHousekeeping(async (tx) => {
    const [tenantId] = await listTenantIds(tx);
    await context.database.withTenant(tenantId!, (own) =>
      own.updateTable('users').set({ disabled_at: desk.time.now }).execute(),
    );
  });
}

test('a report that says completed does not hide that nobody can sign in', async () => {
  await reconcileSetup(context, administrator);
  await disableEverybody();
  expect(await desk.report()).toMatchObject({ state: 'completed' });
  expect(await readSetup(context)).toMatchObject({ state: 'pending' });
  const token = await printedLink();
  await completeSetup(context, { ...administrator, token, email: 'bob@example.com' });
  expect(await facts()).toEqual({ tenants: 1, users: ['ann@example.com', 'bob@example.com'] });
});

test('a report that says pending, with a link, lets no stranger in where there is an administrator', async () => {
  const token = await printedLink();
  const { pool } = context.database;
  const { rows } = await pool.query('select link_token_hash, link_expires_at from setup_status');
  await completeSetup(context, { ...administrator, token });
  await pool.query(
    `update setup_status set state = 'pending', link_token_hash = $1, link_expires_at = $2`,
    [rows[0].link_token_hash, rows[0].link_expires_at],
  );
  const stranger = { ...administrator, token, email: 'eve@example.com' };
  await expect(completeSetup(context, stranger)).rejects.toEqual(refused('setup_already_complete'));
  expect(await readSetup(context)).toMatchObject({ state: 'completed' });
  expect((await reconcileSetup(context, null)).link).toBeNull();
  expect(await desk.report()).toMatchObject({ state: 'completed' });
  expect(await facts()).toEqual(once);
});

test('a report that is gone is written again, and opens nothing', async () => {
  await reconcileSetup(context, administrator);
  await context.database.pool.query('delete from setup_status');
  expect(await readSetup(context)).toMatchObject({ state: 'completed' });
  const guess = { ...administrator, token: 'a guess', email: 'eve@example.com' };
  await expect(completeSetup(context, guess)).rejects.toEqual(refused('setup_already_complete'));
  expect(await reconcileSetup(context, null)).toEqual({ state: 'completed', link: null });
  expect(await desk.report()).toMatchObject({ state: 'completed' });
});

test('a report that says running after a kill is seen through, and the next start begins anew', async () => {
  const { database, programVersion } = context;
  const running = { programVersion, state: 'running', step: 'sales file' } as const;
  await database.withHousekeeping(async (tx) => {
    await tryLockSetup(tx);
    await database.withHousekeeping((other) => updateSetupReport(other, running));
    // While somebody really is at it, it is the truth.
    expect(await readSetup(context)).toMatchObject({ state: 'running', step: 'sales file' });
  });
  expect(await readSetup(context)).toMatchObject({
    ...{ state: 'failed', step: 'sales file', error: { code: 'setup_interrupted' } },
  });
  await reconcileSetup(context, administrator);
  expect(await readSetup(context)).toMatchObject({ state: 'completed', step: null, error: null });
  expect(await facts()).toEqual(once);
});

test('everybody sees the step that is under way', async () => {
  const seen: unknown[] = [];
  const insertDemoData: typeof context.insertDemoData = async (tx, target) => {
    seen.push(await readSetup(context));
    await context.insertDemoData(tx, target);
  };
  await reconcileSetup({ ...context, insertDemoData }, administrator);
  const startedAt = desk.time.now.toISOString();
  const underWay = { state: 'running', step: 'demo data', startedAt, finishedAt: null };
  expect(seen).toMatchObject([{ ...underWay, programVersion: '1.2.3' }]);
  expect(await readSetup(context)).toMatchObject({ state: 'completed', finishedAt: startedAt });
});

test('a failure names its step, and leaves the link to whoever tries again', async () => {
  const token = await printedLink();
  const insertDemoData = () => Promise.reject(new Error('disk full'));
  const input = { ...administrator, token };
  await expect(completeSetup({ ...context, insertDemoData }, input)).rejects.toThrow('disk full');
  expect(await desk.report()).toMatchObject({
    ...{ state: 'failed', step: 'demo data', error: { message: 'disk full' } },
  });
  // A restart keeps the reason, for the page that its link opens.
  const next = await printedLink();
  expect(await readSetup(context)).toMatchObject({ state: 'pending', error: { code: 'internal' } });
  await expect(completeSetup(context, input)).rejects.toEqual(refused('setup_link_invalid'));
  await completeSetup(context, { ...input, token: next });
  expect(await readSetup(context)).toMatchObject({ state: 'completed', error: null });
});

test('a start that is told to stop ends between two steps, and leaves it to the next one', async () => {
  const stop = new AbortController();
  const insertDemoData: typeof context.insertDemoData = async (tx, target) => {
    await context.insertDemoData(tx, target);
    stop.abort();
  };
  const stopped = { ...context, insertDemoData, signal: stop.signal };
  await expect(reconcileSetup(stopped, administrator)).rejects.toThrow('aborted');
  expect(await facts()).toEqual({ tenants: 0, users: [] });
  const { error } = await readSetup(context);
  expect(error).toMatchObject({ code: 'setup_interrupted' });
  await reconcileSetup(context, administrator);
  expect(await facts()).toEqual(once);
});

test('of ten servers that wait at once one has the link; a restart of that one prints another', async () => {
  const starts = await Promise.all(Array.from({ length: 10 }, () => reconcileSetup(context, null)));
  expect(starts.every(({ state }) => state === 'pending')).toBe(true);
  const links = starts.flatMap(({ link }) => link ?? []);
  expect(links).toHaveLength(1);
  expect(desk.logged.filter(({ message }) => /another server/.test(message))).toHaveLength(9);
  // Another of them is started again: the link that somebody may be about to open stays good.
  expect((await reconcileSetup(context, null)).link).toBeNull();
  links[0]!.release();
  const token = await printedLink();
  const input = { ...administrator, email: 'Ann@Example.com' };
  await expect(completeSetup(context, { ...input, token: links[0]!.token })).rejects.toEqual(
    refused('setup_link_invalid'),
  );
  await completeSetup(context, { ...input, token });
  expect(await facts()).toEqual(once);
});

test('a server that died without a word no longer keeps the link', async () => {
  const { link: lost } = await reconcileSetup(context, null);
  await context.database.pool.query(
    `select pg_terminate_backend(pid) from pg_locks
     where locktype = 'advisory' and pid <> pg_backend_pid()`,
  );
  const next = await vi.waitUntil(async () => (await reconcileSetup(context, null)).link);
  lost!.release();
  next.release();
});

test('a link that twenty use at once works once, also where that is more than there are connections', async () => {
  const token = await printedLink();
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) =>
      completeSetup(context, { ...firstCompany, token, email: `p${i}@example.com` }),
    ),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect((await facts()).users).toHaveLength(1);
});

test('an administrator of a scratch company is none', async () => {
  await context.database.withTenant('00000000-0000-4000-8000-000000000001', async (tx) => {
    await sql`insert into tenants (id, name, currency, scratch_expires_at)
      values ('00000000-0000-4000-8000-000000000001', 'Smoke test', 'EUR', now())`.execute(tx);
    await sql`insert into users (tenant_id, email, password_hash, role)
      values ('00000000-0000-4000-8000-000000000001', 's@scratch.invalid', 'x', 'admin')`.execute(
      tx,
    );
  });
  expect(await readSetup(context)).toMatchObject({ state: 'pending' });
  await reconcileSetup(context, firstCompany);
  expect((await facts()).users).toContain('ann@example.com');
});
