import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  type ServerProcess,
  startRefusedServer,
  startServerProcess,
} from '../support/server-process.ts';

let folder: string;
let server: ServerProcess | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parstock-stop-'));
});
afterEach(() => server?.end('SIGKILL'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = () => ({
  PARSTOCK_DATA_DIR: join(folder, 'data'),
  PARSTOCK_ADMIN_EMAIL: 'ann@example.com',
  PARSTOCK_ADMIN_PASSWORD: 'correct horse battery',
});
const status = async (path: string) => (await fetch(`${server!.origin}${path}`)).status;
const isRunning = (pid: number) => spawnSync('kill', ['-0', String(pid)]).status === 0;
const postmaster = () =>
  Number(readFileSync(join(folder, 'data/postgres/postmaster.pid'), 'utf8').split('\n')[0]);

test('told to stop, it is unready at once, goes on serving, and is not hurried by a second signal', async () => {
  server = await startServerProcess({ ...env(), PARSTOCK_LAME_DUCK_SECONDS: '3' });
  expect(await status('/ready')).toBe(200);
  const toldAt = performance.now();
  server.child.kill('SIGTERM');
  while ((await status('/ready')) === 200) await sleep(5);
  expect(await status('/ready')).toBe(503);
  server.child.kill('SIGTERM');
  server.child.kill('SIGINT');
  // A client that keeps its connection is asked to come back on a new one.
  const answer = await fetch(`${server.origin}/api/v1/setup`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('connection')).toBe('close');
  const pid = postmaster();
  expect(await server.exited).toBe(0);
  expect(performance.now() - toldAt).toBeGreaterThan(2_900);
  expect(isRunning(pid)).toBe(false);
  expect(server.said()).toBe('');
});

test('told to stop while it waits for the database, it does not wait on', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const { port } = closed.address() as { port: number };
  await new Promise((resolve) => closed.close(resolve));
  const url = `postgresql://ann@127.0.0.1:${port}/shop`;
  const waiting = { PARSTOCK_DATABASE_URL: url, PARSTOCK_LOG_LEVEL: 'info' };
  const started = startRefusedServer(
    { ...env(), ...waiting },
    { stopWhen: 'waiting for the database' },
  );
  const { code, said } = await started;
  expect(code).toBe(0);
  expect(said).toContain('nothing listens on that host and port');
});

test('a database that ends by itself ends the server, as a failure', async () => {
  server = await startServerProcess({ ...env(), PARSTOCK_LAME_DUCK_SECONDS: '0' });
  process.kill(postmaster(), 'SIGKILL');
  expect(await server.exited).toBe(1);
  expect(server.said()).toContain('database_lost');
  server = await startServerProcess(env());
  expect(await status('/ready')).toBe(200);
  expect(await server.end('SIGTERM')).toBe(0);
});
