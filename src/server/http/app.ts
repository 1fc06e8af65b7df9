import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { checkReadiness } from '../actions/check-readiness.ts';
import type { Clock, JobQueue } from '../actions/context.ts';
import type { OwnQueue } from '../actions/scratch-tenants.ts';
import type { SetupContext } from '../actions/set-up.ts';
import type { Database } from '../store/database.ts';
import { guardRoutes } from './access.ts';
import { closeConnectionsWhen } from './draining.ts';
import { handlers } from './handlers.ts';
import { limitRequests } from './limits.ts';
import { registerOpenApi } from './openapi.ts';
import { registerOperations, type StatusInfo } from './operations.ts';
import { registerPage } from './page.ts';
import { answerMalformed, answerWithProblems, sendProblem } from './problems.ts';
import { type RouteHandler, registerRoutes } from './register-routes.ts';
import { routes } from './routes.ts';
import { contextOf, type HttpConfig, type Services } from './services.ts';
import { type ActionName, type Shape, shapes } from './shapes.ts';
import { acceptFiles } from './uploads.ts';

export interface AppParts {
  readonly config: HttpConfig;
  readonly database: Database;
  readonly jobs: JobQueue;
  /** Work of scratch tenants, which this very server does. */
  readonly ownJobs: OwnQueue;
  readonly scoreSeries: Services['scoreSeries'];
  readonly clock: Clock;
  /** Where uploaded files wait for their commit. */
  readonly uploadFolder: string;
  readonly log: FastifyBaseLogger;
  readonly status: () => StatusInfo;
  /** What the set-up link makes beside company and administrator. */
  readonly setUp: Pick<SetupContext, 'insertDemoData' | 'extras'>;
  /** The built page; without one only the API is served. */
  readonly webFolder: string | null;
  /** Aborted when the server begins to stop: /ready turns red, open streams end. */
  readonly stopping?: AbortSignal;
}

/** The server as the network sees it; the caller listens and closes. */
export function buildApp(parts: AppParts): FastifyInstance {
  const { config, database, jobs, clock, uploadFolder } = parts;
  const closing = new AbortController();
  const signals = [closing.signal, ...(parts.stopping ? [parts.stopping] : [])];
  const stopping = AbortSignal.any(signals);
  const programVersion = parts.status().version;
  const setUp = { programVersion, log: parts.log, ...parts.setUp };
  const { ownJobs, scoreSeries } = parts;
  const { startedAt } = parts.status();
  const own = { ownJobs, scoreSeries, startedAt, stopping };
  const services: Services = { config, database, jobs, clock, uploadFolder, ...own, ...setUp };
  const app: FastifyInstance = Fastify({
    loggerInstance: parts.log,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: sendProblem,
    clientErrorHandler: answerMalformed,
    // A connection on which nothing moves; open streams give a sign of life more often.
    connectionTimeout: 120_000,
    // What comes on an open connection while the last requests end is answered like them.
    return503OnClosing: false,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 1_000 },
    // Only where a proxy is known to stand in front may a header say who asks.
    trustProxy: config.publicUrl ? ['loopback', 'linklocal', 'uniquelocal'] : false,
  });
  app.addHook('onResponse', async (request, reply) => {
    const { url: route = 'none' } = request.routeOptions;
    const ms = Math.round(reply.elapsedTime);
    request.log.info({ method: request.method, route, status: reply.statusCode, ms }, 'answered');
  });
  app.addHook('preClose', async () => closing.abort());
  closeConnectionsWhen(app, stopping);
  secure(app, config);
  answerWithProblems(app);
  limitRequests(app);
  registerOpenApi(app, programVersion);
  guardRoutes(app, services);
  app.register(async (scope) => registerApi(scope, services));
  const ready = () => checkReadiness(services);
  const { status } = parts;
  app.register(async (scope) => registerOperations(scope, { app, status, stopping, ready }));
  app.register(async (scope) => registerPage(scope, parts.webFolder));
  return app;
}

function secure(app: FastifyInstance, config: HttpConfig): void {
  const self = ["'self'"];
  app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: self,
        scriptSrc: self,
        // React and the charts set styles by script, property by property, which needs no exception.
        styleSrc: self,
        imgSrc: self,
        fontSrc: self,
        connectSrc: self,
        workerSrc: self,
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: self,
        frameAncestors: ["'none'"],
      },
    },
    hsts: config.publicUrl?.startsWith('https:') ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'same-origin' },
  });
  app.register(cookie);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
  });
}

/** The route table, its description, and files where files are taken. */
function registerApi(app: FastifyInstance, services: Services): void {
  const isUpload = (action: ActionName) => Boolean((shapes[action] as Shape).upload);
  const handlerOf = (action: ActionName) => bind(action, services);
  acceptEmptyJson(app);
  registerRoutes(
    app,
    handlerOf,
    routes.filter(({ action }) => !isUpload(action)),
  );
  app.register(async (files) => {
    acceptFiles(files, services.config.maxUploadBytes);
    registerRoutes(
      files,
      handlerOf,
      routes.filter(({ action }) => isUpload(action)),
    );
  });
  const schema = { operationId: 'describeApi', summary: 'This description', tags: ['operations'] };
  app.get('/api/openapi.json', { schema }, async () => app.swagger());
}

/** Many clients name JSON as the type of a body that is not there. */
function acceptEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parse(request, body as string, done);
  });
}

function bind(action: ActionName, services: Services): RouteHandler {
  // Each is held against its own shape in handlers.ts; here they are all alike.
  const handle = handlers[action] as (...given: unknown[]) => Promise<unknown>;
  return ({ input, request, reply }) => {
    const context = request.caller ? contextOf(services, request.caller) : services;
    return handle(context, input, { request, reply, services });
  };
}
