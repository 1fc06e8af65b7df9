import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { checkDatabase } from '../actions/check-readiness.ts';
import type { Database } from '../store/database.ts';
import { registerOperations, type StatusInfo } from './operations.ts';
import { answerMalformed, answerWithProblems, sendProblem } from './problems.ts';

export interface OperationsParts {
  readonly database: Database;
  readonly log: FastifyBaseLogger;
  readonly status: () => StatusInfo;
  /** Aborted when the program begins to stop. */
  readonly stopping: AbortSignal;
}

/** A worker as the network sees it: how it is, and nothing else. */
export function buildOperationsApp(parts: OperationsParts): FastifyInstance {
  const { database, log, status, stopping } = parts;
  const app: FastifyInstance = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: sendProblem,
    clientErrorHandler: answerMalformed,
  });
  answerWithProblems(app);
  // Whether there is a company yet is none of its business: without one there are no jobs.
  const ready = () => checkDatabase({ database });
  app.register(async (scope) => registerOperations(scope, { app, stopping, ready, status }));
  return app;
}
