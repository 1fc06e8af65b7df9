import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runSmoke, type SmokeReport } from '../../src/deploy/smoke/index.ts';
import { runParstock } from '../support/command-line.ts';
import { type Lie, startLyingProxy } from '../support/lying-proxy.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const apiKey = 'a-deploy-key-that-is-long-enough-for-anybody';
let folder: string;
let server: ServerProcess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parstock-smoke-'));
  server = await startServerProcess({
    PARSTOCK_DATA_DIR: join(folder, 'data'),
    PARSTOCK_DEPLOY_KEY: apiKey,
    PARSTOCK_ADMIN_EMAIL: 'ada@example.com',
    PARSTOCK_ADMIN_PASSWORD: 'correct horse battery',
  });
});
afterAll(async () => {
  await server.end('SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

async function smokeThrough(lie: Lie, deadlineSeconds = 60): Promise<SmokeReport> {
  const proxy = await startLyingProxy(server.origin, lie);
  try {
    return await runSmoke({ url: proxy.url, apiKey, deadlineSeconds });
  } finally {
    await proxy.close();
  }
}

const failedOf = ({ checks }: SmokeReport) =>
  checks.filter(({ state }) => state === 'failed').map(({ name }) => name);

/** Changes the JSON of the answers of one address. */
const changing =
  (address: RegExp, change: (answer: Record<string, unknown>) => void): Lie =>
  ({ method, path, body, status }) => {
    if (!address.test(`${method} ${path}`) || status >= 300) return undefined;
    const answer = JSON.parse(body) as Record<string, unknown>;
    change(answer);
    return { body: JSON.stringify(answer) };
  };

describe('on the real server', () => {
  test('every check passes, twice in a row, and nothing is left behind', async () => {
    for (let time = 0; time < 2; time++) {
      const report = await runSmoke({ url: server.origin, apiKey });
      expect(failedOf(report), JSON.stringify(report.checks)).toEqual([]);
      expect(report).toMatchObject({ ok: true, version: expect.stringMatching(/^\d/) });
      expect(report.checks.map(({ name }) => name)).toContain('order');
    }
    expect(await readdir(join(folder, 'data', 'uploads'))).toEqual([]);
  });

  test('the verb prints a line per check, or JSON, and takes its key from the environment', async () => {
    const env = { PARSTOCK_DEPLOY_KEY: apiKey };
    const told = await runParstock(['smoke', server.origin], { env });
    expect(told).toMatchObject({ code: 0, stdout: expect.stringMatching(/^10 of 10 checks/) });
    expect(told.stderr).toMatch(/ok {3}order/);
    const json = await runParstock(['smoke', server.origin, '--json'], { env });
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: true });
    expect((await runParstock(['smoke', 'nowhere'], { env })).code).toBe(2);
  });

  test('a wrong key fails the check that uses it, and the others are skipped', async () => {
    const report = await runSmoke({ url: server.origin, apiKey: 'x'.repeat(40) });
    expect(failedOf(report)).toEqual(['scratch-tenant']);
    const order = report.checks.find(({ name }) => name === 'order');
    expect(order).toMatchObject({ state: 'skipped', note: 'needs forecast' });
  });

  test('a server that is not there fails the first check', async () => {
    const report = await runSmoke({ url: 'http://127.0.0.1:9', apiKey });
    expect(report.checks[0]).toMatchObject({ name: 'answers', state: 'failed' });
    expect(report.checks[0]?.note).toMatch(/ECONNREFUSED|bad port/);
  });
});

describe('on a server that lies once', () => {
  test.each<[string, string, Lie]>([
    [
      'a wrong figure in a forecast',
      'forecast',
      changing(/GET .*SMOKE-WEEK\/forecast/, ({ mean }) => {
        (mean as number[])[4]! *= 1.1;
      }),
    ],
    [
      'quantiles out of order',
      'forecast',
      changing(/GET .*SMOKE-FLAT\/forecast/, ({ quantiles }) => {
        (quantiles as number[][])[0]![3] = 1000;
      }),
    ],
    [
      'a wrong quantity',
      'order',
      changing(/GET \/api\/v1\/proposals\/[0-9a-f-]{36}$/, (proposal) => {
        if (proposal.sku === 'SMOKE-FLAT') proposal.quantity = 96;
      }),
    ],
    [
      'a step of the trace that does not add up',
      'order',
      changing(/GET \/api\/v1\/proposals\/[0-9a-f-]{36}$/, ({ trace }) => {
        (trace as { result: number }[])[1]!.result += 1;
      }),
    ],
    [
      'an error on import',
      'import',
      ({ path }) => (path.includes('kind=products') ? { status: 500, body: '{}' } : undefined),
    ],
    [
      'a row that was lost in the import',
      'import',
      changing(/GET \/api\/v1\/imports\/[0-9a-f-]{36}$/, ({ rows }) => {
        (rows as { new: number }).new -= 1;
      }),
    ],
    [
      'a product too few in the list',
      'products',
      changing(/GET \/api\/v1\/products\?/, ({ items }) => {
        (items as unknown[]).pop();
      }),
    ],
    [
      'any password opens the door',
      'sign-in',
      ({ method, path, status }) =>
        method === 'POST' && path === '/api/v1/session' && status === 401
          ? { status: 200, body: '{}' }
          : undefined,
    ],
    [
      'a page without its script',
      'page',
      ({ path }) => (path.endsWith('.js') ? { status: 404, body: '' } : undefined),
    ],
    [
      'a tenant that stays although it was removed',
      'clean-up',
      ({ method, path }) =>
        method === 'GET' && path === '/api/v1/products'
          ? { status: 200, body: '{"items":[],"nextCursor":null}' }
          : undefined,
    ],
  ])('%s fails the check %s', async (_what, name, lie) => {
    const report = await smokeThrough(lie);
    expect(failedOf(report), JSON.stringify(report.checks)).toEqual([name]);
    const failed = report.checks.find((check) => check.name === name);
    expect(failed?.failure?.where).toBeTruthy();
    expect(report.ok).toBe(false);
  });

  test('a scratch tenant that is lost fails what comes next', async () => {
    let asked = 0;
    const report = await smokeThrough(({ path }) => {
      if (!path.startsWith('/api/v1/runs')) return undefined;
      asked++;
      return { status: 401, body: '{"code":"not_signed_in"}' };
    });
    expect(asked).toBeGreaterThan(0);
    expect(failedOf(report)).toEqual(['forecast']);
    expect(report.checks.find(({ name }) => name === 'forecast')?.note).toMatch(/not_signed_in/);
  });

  test('one that is too slow runs into the deadline of the whole test', async () => {
    const report = await smokeThrough(async ({ path }) => {
      if (path === '/api/v1/runs') await pause(30_000);
      return undefined;
    }, 4);
    expect(report.milliseconds).toBeLessThan(25_000);
    expect(failedOf(report).length).toBeGreaterThan(0);
    expect(report.checks.find(({ state }) => state === 'failed')?.note).toMatch(/within 4 s/);
  });

  test('whatever failed, the tenants are gone', async () => {
    const report = await runSmoke({ url: server.origin, apiKey });
    expect(failedOf(report)).toEqual([]);
    expect(await readdir(join(folder, 'data', 'uploads'))).toEqual([]);
  });
});

test('killed in the middle of a smoke test, the server starts again and resumes nothing of it', async () => {
  const settings = {
    PARSTOCK_DATA_DIR: join(folder, 'killed'),
    PARSTOCK_DEPLOY_KEY: apiKey,
    PARSTOCK_ADMIN_EMAIL: 'ada@example.com',
    PARSTOCK_ADMIN_PASSWORD: 'correct horse battery',
  };
  const first = await startServerProcess(settings);
  const proxy = await startLyingProxy(first.origin, ({ method, path }) => {
    if (method === 'POST' && path === '/api/v1/runs') first.child.kill('SIGKILL');
    return undefined;
  });
  const cut = await runSmoke({ url: proxy.url, apiKey, deadlineSeconds: 60 });
  await proxy.close();
  expect(failedOf(cut)).toContain('forecast');
  const second = await startServerProcess(settings);
  try {
    const status = await (await fetch(`${second.origin}/status`)).json();
    expect(status).toMatchObject({
      setup: { state: 'completed' },
      queue: { waiting: 0, active: 0 },
    });
    const report = await runSmoke({ url: second.origin, apiKey });
    expect(failedOf(report), JSON.stringify(report.checks)).toEqual([]);
  } finally {
    await second.end('SIGTERM');
  }
});
