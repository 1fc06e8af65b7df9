import { parse, validate } from '@readme/openapi-parser';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/support/http.ts';
import { describeApi } from './openapi.ts';
import { apiPrefix, routes } from './routes.ts';
import { shapes } from './shapes.ts';

let test: TestApp;
// biome-ignore lint/suspicious/noExplicitAny: a document read as whoever reads JSON would
let document: any;
beforeAll(async () => {
  test = await startTestApp();
  document = (await test.app.inject({ url: '/api/openapi.json' })).json();
});
afterAll(() => test.close());

const operationOf = (method: string, path: string) =>
  document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];

describe('the description of the API', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(document.openapi).toBe('3.1.0');
    const result = await validate(structuredClone(document));
    expect(result).toMatchObject({ valid: true, warnings: [] });
    await parse(structuredClone(document));
  });

  it('leaves out no route that the server has', () => {
    const served = routesOf(test.app);
    expect(served.length).toBeGreaterThan(routes.length);
    const missing = served.filter(({ method, url }) => !operationOf(method, url));
    expect(missing).toEqual([{ method: 'GET', url: '*' }]);
    expect(served).toContainEqual({ method: 'GET', url: '/live' });
  });

  it('names every operation once', () => {
    const operations = Object.values(document.paths).flatMap((path) =>
      Object.values(path as object),
    );
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(routes.map((route) => [route.action, route] as const))(
    'says of %s who may ask, what is answered, and how it may fail',
    (action, route) => {
      const operation = operationOf(route.method, `${apiPrefix}${route.path}`);
      const shape = shapes[action];
      expect(operation).toMatchObject({ operationId: action, summary: route.summary });
      expect(operation['x-required-role']).toBe(route.audience);
      expect(operation.security.length > 0).toBe(route.audience !== 'anyone');
      const success = 'status' in shape ? shape.status : 200;
      expect(operation.responses).toHaveProperty(String(success));
      if (route.audience !== 'anyone') expect(operation.responses).toHaveProperty('403');
      for (const [status, response] of Object.entries(operation.responses)) {
        if (Number(status) < 400) continue;
        const { $ref } = response as { $ref: string };
        const { content } = document.components.responses[$ref.split('/').at(-1)!];
        expect(content).toHaveProperty('application/problem+json');
      }
      if ('body' in shape || 'upload' in shape) expect(operation).toHaveProperty('requestBody');
    },
  );

  it('can be had without a server, and says the same of the API', async () => {
    const alone = await describeApi('0.0.0-test');
    for (const [path, item] of Object.entries(alone.paths))
      expect(document.paths[path]).toEqual(JSON.parse(JSON.stringify(item)));
  });
});

/** What the router really holds, from its own listing. */
function routesOf(app: FastifyInstance): { method: string; url: string }[] {
  const lines = app.printRoutes({ commonPrefix: false }).split('\n');
  const path: string[] = [];
  return lines.flatMap((line) => {
    const found = /^([│ ]*)[└├]── (\S+?)(?: \((.+)\))?$/.exec(line);
    if (!found) return [];
    const [, indent, piece, methods] = found as unknown as [string, string, string, string?];
    path.length = indent.length / 4;
    path.push(piece);
    const url = path.join('');
    const each = (methods ?? '').split(', ').filter((method) => method && method !== 'HEAD');
    return each.map((method) => ({ method: method as RouteOptions['method'] as string, url }));
  });
}
