import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type ServerProcess,
  startRefusedServer,
  startServerProcess,
} from '../../test/support/server-process.ts';
import { programContract } from './store/schema-contract.ts';

const ADMINISTRATOR = { email: 'ann@example.com', password: 'correct horse battery' };
let folder: string;
let env: { PARSTOCK_DATA_DIR: string };
let server: ServerProcess | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parstock-main-'));
  env = { PARSTOCK_DATA_DIR: join(folder, 'data') };
});
afterAll(async () => {
  if (server?.child.exitCode === null) await server.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

const programSchema = () => {
  const { schema } = programContract();
  return { database: schema, program: schema };
};
const pidFile = () => join(folder, 'data/postgres/postmaster.pid');
const postmaster = () => Number(readFileSync(pidFile(), 'utf8').split('\n')[0]);
const isRunning = (pid: number) => existsSync(`/proc/${pid}`);
const ask = (path: string, options?: RequestInit) => fetch(`${server?.origin}${path}`, options);
const post = (path: string, body: object) =>
  ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server?.origin ?? '' },
    body: JSON.stringify(body),
  });

// One story, in order: each test starts where the one before ended.

test('a first start prints one link, and is not ready until somebody has used it', async () => {
  server = await startServerProcess(env);
  expect(server.link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/setup\?token=[\w-]{43}$/);
  expect((await ask('/live')).status).toBe(200);
  expect((await ask('/ready')).status).toBe(503);
  const token = new URL(server.link).searchParams.get('token')!;
  const company = { companyName: 'Corner shop', currency: 'EUR', demoData: false };
  const created = await post('/api/v1/setup', { token, ...company, ...ADMINISTRATOR });
  expect(created.status).toBe(201);
  expect((await ask('/ready')).status).toBe(200);
  expect((await post('/api/v1/session', ADMINISTRATOR)).status).toBe(200);
});

test('/status shows every step of the start-up with its duration', async () => {
  const status = await (await ask('/status')).json();
  expect(status.steps.map((step: { name: string }) => step.name)).toEqual([
    'volumes',
    'database',
    'schema',
    'set-up',
    'jobs',
    'backups',
    'serve',
    'machine learning',
  ]);
  expect(status).toMatchObject({
    role: 'serve',
    database: 'embedded',
    schema: { ...programSchema(), minReader: programContract().minReader },
  });
  for (const step of status.steps) {
    expect(step).toMatchObject({
      state: 'done',
      milliseconds: expect.any(Number),
      deadlineSeconds: expect.any(Number),
    });
  }
});

test('a second server on the same folder, or the same port, is told what is in the way', async () => {
  const { child, origin } = server!;
  const sameFolder = await startRefusedServer(env);
  expect(sameFolder.code).toBe(1);
  expect(sameFolder.said).toContain('database_in_use');
  expect(sameFolder.said).toContain(String(child.pid));
  const elsewhere = { PARSTOCK_DATA_DIR: join(folder, 'other') };
  const samePort = await startRefusedServer({ ...elsewhere, PARSTOCK_PORT: new URL(origin).port });
  expect(samePort.code).toBe(1);
  expect(samePort.said).toContain('port_in_use');
  // Its database went down with it.
  expect(existsSync(join(folder, 'other/postgres/postmaster.pid'))).toBe(false);
  expect((await ask('/ready')).status).toBe(200);
});

test('Ctrl-C stops everything, and nothing is left running', async () => {
  const pid = postmaster();
  expect(await server!.end('SIGINT')).toBe(0);
  expect(isRunning(pid)).toBe(false);
  expect(existsSync(pidFile())).toBe(false);
  expect(server!.said()).toBe('');
});

test('killed and started again, it is ready, with the same company', async () => {
  server = await startServerProcess(env);
  expect(server.link).toBe(server.origin);
  await server.end('SIGKILL');
  const orphan = postmaster();
  server = await startServerProcess(env);
  expect(postmaster()).not.toBe(orphan);
  expect((await ask('/ready')).status).toBe(200);
  const session = await (await post('/api/v1/session', ADMINISTRATOR)).json();
  expect(session.tenant.name).toBe('Corner shop');
  expect(await server.end('SIGTERM')).toBe(0);
});

test('an address that is not of this machine is blamed on the right setting', async () => {
  const refused = await startRefusedServer({ ...env, PARSTOCK_HOST: '999.1.1.1' });
  expect(refused.code).toBe(1);
  for (const word of ['config_invalid', 'PARSTOCK_HOST', '999.1.1.1'])
    expect(refused.said).toContain(word);
  expect(refused.said).not.toContain('PARSTOCK_PORT');
});

test('a setting that cannot be used is named before anything is started', async () => {
  const refused = await startRefusedServer({ ...env, PARSTOCK_CURRENCY: 'euro' });
  expect(refused.code).toBe(1);
  for (const word of ['config_invalid', 'PARSTOCK_CURRENCY', 'euro']) {
    expect(refused.said).toContain(word);
  }
});
