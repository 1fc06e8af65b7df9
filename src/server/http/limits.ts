import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import { Refusal } from '../../contract/index.ts';
import type { ActionName } from './shapes.ts';

const MINUTE_MS = 60_000;
/** For all else: far above what people and their programs do, below what a flood does. */
const REQUESTS_PER_MINUTE = 60_000;
/** Where a password or a token is tried. */
const TRIES_PER_MINUTE = 20;
const TRIES_PER_ACCOUNT = 10;
const guarded: readonly ActionName[] = ['signIn', 'completeSetup'];

/** Limits what one network address may ask, and how often passwords and tokens may be tried. */
export function limitRequests(app: FastifyInstance): void {
  // Before the library's own hook, which reads what this one writes.
  app.addHook('onRoute', (route) => {
    const action = route.config?.row?.action;
    if (!action || !guarded.includes(action)) return;
    route.config = { ...route.config, rateLimit: { max: TRIES_PER_MINUTE, groupId: 'tries' } };
    if (action === 'signIn') route.preHandler = limitAccounts(app);
  });
  app.register(rateLimit, {
    max: REQUESTS_PER_MINUTE,
    timeWindow: MINUTE_MS,
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false },
    addHeadersOnExceeding: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false },
    errorResponseBuilder: (_request, { ttl }) => tooMany(ttl),
  });
}

/** A password is also tried from many addresses at once: its account has a limit of its own. */
function limitAccounts(app: FastifyInstance): preHandlerAsyncHookHandler {
  const check = app.createRateLimit({
    max: TRIES_PER_ACCOUNT,
    timeWindow: MINUTE_MS,
    keyGenerator: emailOf,
  });
  return async (request, reply) => {
    const limit = await check(request);
    if (limit.isAllowed || !limit.isExceeded) return;
    reply.header('retry-after', limit.ttlInSeconds);
    throw tooMany(limit.ttl);
  };
}

function emailOf(request: FastifyRequest): string {
  const { email } = (request.body ?? {}) as { email?: unknown };
  return typeof email === 'string' ? email.trim().toLowerCase() : '';
}

function tooMany(milliseconds: number): Refusal {
  return new Refusal('too_many_requests', { retryAfterSeconds: Math.ceil(milliseconds / 1000) });
}
