import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, testPassword } from '../../../test/support/http.ts';
import { hashToken } from '../actions/secrets.ts';

let test: TestApp;
beforeAll(async () => {
  test = await startTestApp();
});
afterAll(() => test.close());

const email = 'planner@one.example';
const signIn = (body: object, headers: Record<string, string> = {}) =>
  test.app.inject({ method: 'POST', url: '/api/v1/session', headers, payload: body });

async function cookieOf(): Promise<{ parstock_session: string }> {
  const opened = await signIn({ email, password: testPassword });
  return { parstock_session: opened.cookies[0]!.value };
}

describe('signing in', () => {
  it('opens a session in a cookie that no script reads, and ends it', async () => {
    const opened = await signIn({ email: ' Planner@One.Example'.trim(), password: testPassword });
    expect(opened.statusCode).toBe(200);
    expect(opened.json()).toMatchObject({
      user: { email, role: 'planner' },
      tenant: { name: 'First company', currency: 'EUR' },
    });
    const [cookie] = opened.cookies;
    expect(cookie).toMatchObject({ name: 'parstock_session', httpOnly: true, sameSite: 'Lax' });
    expect(cookie).not.toHaveProperty('secure');
    const cookies = { parstock_session: cookie!.value };
    const read = () => test.app.inject({ url: '/api/v1/session', cookies });
    expect((await read()).json()).toEqual(opened.json());

    const headers = { 'sec-fetch-site': 'same-origin' };
    const end = { method: 'DELETE', url: '/api/v1/session', cookies, headers } as const;
    const ended = await test.app.inject(end);
    expect(ended.statusCode).toBe(204);
    expect(ended.body).toBe('');
    expect((await read()).json()).toMatchObject({ status: 401, code: 'not_signed_in' });
  });

  it('says the same of a wrong password as of an unknown address', async () => {
    const wrong = await signIn({ email, password: 'not the password' });
    const unknown = await signIn({ email: 'nobody@one.example', password: testPassword });
    for (const answer of [wrong, unknown]) {
      expect(answer.json()).toMatchObject({ status: 401, code: 'wrong_credentials' });
      expect(answer.cookies).toEqual([]);
    }
  });

  it('sends the cookie over https alone where the public address is https', async () => {
    const secure = await startTestApp({ publicUrl: 'https://stock.example' });
    const opened = await secure.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      payload: { email, password: testPassword },
    });
    expect(opened.cookies[0]).toMatchObject({ secure: true });
    expect(opened.headers['strict-transport-security']).toContain('max-age=31536000');
    await secure.close();
  });
});

describe('set-up by the one-time link', () => {
  it('signs in whoever has just completed it', async () => {
    const fresh = await startTestApp();
    await fresh.database.withTenant(fresh.tenantId, (tx) =>
      sql`delete from users where role = 'admin'`.execute(tx),
    );
    await fresh.database.withHousekeeping((tx) =>
      sql`insert into setup_status (state, program_version, link_token_hash, link_expires_at)
        values ('pending', 'test', ${hashToken('the link')}, '2100-01-01')`.execute(tx),
    );
    const complete = (token: string) =>
      fresh.app.inject({
        method: 'POST',
        url: '/api/v1/setup',
        payload: {
          token,
          companyName: 'Mill',
          currency: 'EUR',
          email: 'a@m.example',
          password: testPassword,
        },
      });
    expect((await complete('a guess')).json()).toMatchObject({ code: 'setup_link_invalid' });
    const done = await complete('the link');
    expect(done.json()).toMatchObject({ state: 'completed', linkRequired: false });
    const cookies = { parstock_session: done.cookies[0]!.value };
    const session = await fresh.app.inject({ url: '/api/v1/session', cookies });
    expect(session.json().user).toMatchObject({ email: 'a@m.example', role: 'admin' });
    expect((await complete('the link')).json()).toMatchObject({ code: 'setup_already_complete' });
    await fresh.close();
  });
});

describe('a change asked for with the cookie', () => {
  const change = async (headers: Record<string, string>) => {
    const cookies = await cookieOf();
    const url = '/api/v1/products/NONE';
    return test.app.inject({ method: 'PATCH', url, cookies, headers, payload: {} });
  };

  it.each([
    ['from our own page', { 'sec-fetch-site': 'same-origin' }],
    ['from our own page, over plain http', { origin: 'http://localhost:80', host: 'localhost' }],
  ])('is looked at when it comes %s', async (_where, headers) => {
    expect((await change(headers as Record<string, string>)).json().code).toBe('not_found');
  });

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'http://localhost' }],
    ['a neighbour of ours', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'http://evil.example' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['nobody knows where', {}],
  ])('is refused when it comes from %s', async (_where, headers) => {
    const answer = await change(headers as Record<string, string>);
    expect(answer.json()).toMatchObject({ status: 403, code: 'wrong_origin' });
  });

  it('may not be a sign-in that another site makes', async () => {
    const forced = await signIn(
      { email, password: testPassword },
      { origin: 'http://evil.example' },
    );
    expect(forced.json()).toMatchObject({ status: 403, code: 'wrong_origin' });
    expect(forced.cookies).toEqual([]);
  });
});
