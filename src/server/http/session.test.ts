import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp, testPassword } from '../../../test/support/http.ts';

let test: TestApp;
beforeAll(async () => {
  test = await startTestApp();
});
afterAll(() => test.close());

const email = 'planner@one.example';
const signIn = (body: object, headers: Record<string, string> = {}) =>
  test.app.inject({ method: 'POST', url: '/api/v1/session', headers, payload: body });

it('opens a session in a cookie that no script reads, and ends it', async () => {
  const opened = await signIn({ email, password: testPassword });
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
