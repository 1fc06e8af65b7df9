import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/support/http.ts';

let test: TestApp;
beforeAll(async () => {
  test = await startTestApp();
});
afterAll(() => test.close());

describe('a request of the wrong shape', () => {
  it('is told where, what was found and what was wanted', async () => {
    const answer = await test.ask({
      as: 'planner',
      method: 'POST',
      url: '/api/v1/runs',
      payload: { horizonDays: 900, seed: 'one', horizon: 28 },
    });
    expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(answer.json().details.issues).toEqual([
      { in: 'body', path: 'horizonDays', found: '900', wanted: 'at most 365' },
      { in: 'body', path: 'seed', found: 'one', wanted: 'a value of type number' },
      {
        in: 'body',
        path: 'horizon',
        found: 'an unknown name',
        wanted: 'only the names that the documentation lists',
      },
    ]);
  });

  it.each([
    ['/api/v1/products?limit=0', { in: 'query', path: 'limit', found: '0', wanted: 'at least 1' }],
    [
      '/api/v1/proposals?state=maybe',
      {
        in: 'query',
        path: 'state',
        found: 'maybe',
        wanted: 'one of: open, accepted, dismissed, superseded',
      },
    ],
    [
      '/api/v1/products/X/sales?from=1.2.2024',
      { in: 'query', path: 'from', found: '1.2.2024', wanted: 'a calendar day, YYYY-MM-DD' },
    ],
    [
      '/api/v1/runs/12',
      { in: 'params', path: 'id', found: '12', wanted: 'an id as the lists give it' },
    ],
  ])('%s', async (url, issue) => {
    const answer = await test.ask({ as: 'viewer', url });
    expect(answer.json().details.issues).toEqual([issue]);
  });

  it('never sees its password again', async () => {
    const payload = { email: 'a@b.example', password: 'x'.repeat(300) };
    const url = '/api/v1/session';
    const answer = await test.app.inject({ method: 'POST', url, payload });
    expect(answer.json().details.issues[0]).toMatchObject({ path: 'password', found: 'a value' });
    expect(answer.body).not.toContain('xxx');
  });
});

describe('what cannot be read', () => {
  const send = (payload: string, type: string) =>
    test.ask({
      as: 'planner',
      method: 'POST',
      url: '/api/v1/runs',
      payload,
      headers: { 'content-type': type },
    });

  it('is refused by name', async () => {
    expect((await send('{"seed":', 'application/json')).json().code).toBe('invalid_request');
    expect((await send('<run/>', 'text/xml')).json()).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
    });
    const long = JSON.stringify({ seed: 1, filler: 'x'.repeat(2_000_000) });
    expect((await send(long, 'application/json')).json().code).toBe('body_too_large');
    expect((await send('{"__proto__":{"a":1}}', 'application/json')).json().status).toBe(400);
  });

  it('is refused where the database would stumble over it', async () => {
    const nul = await test.ask({ as: 'viewer', url: '/api/v1/products/%00' });
    expect(nul.json()).toMatchObject({ status: 400, code: 'invalid_request' });
    const cursor = Buffer.from('["yesterday","x"]').toString('base64url');
    for (const made of [cursor, 'nonsense', Buffer.from('[1]').toString('base64url')]) {
      const answer = await test.ask({ as: 'viewer', url: `/api/v1/runs?cursor=${made}` });
      expect(answer.json()).toMatchObject({ status: 400, code: 'bad_cursor' });
    }
  });

  it('is refused where it is not even HTTP', async () => {
    const base = new URL(await test.app.listen({ port: 0, host: '127.0.0.1' }));
    const socket = connect(Number(base.port), base.hostname);
    socket.end('HELO there\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toContain('HTTP/1.1 400 Bad Request');
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ code: 'invalid_request' });
  });

  it('is refused as an address', async () => {
    const answer = await test.app.inject({ url: '/api/v1/products/%E0%A4%A' });
    expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_request' });
  });
});

describe('what is not there', () => {
  it.each(['/api/v1/nothing', '/api/v2/products', '/api', '/assets/old.js'])('%s', async (url) => {
    const answer = await test.ask({ as: 'admin', url: `${url}?token=secret` });
    expect(answer.json()).toMatchObject({ status: 404, code: 'not_found', details: { path: url } });
  });
});

describe('a fault of ours', () => {
  it('is logged with its request id, and tells the caller nothing else', async () => {
    const broken = vi
      .spyOn(test.database, 'withTenant')
      .mockRejectedValue(new Error('secret detail of table users'));
    const answer = await test.ask({ as: 'viewer', url: '/api/v1/products?query=hidden' });
    broken.mockRestore();
    expect(answer.json()).toMatchObject({ status: 500, code: 'internal', details: {} });
    expect(answer.body).not.toContain('secret');
    const line = test.logged.find(({ msg }) => msg === 'request failed');
    expect(line).toMatchObject({
      reqId: answer.json().requestId,
      path: '/api/v1/products',
      err: { message: 'secret detail of table users' },
    });
    expect(JSON.stringify(line)).not.toContain('hidden');
  });

  it('is told apart from a database that is away', async () => {
    const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const broken = vi.spyOn(test.database, 'withTenant').mockRejectedValue(away);
    const answer = await test.ask({ as: 'viewer', url: '/api/v1/products' });
    broken.mockRestore();
    expect(answer.json()).toMatchObject({ status: 503, code: 'database_unreachable' });
  });
});
