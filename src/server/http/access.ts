import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../../contract/index.ts';
import { authenticate, authenticateDeployer, type Caller } from '../actions/authenticate.ts';
import type { Audience, Route } from './routes.ts';
import type { HttpConfig, Services } from './services.ts';
import { sessionCookie } from './session.ts';
import type { ActionName } from './shapes.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null on routes that are open to anybody. */
    caller: Caller | null;
  }
}

/**
 * What delivery asks of a server. The deploy key opens these and nothing else; a scratch tenant, which
 * is made by them, may not call them.
 */
const ofDelivery: ReadonlySet<ActionName> = new Set([
  'createScratchTenant',
  'removeScratchTenant',
  'checkAccuracy',
  'listDeploys',
  'recordDeploy',
]);

const rank: Readonly<Record<Audience, number>> = { anyone: 0, viewer: 1, planner: 2, admin: 3 };

/** Holds the route table's second column: nobody reaches an action that is not theirs. */
export function guardRoutes(app: FastifyInstance, services: Services): void {
  app.decorateRequest('caller', null);
  // After the rate limit, which must hold for strangers too; before any body is read.
  app.addHook('preParsing', async (request) => {
    const { row } = request.routeOptions.config;
    if (!row) return;
    refuseOtherSites(request, { row, config: services.config });
    if (row.audience === 'anyone') return;
    const caller = await callerOf(request, { row, services });
    if (!caller) throw new Refusal('not_signed_in');
    if (rank[caller.role] < rank[row.audience])
      throw new Refusal('not_allowed', { role: caller.role, wanted: row.audience });
    if (caller.tenant.scratchExpiresAt && ofDelivery.has(row.action))
      throw new Refusal('not_allowed', { role: 'scratch tenant', wanted: 'a company' });
    request.caller = caller;
  });
}

async function callerOf(
  request: FastifyRequest,
  { row, services }: { row: Route; services: Services },
): Promise<Caller | null> {
  const credentials = credentialsOf(request);
  if (ofDelivery.has(row.action) && credentials.bearer) {
    const { deployKey } = services.config;
    const deployer = await authenticateDeployer(services, { ...credentials, deployKey });
    if (deployer) return deployer;
  }
  return authenticate(services, credentials);
}

/** A key that was sent on purpose goes before a cookie that the browser adds by itself. */
function credentialsOf(request: FastifyRequest) {
  const bearer = bearerOf(request);
  return bearer ? { bearer } : { sessionToken: request.cookies[sessionCookie] };
}

function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

/**
 * A browser sends the cookie along with whatever another site makes it send. It also says who made
 * it: a change asked for with the cookie must come from our own page. Without a cookie there is
 * nothing to steal, but signing in as somebody else is refused where the browser tells.
 */
function refuseOtherSites(
  request: FastifyRequest,
  { row, config }: { row: Route; config: HttpConfig },
): void {
  if (!row.writes || bearerOf(request)) return;
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  const withCookie = request.cookies[sessionCookie] !== undefined;
  if (site === undefined && origin === undefined && !withCookie) return;
  const same = site === undefined ? isOurs(origin, request, config) : site === 'same-origin';
  if (!same) throw new Refusal('wrong_origin', { origin: origin ?? site ?? 'not said' });
}

function isOurs(origin: string | undefined, request: FastifyRequest, config: HttpConfig): boolean {
  const host = URL.parse(origin ?? '')?.host;
  if (!host) return false;
  return host === request.host || host === URL.parse(config.publicUrl ?? '')?.host;
}
