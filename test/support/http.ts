import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { sql } from 'kysely';
import { pino } from 'pino';
import { createApiKey } from '../../src/server/actions/api-keys.ts';
import type { ActionContext, Job, JobQueue } from '../../src/server/actions/context.ts';
import { createUser } from '../../src/server/actions/users.ts';
import { buildApp } from '../../src/server/http/app.ts';
import { openOwnQueue } from '../../src/server/jobs/own-queue.ts';
import { startJobs } from '../../src/server/jobs/queue.ts';
import { openSeriesThreads } from '../../src/server/jobs/series-threads.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { fixedClock } from './jobs.ts';

export const testToday = '2024-07-01';
export const testPassword = 'correct horse battery';
export const testDeployKey = 'a key that only this test run knows'.replaceAll(' ', '-');
export type TestRole = 'viewer' | 'planner' | 'admin';

/** The server without its listening, on a database of its own, with one person of every role. */
export interface TestApp extends TestDatabase {
  readonly app: FastifyInstance;
  readonly context: ActionContext;
  /** The same for the other company. */
  readonly otherContext: ActionContext;
  /** API keys of the first company, one per role, and of the other company's administrator. */
  readonly keys: Readonly<Record<TestRole | 'other', string>>;
  /** What was left for the queue. */
  readonly jobs: Job[];
  /** Lines of the log, as objects. */
  readonly logged: Record<string, unknown>[];
  readonly stop: AbortController;
  ask(options: InjectOptions & { as?: TestRole | 'other' }): Promise<LightMyRequestResponse>;
}

export interface TestAppOptions {
  readonly webFolder?: string;
  readonly maxUploadBytes?: number;
  readonly publicUrl?: string;
  /** Jobs are done by a real queue; otherwise they are kept. */
  readonly work?: true;
}

export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const test = await testDatabase();
  const uploadFolder = mkdtempSync(join(tmpdir(), 'parstock-http-'));
  const clock = fixedClock(testToday);
  const jobs: Job[] = [];
  const logged: Record<string, unknown>[] = [];
  const stop = new AbortController();
  const keep: JobQueue = { enqueue: async (job) => void jobs.push(job) };
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const forJobs = { ...test, clock, uploadFolder, workers: 2, log: silent };
  const running = options.work ? await startJobs(forJobs) : null;
  const queue = running?.queue ?? keep;
  const threads = running?.threads ?? openSeriesThreads(2);
  const shared = { database: test.database, jobs: queue, clock, uploadFolder };
  const app = buildApp({
    ...shared,
    config: configOf(options),
    ownJobs: running?.own ?? openOwnQueue({ ...forJobs, threads, signal: stop.signal }),
    scoreSeries: (task, signal) => threads.run('accuracy-worker', task, signal),
    log: pino({ level: 'debug' }, { write: (line) => logged.push(JSON.parse(line)) }),
    status: testStatus,
    setUp: { insertDemoData: async () => {}, extras: { testUser: null, folder: null } },
    webFolder: options.webFolder ?? null,
    stopping: stop.signal,
  });
  await app.ready();
  const context = { ...shared, userId: null, tenantId: test.tenantId, actor: 'test' };
  const otherContext = { ...context, tenantId: test.otherTenantId };
  const keys = await makeKeys(context, otherContext);
  const ask: TestApp['ask'] = ({ as, ...request }) => {
    const headers = { ...(as && { authorization: `Bearer ${keys[as]}` }), ...request.headers };
    return app.inject({ ...request, headers });
  };
  const close = async () => {
    await app.close();
    await (running?.stop() ?? threads.close());
    await test.close();
    rmSync(uploadFolder, { recursive: true, force: true });
  };
  return { ...test, app, context, otherContext, keys, jobs, logged, stop, ask, close };
}

function configOf({ maxUploadBytes = 1_000_000, publicUrl }: TestAppOptions) {
  const secureCookies = publicUrl?.startsWith('https:') ?? false;
  const ofDelivery = { deployKey: testDeployKey, image: null, workers: 2 };
  return {
    maxUploadBytes,
    publicUrl: publicUrl ?? null,
    secureCookies,
    sessionDays: 14,
    ...ofDelivery,
  };
}

async function makeKeys(context: ActionContext, otherContext: ActionContext) {
  const make = async (role: TestRole, of: ActionContext) =>
    (await createApiKey(of, { name: `a ${role}`, role })).secret;
  await createUser(context, {
    email: 'planner@one.example',
    password: testPassword,
    role: 'planner',
  });
  await createUser(context, { email: 'admin@one.example', password: testPassword, role: 'admin' });
  return {
    viewer: await make('viewer', context),
    planner: await make('planner', context),
    admin: await make('admin', context),
    other: await make('admin', otherContext),
  };
}

function testStatus() {
  return {
    version: '0.0.0-test',
    role: 'serve',
    database: 'external',
    schema: { database: '0001', program: '0001', minReader: '0.1.0' },
    startedAt: `${testToday}T12:00:00.000Z`,
    steps: [],
    setup: {
      state: 'completed' as const,
      step: null,
      programVersion: '0.0.0-test',
      startedAt: null,
      finishedAt: null,
      error: null,
    },
    queue: { waiting: 0, active: 0, failed: 0 },
    backup: { state: 'off' as const, lastAt: null, lastBytes: null, nextAt: null, reason: null },
    machineLearning: {
      state: 'absent' as const,
      reason: 'not wanted here',
      code: null,
      phase: null,
      bytes: null,
      failures: 0,
      nextTryAt: null,
      runtimeVersion: null,
      models: [],
    },
  };
}

/** Writes rows of the other company past the API, for what tests must not see. */
export async function insertProduct(context: ActionContext, sku: string): Promise<void> {
  await context.database.withTenant(context.tenantId, async (tx) => {
    await sql`insert into products (tenant_id, sku, name) values
      (${context.tenantId}, ${sku}, ${`Product ${sku}`})`.execute(tx);
  });
}
