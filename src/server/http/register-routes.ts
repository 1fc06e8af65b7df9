import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { z } from 'zod';
import { apiPrefix, type Route, resourceOf, routes } from './routes.ts';
import { type ActionName, isFile, type Shape, shapes } from './shapes.ts';
import { compileValidator, serialize } from './validation.ts';

/** Answers one route; `input` is path, query and body in one object. */
export type RouteHandler = (exchange: {
  readonly input: unknown;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}) => Promise<unknown>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Row of the route table; absent on what is served beside the API. */
    row?: Route;
  }
}

/** Turns the route table into routes of the server. */
export function registerRoutes(
  app: FastifyInstance,
  handlerOf: (action: ActionName) => RouteHandler,
  rows: readonly Route[] = routes,
): void {
  app.setValidatorCompiler(compileValidator);
  app.setSerializerCompiler(serialize);
  for (const row of rows) {
    const handle = handlerOf(row.action);
    const shape: Shape = shapes[row.action];
    app.route({
      method: row.method,
      url: `${apiPrefix}${row.path}`,
      config: { row },
      // HEAD would start a stream that nobody reads.
      exposeHeadRoute: false,
      // The body is a stream there, which a schema cannot look into.
      schema: schemaOf(row, shape),
      handler: async (request, reply) => {
        const input = { ...asObject(request.params), ...asObject(request.query) };
        if (!shape.upload) Object.assign(input, asObject(request.body));
        reply.code(shape.status ?? 200);
        const answer = await handle({ input, request, reply });
        // Fastify would take a null for a body that is not there.
        if (answer === null) return reply.type('application/json; charset=utf-8').send('null');
        return shape.status === 204 ? reply.send() : answer;
      },
    });
  }
}

function asObject(part: unknown): object {
  return typeof part === 'object' && part !== null ? part : {};
}

function schemaOf(row: Route, shape: Shape): FastifySchema {
  return {
    operationId: row.action,
    summary: row.summary,
    tags: [resourceOf(row)],
    // A misspelt name must not silently mean "all of them" or "as proposed".
    querystring: (shape.query ?? z.object({})).strict(),
    ...(shape.params && { params: shape.params }),
    ...(shape.body && { body: shape.body.strict() }),
    // A file or a stream has nothing that a schema could write; openapi.ts describes it.
    ...(!isFile(shape.answer) && { response: { [shape.status ?? 200]: shape.answer } }),
  } as FastifySchema;
}
