import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { knownMigrations } from '../../src/server/store/migrate.ts';
import { emptyDatabase } from '../support/database.ts';
import { type KillPoint, nameOf } from '../support/kill-points.ts';
import { type ServerProcess, startAndKill, startServerProcess } from '../support/server-process.ts';
import { readStartFacts } from '../support/start-facts.ts';

let folder: string;
let empty: Awaited<ReturnType<typeof emptyDatabase>>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parstock-replicas-'));
  empty = await emptyDatabase();
});
afterEach(async () => {
  await empty.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Replicas share the database alone here. */
const replica = (i: number) => ({
  PARSTOCK_DATA_DIR: join(folder, `replica-${i}`),
  PARSTOCK_DATABASE_URL: empty.connectionString,
  PARSTOCK_LOG_LEVEL: 'info',
  PARSTOCK_ADMIN_EMAIL: 'ann@example.com',
  PARSTOCK_ADMIN_PASSWORD: 'correct horse battery',
  PARSTOCK_DEMO: '1',
  // The demo’s first run is not what is looked at.
  PARSTOCK_WORKERS: '0',
  PARSTOCK_LAME_DUCK_SECONDS: '0',
});

async function facts() {
  const url = new URL(empty.connectionString);
  url.username = 'postgres';
  return readStartFacts(url.href);
}

/** Ten programs start at once, on two processors that may have other work. */
const PATIENCE_MS = 300_000;

const COMPLETE = {
  migrations: knownMigrations().length,
  setupState: 'completed',
  tenants: 1,
  administrators: 1,
  products: 118,
  stock: 118,
  runs: 1,
};

async function stopAll(servers: readonly ServerProcess[]): Promise<(number | null)[]> {
  return Promise.all(servers.map((server) => server.end('SIGTERM')));
}

/** Lines of the log that say that a migration was applied. */
const migrators = (servers: readonly ServerProcess[]) =>
  servers.filter((server) => server.said().includes('"note":"applied'));

test(
  'of ten replicas at once one migrates, one sets up, nine wait, none fails',
  async () => {
    const started = Array.from({ length: 10 }, (_, i) => startServerProcess(replica(i)));
    const servers = await Promise.all(started);
    for (const { origin } of servers) expect((await fetch(`${origin}/ready`)).status).toBe(200);
    expect(await stopAll(servers)).toEqual(servers.map(() => 0));
    expect(migrators(servers)).toHaveLength(1);
    expect(await facts()).toMatchObject(COMPLETE);
  },
  PATIENCE_MS,
);

/** One after the other holds the lock, the report, or the queue when it goes. */
const KILLED: readonly KillPoint[] = [
  { at: 'query', text: 'pg_try_advisory_lock', when: 'after' },
  { at: 'query', text: 'insert into parstock_migrations', count: 2, when: 'after' },
  { at: 'query', text: 'insert into "purchase_orders"', count: 9 },
  { at: 'query', text: 'insert into "users"', when: 'after' },
];

test(
  `replicas killed ${KILLED.map(nameOf).join(', ')} harm nobody beside them`,
  async () => {
    const killed = KILLED.map((point, i) => startAndKill(replica(i), point));
    const others = [7, 8].map((i) => startServerProcess(replica(i)));
    const outcomes = await Promise.all(killed);
    // The first to come does the work; who comes too late has nothing to be killed at.
    expect(outcomes).toContain('killed');
    const again = await Promise.all(KILLED.map((_, i) => startServerProcess(replica(i))));
    const servers = [...again, ...(await Promise.all(others))];
    for (const { origin } of servers) expect((await fetch(`${origin}/ready`)).status).toBe(200);
    expect(await facts()).toMatchObject(COMPLETE);
    expect(await stopAll(servers)).toEqual(servers.map(() => 0));
  },
  PATIENCE_MS,
);
