import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestApp, type TestApp, testPassword } from '../../../test/support/http.ts';

let test: TestApp;
beforeEach(async () => {
  test = await startTestApp({ publicUrl: 'http://stock.example' });
});
afterEach(() => test.close());

const signIn = (from: string, email: string) =>
  test.app.inject({
    method: 'POST',
    url: '/api/v1/session',
    headers: { 'x-forwarded-for': from },
    payload: { email, password: 'a wrong password' },
  });

it('lets an account be tried ten times a minute, from wherever', async () => {
  for (let i = 0; i < 10; i++)
    expect((await signIn(`203.0.113.${i}`, 'planner@one.example')).statusCode).toBe(401);
  const refused = await signIn('203.0.113.99', 'PLANNER@one.example');
  expect(refused.json()).toMatchObject({ status: 429, code: 'too_many_requests' });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  // Others are not locked out by it.
  const other = { email: 'admin@one.example', password: testPassword };
  const url = '/api/v1/session';
  expect((await test.app.inject({ method: 'POST', url, payload: other })).statusCode).toBe(200);
});

it('lets one address try twenty times a minute, whatever it tries', async () => {
  for (let i = 0; i < 20; i++)
    expect((await signIn('203.0.113.7', `guess${i}@one.example`)).statusCode).toBe(401);
  const refused = await signIn('203.0.113.7', 'guess21@one.example');
  expect(refused.json()).toMatchObject({ status: 429, code: 'too_many_requests' });
  expect(refused.json().details.retryAfterSeconds).toBeGreaterThan(0);
  expect((await signIn('203.0.113.8', 'guess22@one.example')).statusCode).toBe(401);
});
