import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyDatabase } from '../support/database.ts';
import { nameOf } from '../support/kill-points.ts';
import {
  type ServerEnvironment,
  type ServerProcess,
  startAndKill,
  startServerProcess,
} from '../support/server-process.ts';
import {
  queryOne,
  readSetupFacts,
  SET_UP_ONCE,
  SETUP_SETTINGS,
  writeSetupFolder,
} from '../support/setup-folder.ts';
import { setupEndPoints, setupPoints } from './setup-points.ts';

let folder: string;
let empty: Awaited<ReturnType<typeof emptyDatabase>>;
let replicas: number;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parstock-kill-setup-'));
  empty = await emptyDatabase();
  replicas = 0;
  await writeSetupFolder(join(folder, 'files'));
});
afterEach(async () => {
  await empty.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** One more replica on the one database, with a data folder of its own. */
function replica(): ServerEnvironment {
  replicas += 1;
  return {
    PARSTOCK_DATA_DIR: join(folder, `replica-${replicas}`),
    PARSTOCK_DATABASE_URL: empty.connectionString,
    PARSTOCK_SETUP_FOLDER: join(folder, 'files'),
    ...SETUP_SETTINGS,
  };
}

/** The database of the test as a superuser reaches it. */
function superuserUrl(): string {
  const { superuserConnectionString } = JSON.parse(process.env.PARSTOCK_TEST_CLUSTER!);
  const url = new URL(superuserConnectionString);
  url.pathname = new URL(empty.connectionString).pathname;
  return url.href;
}

const query = <T extends object>(sql: string) => queryOne<T>(superuserUrl(), sql);
const facts = () => readSetupFacts(superuserUrl());

/** The first run ends by itself, and orders are proposed. */
async function forecastComesOut(): Promise<void> {
  const read = () =>
    query<{ state: string; proposals: number }>(`select
      (select state from forecast_runs) as state,
      (select count(*)::int from order_proposals) as proposals`);
  let found = await read();
  while (found.state === 'queued' || found.state === 'running') {
    await sleep(250);
    found = await read();
  }
  expect(found.state).toBe('completed');
  expect(found.proposals).toBeGreaterThan(0);
}

async function end(servers: readonly ServerProcess[]): Promise<void> {
  const codes = await Promise.all(servers.map((server) => server.end('SIGTERM')));
  expect(codes).toEqual(servers.map(() => 0));
}

/** Every other one, since each costs a start; the last tests kill at some of the others. */
const SELECTION = setupPoints.filter((_, i) => i % 2 === 0);

test('killed in step after step of the set-up, it leaves nothing; the next start completes', async () => {
  for (const point of SELECTION) {
    expect(await startAndKill(replica(), point), nameOf(point)).toBe('killed');
    const left = await query<{ tenants: number; users: number }>(`select
      (select count(*)::int from tenants) as tenants, (select count(*)::int from users) as users`);
    expect(left, nameOf(point)).toEqual({ tenants: 0, users: 0 });
  }
  const server = await startServerProcess(replica());
  try {
    expect((await fetch(`${server.origin}/ready`)).status).toBe(200);
    expect(await facts()).toEqual(SET_UP_ONCE);
    await forecastComesOut();
  } finally {
    await end([server]);
  }
});

test.each(setupEndPoints.map((point) => [nameOf(point), point] as const))(
  'killed %s, where the commit may or may not have come, everything is there once',
  async (_, point) => {
    await startAndKill(replica(), point);
    const server = await startServerProcess(replica());
    try {
      expect(await facts()).toEqual(SET_UP_ONCE);
      await forecastComesOut();
    } finally {
      await end([server]);
    }
  },
);

test('replicas that are killed beside each other leave it to the others, and to the next start', async () => {
  const [first, second, third] = [3, 12, 18].map((i) => setupPoints[i]!);
  // Whoever comes second may find it done, or wait for one that is about to be killed.
  await Promise.all([first!, second!, third!].map((point) => startAndKill(replica(), point)));
  const servers = await Promise.all([replica(), replica()].map((env) => startServerProcess(env)));
  try {
    expect(await facts()).toEqual(SET_UP_ONCE);
    await forecastComesOut();
  } finally {
    await end(servers);
  }
});
