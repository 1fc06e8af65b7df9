import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { registerRoutes } from './register-routes.ts';
import { apiPrefix, type Route, routes } from './routes.ts';
import { isFile, type Shape, shapes } from './shapes.ts';

// The document is plain JSON; its full type is of no help where it is only pruned and completed.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Json = any;

const about = `Sales in, forecasts out, orders proposed. Errors are problem+json with a code from one catalogue.
Sign in for a session cookie, or send an API key as a bearer token.`;

/** Adds the OpenAPI document of whatever is registered afterwards. */
export function registerOpenApi(app: FastifyInstance, version: string): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Parstock', version, description: about },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'parstock_session' },
          apiKey: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    transform: createJsonSchemaTransform({ skipList: [] }),
    transformObject: (document) => complete(jsonSchemaTransformObject(document) as Json),
    convertConstToEnum: false,
  });
}

/** The OpenAPI document alone: no database, no listening. */
export async function describeApi(version: string): Promise<Json> {
  const app = Fastify();
  registerOpenApi(app, version);
  app.register(async (scope) => registerRoutes(scope, () => async () => undefined));
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}

/** What the library cannot know: who may call, what an upload is, which files are answered. */
function complete(document: Json): Json {
  const problem = {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  };
  document.components.responses = Object.fromEntries(
    Object.values(failures).map(({ name, description }) => [
      name,
      { description, content: problem },
    ]),
  );
  for (const route of routes) {
    const path = `${apiPrefix}${route.path.replace(/:(\w+)/g, '{$1}')}`;
    const operation = document.paths[path]?.[route.method.toLowerCase()];
    if (operation) describe(operation, route);
  }
  return withoutUnused(document);
}

function describe(operation: Json, route: Route): void {
  const shape: Shape = shapes[route.action];
  for (const status of failuresOf(route, shape)) {
    operation.responses[status] = { $ref: `#/components/responses/${failures[status].name}` };
  }
  const success = operation.responses[shape.status ?? 200];
  if (success) success.description = route.summary;
  operation['x-required-role'] = route.audience;
  operation.security = route.audience === 'anyone' ? [] : [{ session: [] }, { apiKey: [] }];
  if (shape.upload) {
    const binary = { schema: { type: 'string', format: 'binary' } };
    operation.requestBody = {
      required: true,
      description: 'The file itself, not a form',
      content: {
        'text/csv': binary,
        'application/gzip': binary,
        'application/octet-stream': binary,
      },
    };
  }
  if (isFile(shape.answer)) {
    const { description, mediaType } = shape.answer;
    operation.responses['200'] = {
      description,
      content: { [mediaType]: { schema: { type: 'string' } } },
    };
  }
}

const failures = {
  400: { name: 'InvalidRequest', description: 'The request does not have the expected shape' },
  401: { name: 'NotSignedIn', description: 'Not signed in' },
  403: { name: 'NotAllowed', description: 'The role does not allow it, or another site asked' },
  404: { name: 'NotFound', description: 'Not there, or of another company' },
  409: { name: 'Conflict', description: 'Not possible in the present state' },
  413: { name: 'TooLarge', description: 'The body is larger than this server accepts' },
  415: { name: 'UnsupportedType', description: 'The body is of a type that is not read here' },
  422: { name: 'Unreadable', description: 'The file cannot be read' },
  429: { name: 'TooManyRequests', description: 'Too many requests; see Retry-After' },
  500: { name: 'Internal', description: 'A fault of ours; give the request id when you report it' },
  503: { name: 'NotReady', description: 'Not set up, shutting down, or without its database' },
} as const;

/** Failures that a caller of this route must be ready for. */
function failuresOf(route: Route, shape: Shape): readonly (keyof typeof failures)[] {
  const signedIn = route.audience !== 'anyone';
  const takesBody = Boolean(shape.upload ?? shape.body);
  return [
    400,
    ...(signedIn || route.action === 'signIn' ? ([401] as const) : []),
    ...(signedIn || route.writes ? ([403] as const) : []),
    ...(shape.params ? ([404] as const) : []),
    ...(route.writes ? ([409] as const) : []),
    ...(takesBody ? ([413, 415] as const) : []),
    ...(shape.upload ? ([422] as const) : []),
    429,
    500,
    503,
  ];
}

/** Every named schema is written twice (as asked, as answered); keep what is referred to. */
function withoutUnused(document: Json): Json {
  const all: Record<string, Json> = document.components.schemas;
  const used = new Set<string>();
  const visit = (node: Json): void => {
    for (const [, name] of JSON.stringify(node).matchAll(/#\/components\/schemas\/([\w-]+)/g)) {
      if (!name || used.has(name)) continue;
      used.add(name);
      visit(all[name]);
    }
  };
  visit([document.paths, document.components.responses]);
  const names = [...used].sort();
  document.components.schemas = Object.fromEntries(names.map((name) => [name, all[name]]));
  return document;
}
