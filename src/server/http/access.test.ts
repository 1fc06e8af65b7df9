import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertProduct, startTestApp, type TestApp } from '../../../test/support/http.ts';
import { errorCatalogue, problemSchema } from '../../contract/index.ts';
import { apiPrefix, type Route, routes } from './routes.ts';

let test: TestApp;
beforeAll(async () => {
  test = await startTestApp();
});
afterAll(() => test.close());

const roles = ['viewer', 'planner', 'admin'] as const;
const someId = '00000000-0000-4000-8000-000000000000';

/** A request that reaches the action and finds nothing there, so that it changes nothing. */
function addressOf(route: Route): string {
  const id = route.path.startsWith('/purchase-orders') ? '999' : someId;
  const filled = { id, line: '999', sku: 'NONE', kind: 'sales' } as Record<string, string>;
  return apiPrefix + route.path.replace(/:(\w+)/g, (_, name: string) => filled[name]!);
}

const ask = (route: Route, as?: (typeof roles)[number]) =>
  test.ask({
    method: route.method,
    url: addressOf(route),
    as,
    ...(route.writes && { payload: {}, headers: { 'content-type': 'application/json' } }),
  });

describe.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s',
  (_name, route) => {
    const { audience } = route;

    it('is closed to strangers unless it is open to anybody', async () => {
      const answer = await ask(route);
      if (audience === 'anyone') expect([401, 403]).not.toContain(answer.statusCode);
      else expect(answer.json()).toMatchObject({ status: 401, code: 'not_signed_in' });
    });

    it.each(roles)('asks of a %s what the table says', async (role) => {
      const answer = await ask(route, role);
      const allowed = audience === 'anyone' || roles.indexOf(role) >= roles.indexOf(audience);
      if (!allowed) {
        const details = { role, wanted: audience };
        expect(answer.json()).toMatchObject({ status: 403, code: 'not_allowed', details });
        return;
      }
      expect([401, 403]).not.toContain(answer.statusCode);
      expect(answer.statusCode, answer.body).toBeLessThan(500);
      if (answer.statusCode < 400) return;
      // Whatever the "no", it has the one shape.
      expect(answer.headers['content-type']).toContain('application/problem+json');
      const problem = problemSchema.parse(answer.json());
      expect(problem).toMatchObject(errorCatalogue[problem.code]);
      expect(problem.requestId).toBe(answer.headers['x-request-id']);
    });
  },
);

describe('an API key', () => {
  it('that is not known is a stranger', async () => {
    const headers = { authorization: 'Bearer ps_guess' };
    const answer = await test.app.inject({ url: '/api/v1/session', headers });
    expect(answer.json()).toMatchObject({ status: 401, code: 'not_signed_in' });
  });

  it('stops working when it is revoked', async () => {
    const made = await test.ask({
      as: 'admin',
      method: 'POST',
      url: '/api/v1/api-keys',
      payload: { name: 'till', role: 'viewer' },
    });
    expect(made.statusCode).toBe(201);
    const { key, secret } = made.json();
    const use = () =>
      test.app.inject({ url: '/api/v1/session', headers: { authorization: `Bearer ${secret}` } });
    expect((await use()).json().user).toMatchObject({ id: null, role: 'viewer' });
    const url = `/api/v1/api-keys/${key.id}`;
    expect((await test.ask({ as: 'admin', method: 'DELETE', url })).statusCode).toBe(204);
    expect((await use()).statusCode).toBe(401);
  });
});

describe('another company', () => {
  it('finds nothing of ours, by name or by list', async () => {
    await insertProduct(test.context, 'OURS');
    const url = '/api/v1/products/OURS';
    expect((await test.ask({ as: 'viewer', url })).statusCode).toBe(200);
    for (const path of [url, `${url}/sales`, `${url}/forecast`])
      expect((await test.ask({ as: 'other', url: path })).json().code).toBe('not_found');
    const change = { as: 'other', method: 'PATCH', url, payload: { active: false } } as const;
    expect((await test.ask(change)).statusCode).toBe(404);
    expect((await test.ask({ as: 'viewer', url })).json().active).toBe(true);
    const list = await test.ask({ as: 'other', url: '/api/v1/products' });
    expect(list.json()).toEqual({ items: [], nextCursor: null });
  });

  it('cannot revoke our keys, nor see them or our users', async () => {
    const { items } = (await test.ask({ as: 'admin', url: '/api/v1/api-keys' })).json();
    const url = `/api/v1/api-keys/${items[0].id}`;
    expect((await test.ask({ as: 'other', method: 'DELETE', url })).statusCode).toBe(404);
    const theirs = (await test.ask({ as: 'other', url: '/api/v1/api-keys' })).json();
    expect(theirs.items.map((key: { name: string }) => key.name)).toEqual(['a admin']);
    expect((await test.ask({ as: 'other', url: '/api/v1/users' })).json().items).toEqual([]);
  });
});
