import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../../contract/index.ts';
import { completeSetup as setUp } from '../actions/set-up.ts';
import { signIn as openSession, type SignedIn } from '../actions/sign-in.ts';
import { signOut as endSession } from '../actions/sign-out.ts';
import type { Exchange, Services } from './services.ts';
import type { Answer, Input } from './shapes.ts';

export const sessionCookie = 'parstock_session';

export async function signIn(
  services: Services,
  input: Input<'signIn'>,
  { request, reply }: Exchange,
): Promise<Session> {
  const { sessionDays } = services.config;
  const opened = await openSession(services, { ...input, sessionDays });
  setSessionCookie(opened, { request, reply, services });
  return opened.session;
}

/** Sets up and signs the new administrator in: whoever has just chosen a password need not type it. */
export async function completeSetup(
  services: Services,
  input: Input<'completeSetup'>,
  { request, reply }: Exchange,
): Promise<Answer<'completeSetup'>> {
  const status = await setUp(services, input);
  const { email, password } = input;
  const { sessionDays } = services.config;
  const opened = await openSession(services, { email, password, sessionDays });
  setSessionCookie(opened, { request, reply, services });
  return status;
}

export async function signOut(
  _context: unknown,
  _input: unknown,
  { request, reply, services }: Exchange,
): Promise<void> {
  const sessionToken = request.cookies[sessionCookie];
  if (sessionToken) await endSession(services, { sessionToken });
  reply.clearCookie(sessionCookie, cookieOptions(request, services));
}

export async function readSession(
  _context: unknown,
  _input: unknown,
  { request }: Exchange,
): Promise<Session> {
  const { userId, email, role, tenant } = request.caller!;
  return { user: { id: userId, email, role }, tenant };
}

/** Hands the browser its token: no script can read it, no other site can use it. */
function setSessionCookie(
  opened: Pick<SignedIn, 'token' | 'expiresAt'>,
  {
    request,
    reply,
    services,
  }: { request: FastifyRequest; reply: FastifyReply; services: Services },
): void {
  const options = { ...cookieOptions(request, services), expires: opened.expiresAt };
  reply.setCookie(sessionCookie, opened.token, options);
}

function cookieOptions(request: FastifyRequest, { config }: Services) {
  const secure = config.secureCookies || request.protocol === 'https';
  return { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
}
