import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { knownMigrations } from '../../src/server/store/migrate.ts';
import { type KillPoint, nameOf } from '../support/kill-points.ts';
import { startAndKill, startServerProcess, traceStart } from '../support/server-process.ts';
import { embeddedSuperuser, readStartFacts } from '../support/start-facts.ts';
import { databasePoints, embeddedPoints } from './points.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parstock-kill-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ADMINISTRATOR = {
  PARSTOCK_ADMIN_EMAIL: 'ann@example.com',
  PARSTOCK_ADMIN_PASSWORD: 'correct horse battery',
};

test('every point of the list is something that a start does', async () => {
  const env = { PARSTOCK_DATA_DIR: join(folder, 'data'), PARSTOCK_DEMO: '1', ...ADMINISTRATOR };
  const moments = await traceStart(env);
  const missing = [...embeddedPoints, ...databasePoints].filter(({ at, text = '', count = 1 }) => {
    const seen = moments.filter((moment) => moment.at === at && moment.text.includes(text));
    return seen.length < count;
  });
  expect(missing.map(nameOf)).toEqual([]);
});

/** One of each kind; bench/kill.ts goes through all of them. */
const SELECTION: readonly KillPoint[] = [
  { at: 'write', text: '.marker', count: 2, when: 'after' },
  { at: 'spawn', text: 'initdb', later: 250 },
  { at: 'rename', text: 'partial', when: 'after' },
  { at: 'query', text: 'create database parstock', later: 30 },
  { at: 'query', text: 'insert into parstock_migrations', when: 'after' },
  { at: 'query', text: 'insert into "users"', when: 'after' },
  { at: 'line', text: '"step":"jobs"' },
];

test.each(SELECTION.map((point) => [nameOf(point), point] as const))(
  'killed %s, the next start completes, with everything once',
  async (_, point) => {
    const dataDir = join(folder, 'data');
    const env = { PARSTOCK_DATA_DIR: dataDir, ...ADMINISTRATOR };
    expect(await startAndKill(env, point)).toBe('killed');
    const server = await startServerProcess(env);
    try {
      expect((await fetch(`${server.origin}/ready`)).status).toBe(200);
      expect(await readStartFacts(embeddedSuperuser(dataDir))).toMatchObject({
        migrations: knownMigrations().length,
        setupState: 'completed',
        tenants: 1,
        administrators: 1,
      });
    } finally {
      expect(await server.end('SIGTERM')).toBe(0);
    }
  },
);
