import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isResponseSerializationError } from 'fastify-type-provider-zod';
import { type ErrorCode, problem, Refusal, type RefusalDetails } from '../../contract/index.ts';

/** Every "no" of this server leaves through here, in one shape. */
export function answerWithProblems(app: FastifyInstance): void {
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(new Refusal('not_found', { path: pathOf(request) }), request, reply),
  );
}

/** Answers an error, whatever it is, with the problem that it means to the caller. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const { code, details } = meaningOf(error, request);
  const document = problem(code, details, request.id);
  if (document.status >= 500) {
    const where = { method: request.method, path: pathOf(request) };
    // A refusal was foreseen: a probe that comes before set-up is no failure.
    const level = error instanceof Refusal ? 'info' : 'error';
    request.log[level]({ err: error, issues: issuesOf(error), ...where }, 'request failed');
  }
  return reply
    .code(document.status)
    .header('content-type', 'application/problem+json')
    .serializer(JSON.stringify)
    .send(document);
}

interface Meaning {
  readonly code: ErrorCode;
  readonly details: RefusalDetails;
}

/** What an error means to whoever asked; what only we may know stays in the log. */
function meaningOf(error: unknown, request: FastifyRequest): Meaning {
  if (error instanceof Refusal) return { code: error.code, details: error.details };
  const { code, statusCode } = error as Partial<FastifyError>;
  const known = byFrameworkCode[code ?? ''];
  if (known) return known;
  if (isUnreachable(error as Error)) return { code: 'database_unreachable', details: {} };
  const wanted = unreadable[code ?? ''];
  if (wanted) return describeUnreadable(wanted, request);
  if (statusCode && statusCode >= 400 && statusCode < 500) return invalid('request', code ?? '');
  return { code: 'internal', details: {} };
}

function invalid(where: string, wanted: string): Meaning {
  const issue = { in: where, path: '', found: 'something else', wanted };
  return { code: 'invalid_request', details: { issues: [issue] } };
}

const byFrameworkCode: Readonly<Record<string, Meaning>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'body_too_large', details: {} },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported_media_type', details: {} },
  FST_ERR_CTP_INVALID_JSON_BODY: invalid('body', 'JSON text'),
  FST_ERR_BAD_URL: invalid('path', 'a well-formed address'),
};

/** Errno and SQLSTATE of a database that is away, starting, stopping or full. */
const unreachable = new Set(
  'ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT 08000 08001 08003 08006 53300 57P01 57P02 57P03'.split(
    ' ',
  ),
);

function isUnreachable({ code, syscall }: NodeJS.ErrnoException): boolean {
  // The socket of a database that does not run is a file that does not exist.
  if (code === 'ENOENT') return syscall === 'connect';
  return code !== undefined && unreachable.has(code);
}

/** SQLSTATE of values that pass the checks before and that PostgreSQL still cannot take. */
const unreadable: Readonly<Record<string, string>> = {
  '22003': 'numbers of at most 14 digits before the decimal point',
  '22007': 'a calendar day that exists',
  '22008': 'a calendar day that exists',
  '22021': 'text without control characters',
  '22P02': 'values of the documented type',
  '22P05': 'text without control characters',
};

/** A cursor of somebody's own making is the one way to such values besides the values themselves. */
function describeUnreadable(wanted: string, request: FastifyRequest): Meaning {
  const { cursor } = (request.query ?? {}) as { cursor?: string };
  return cursor === undefined ? invalid('request', wanted) : { code: 'bad_cursor', details: {} };
}

/** Which fields of an answer broke the contract. */
function issuesOf(error: unknown): unknown {
  const isOne = error instanceof Error && isResponseSerializationError(error);
  return isOne ? error.cause.issues : undefined;
}

/** Without the query, where a token may stand. */
function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] as string;
}

/** What is not HTTP at all never becomes a request; its sender still gets the one shape. */
export function answerMalformed(error: Error, socket: Socket): void {
  if ((error as NodeJS.ErrnoException).code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { code, details } = invalid('request', 'HTTP/1.1');
  const body = JSON.stringify(problem(code, details));
  const head = [
    'HTTP/1.1 400 Bad Request',
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
