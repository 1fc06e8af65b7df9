import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, ada, byEnvironment, firstRun, signIn } from '../support/containers/api.ts';
import {
  type Container,
  docker,
  makeVolume,
  startContainer,
} from '../support/containers/docker.ts';

// One container with demo data, in order: each test starts where the one before ended.

const image = inject('image');
let container: Container;
let api: Api;

beforeAll(async () => {
  container = startContainer({
    image,
    env: { ...byEnvironment, PARSTOCK_DEMO: '1' },
    mounts: { data: makeVolume(), cache: makeVolume(), backups: makeVolume() },
  });
  await container.until();
  api = await signIn(container);
});
afterAll(() => container?.remove());

const products = async () => (await api.ask<{ items: object[] }>('GET', '/products')).items.length;

test('it runs without any capability, on a root that cannot be written', async () => {
  const status = container.exec('cat', '/proc/1/status').said;
  expect(status).toMatch(/^CapEff:\t0{16}$/m);
  expect(status).toMatch(/^CapBnd:\t0{16}$/m);
  expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  expect(status).toMatch(/^Uid:\t10001\t10001/m);
  expect(container.exec('sh', '-c', 'echo x >/app/x').said).toMatch(/Read-only file system/);
  // Not even a layer of its own was written but what the engine put there: everything went to volumes.
  const changed = docker('diff', container.id).split('\n').filter(Boolean);
  expect(
    changed.filter(
      (line) =>
        !/^[AC] \/((data|cache|backups|run|dev|etc|tmp)\b|usr(\/sbin(\/docker-init)?)?$)/.test(
          line,
        ),
    ),
  ).toEqual([]);
});

test('it forecasts the demo data, and the page and the probes answer', async () => {
  expect((await firstRun(api)).series).toMatchObject({ done: 118, total: 118 });
  const page = await fetch(container.url);
  expect(await page.text()).toContain('<title>');
  expect((await fetch(`${container.url}/metrics`)).status).toBe(200);
  expect(container.exec('parstock', 'status').said).toMatch(/set-up +completed/);
});

test('the other verbs work beside the running server', () => {
  expect(container.exec('parstock', '--help').said).toContain('backup');
  const { status, said } = container.exec('parstock', 'backup');
  expect({ status, said }).toMatchObject({ status: 0 });
  expect(container.exec('ls', '/backups').said.trim()).not.toBe('');
});

test('a restart keeps the data', async () => {
  const before = await products();
  expect(before).toBeGreaterThan(0);
  expect(await container.stop()).toBe(0);
  container.start();
  await container.until();
  api = await signIn(container);
  expect(await products()).toBe(before);
});

test('docker kill loses nothing that was acknowledged, and the next start needs no help', async () => {
  const { secret } = await api.ask<{ secret: string }>('POST', '/api-keys', {
    name: 'made a moment before',
    role: 'viewer',
  });
  container.kill();
  expect(container.inspect('.State.ExitCode')).toBe(137);
  container.start();
  await container.until();
  const authorization = `Bearer ${secret}`;
  const answer = await fetch(`${container.url}/api/v1/session`, { headers: { authorization } });
  expect(answer.status).toBe(200);
  api = await signIn(container);
});

test('SIGTERM answers the request under way, and exits 0 within the grace period', async () => {
  const body = 'sku,name\n'.padEnd(20_000, 'A1,tea\n');
  const url = `${container.url}/api/v1/imports?kind=products&fileName=p.csv`;
  const { secret } = await api.ask<{ secret: string }>('POST', '/api-keys', {
    name: 'for the upload',
    role: 'planner',
  });
  const begun = Promise.withResolvers<void>();
  const slow = new ReadableStream({
    async start(controller) {
      controller.enqueue(Buffer.from(body.slice(0, 5_000)));
      begun.resolve();
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      controller.enqueue(Buffer.from(body.slice(5_000)));
      controller.close();
    },
  });
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'text/csv' };
  const request = { method: 'POST', headers, body: slow, duplex: 'half' } as RequestInit;
  const answered = fetch(url, request);
  await begun.promise;
  await new Promise((resolve) => setTimeout(resolve, 300));
  const began = Date.now();
  const exit = container.stop();
  expect((await answered).status).toBeLessThan(300);
  expect(await exit).toBe(0);
  expect(Date.now() - began).toBeLessThan(45_000);
});

describe('what it leaves behind', () => {
  test('no process that nobody waited for', async () => {
    container.start();
    await container.until();
    // A second-hand child: its parent ends at once, and so it becomes a child of process 1.
    container.exec('sh', '-c', '(sleep 0.2 &) ; true');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const states = container.exec('sh', '-c', 'cat /proc/[0-9]*/stat 2>/dev/null').said;
    expect(states.split('\n').filter((line) => /\) Z /.test(line))).toEqual([]);
  });

  test('no secret in its log', () => {
    const log = container.logs();
    expect(log).toContain('start-up step done');
    expect(log).not.toContain(ada.password);
    expect(log).not.toMatch(/\$argon2|Bearer |set-cookie/i);
  });
});
