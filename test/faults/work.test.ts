import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyDatabase } from '../support/database.ts';
import {
  type ServerProcess,
  startRefusedServer,
  startServerProcess,
} from '../support/server-process.ts';

let folder: string;
let empty: Awaited<ReturnType<typeof emptyDatabase>>;
const running: ServerProcess[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parstock-work-'));
  empty = await emptyDatabase();
});
afterAll(async () => {
  for (const { child, end } of running) if (child.exitCode === null) await end('SIGKILL');
  await empty.drop();
  rmSync(folder, { recursive: true, force: true });
});

const shared = () => ({
  PARSTOCK_DATA_DIR: join(folder, 'data'),
  PARSTOCK_DATABASE_URL: empty.connectionString,
  PARSTOCK_LAME_DUCK_SECONDS: '0',
});
const work = async () => {
  const worker = await startServerProcess({ ...shared(), PARSTOCK_WORKERS: '1' }, { verb: 'work' });
  running.push(worker);
  return worker;
};

/** The demo’s first run, as the database has it. */
async function run(): Promise<{ state: string; done: number }> {
  const url = new URL(empty.connectionString);
  url.username = 'postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  const { rows } = await client.query(`select state, (select count(*)::int from forecast_chunks
    where run_id = id and done_at is not null) as done from forecast_runs`);
  await client.end();
  return rows[0];
}

// One story, in order: each test starts where the one before ended.

test('a server without workers leaves the run to others', async () => {
  const server = await startServerProcess({
    ...shared(),
    PARSTOCK_WORKERS: '0',
    PARSTOCK_DEMO: '1',
    PARSTOCK_ADMIN_EMAIL: 'ann@example.com',
    PARSTOCK_ADMIN_PASSWORD: 'correct horse battery',
  });
  running.push(server);
  expect(await (await fetch(`${server.origin}/status`)).json()).toMatchObject({
    role: 'serve',
    database: 'external',
    queue: { waiting: 1, active: 0 },
  });
});

test('a worker takes it, says how it is, and shows no page', async () => {
  const worker = await work();
  const ask = (path: string) => fetch(`${worker.origin}${path}`);
  expect((await ask('/live')).status).toBe(200);
  expect((await ask('/ready')).status).toBe(200);
  expect(await (await ask('/metrics')).text()).toContain('parstock_jobs{state="active"}');
  expect((await (await ask('/status')).json()).role).toBe('work');
  expect((await ask('/')).status).toBe(404);
  expect((await ask('/api/v1/session')).status).toBe(404);
  while ((await run()).done === 0) await sleep(20);
});

test('told to stop in the middle, it leaves the rest to the next, and nothing is lost', async () => {
  const [, first] = running;
  expect(await first!.end('SIGTERM')).toBe(0);
  expect((await run()).state).toBe('running');
  const next = await work();
  while ((await run()).state !== 'completed') await sleep(100);
  expect(await next.end('SIGTERM')).toBe(0);
});

test('the embedded database cannot be shared, and somebody has to do its jobs', async () => {
  const own = { PARSTOCK_DATA_DIR: join(folder, 'own') };
  const alone = await startRefusedServer(own, { verb: 'work' });
  expect(alone.code).toBe(1);
  for (const word of ['config_invalid', 'PARSTOCK_DATABASE_URL', 'embedded'])
    expect(alone.said).toContain(word);
  const idle = await startRefusedServer({ ...own, PARSTOCK_WORKERS: '0' });
  expect(idle.said).toContain('PARSTOCK_WORKERS');
  const worker = await startRefusedServer({ ...shared(), PARSTOCK_WORKERS: '0' }, { verb: 'work' });
  expect(worker.said).toContain('PARSTOCK_WORKERS');
});
