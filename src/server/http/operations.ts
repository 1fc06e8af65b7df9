import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { z } from 'zod';
import { machineLearningSchema, Refusal, statusSchema } from '../../contract/index.ts';
import { compileValidator, serialize } from './validation.ts';

export type StatusInfo = z.infer<typeof statusSchema>;

const saying = (word: string) => z.object({ status: z.literal(word) });
const tags = ['operations'];

export interface OperationsOptions {
  readonly app: FastifyInstance;
  readonly status: () => StatusInfo;
  readonly stopping: AbortSignal;
  /** Refuses while there is something in the way of serving. */
  readonly ready: () => Promise<void>;
}

/** What those ask who run the server: a proxy, a container engine, a monitor. Open to anybody. */
export function registerOperations(
  scope: FastifyInstance,
  { app, status, stopping, ready: checkReady }: OperationsOptions,
): void {
  scope.setValidatorCompiler(compileValidator);
  scope.setSerializerCompiler(serialize);
  const options = (operationId: string, summary: string, answer: z.ZodType) => ({
    logLevel: 'warn' as const,
    schema: { operationId, summary, tags, response: { 200: answer } },
  });
  scope.get('/live', options('live', 'Whether the process answers', saying('live')), async () => ({
    status: 'live',
  }));
  const ready =
    'Whether requests can be served: database there and acceptable, set-up complete, not stopping';
  scope.get('/ready', options('ready', ready, saying('ready')), async () => {
    if (stopping.aborted) throw new Refusal('shutting_down');
    await checkReady();
    return { status: 'ready' };
  });
  const about = 'Version, start-up steps, set-up, machine learning, queue';
  scope.get('/status', options('status', about, statusSchema), async () => status());
  const metrics = collectMetrics(app, status);
  const text = options('metrics', 'Measurements for Prometheus', z.string());
  scope.get('/metrics', text, async (_request, reply) => {
    reply.header('content-type', metrics.contentType).serializer(String);
    return metrics.metrics();
  });
}

/** Counts every answer by route and status, and reads memory, event loop and queue when asked. */
function collectMetrics(app: FastifyInstance, status: () => StatusInfo): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  measureStatus(registry, status);
  countAnswers(app, registry);
  return registry;
}

function countAnswers(app: FastifyInstance, registry: Registry): void {
  const registers = [registry];
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from request to answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const failures = new Counter({
    name: 'http_request_failures_total',
    help: 'Answers with a status of 500 or above',
    labelNames: ['route'],
    registers,
  });
  app.addHook('onResponse', async (request, reply) => {
    // The pattern, not the address: labels must stay few.
    const route = request.routeOptions.url ?? 'none';
    const labels = { method: request.method, route, status: String(reply.statusCode) };
    duration.observe(labels, reply.elapsedTime / 1000);
    if (reply.statusCode >= 500) failures.inc({ route });
  });
}

/** What is read of the status when somebody asks. */
function measureStatus(registry: Registry, status: () => StatusInfo): void {
  const registers = [registry];
  new Gauge({
    name: 'parstock_jobs',
    help: 'Jobs by state',
    labelNames: ['state'],
    registers,
    collect() {
      const { queue } = status();
      if (!queue) return;
      this.set({ state: 'waiting' }, queue.waiting);
      this.set({ state: 'active' }, queue.active);
    },
  });
  new Gauge({
    // A counter of its process; the library has counters that count, not that are read.
    name: 'parstock_jobs_failed_total',
    help: 'Attempts at jobs that failed in this process',
    registers,
    collect() {
      this.set(status().queue?.failed ?? 0);
    },
  });
  new Gauge({
    name: 'parstock_machine_learning',
    help: 'State of runtime and models: 1 for the present one, 0 for the others',
    labelNames: ['state'],
    registers,
    collect() {
      const { state } = status().machineLearning;
      for (const one of machineLearningSchema.shape.state.options)
        this.set({ state: one }, one === state ? 1 : 0);
    },
  });
  new Gauge({
    name: 'parstock_backup_age_seconds',
    help: 'Age of the newest backup that was found good; infinite where there is none',
    registers,
    collect() {
      const { lastAt } = status().backup;
      // Zero, which a gauge begins with, would be the best of news.
      const age = lastAt === null ? Infinity : (Date.now() - Date.parse(lastAt)) / 1000;
      this.set(age);
    },
  });
}
