import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../actions/authenticate.ts';
import type { ScoreSeries } from '../actions/check-accuracy.ts';
import type { ActionContext, JobQueue } from '../actions/context.ts';
import type { OwnQueue } from '../actions/scratch-tenants.ts';
import type { SetupContext } from '../actions/set-up.ts';
import type { Config } from '../config.ts';

/** What the HTTP room needs to know of the configuration. */
export type HttpConfig = Pick<
  Config,
  | 'deployKey'
  | 'image'
  | 'maxUploadBytes'
  | 'publicUrl'
  | 'secureCookies'
  | 'sessionDays'
  | 'workers'
>;

/** What handlers are given to work with, whoever asks. */
export interface Services extends SetupContext {
  readonly config: HttpConfig;
  readonly jobs: JobQueue;
  /** Work of scratch tenants, which this very server does. */
  readonly ownJobs: OwnQueue;
  readonly scoreSeries: ScoreSeries;
  /** When the process started, and what it is. */
  readonly startedAt: string;
  readonly uploadFolder: string;
  /** Set when the server is about to stop: open streams end. */
  readonly stopping: AbortSignal;
}

/** One request and its answer, for the few handlers that need more than their input. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly services: Services;
}

/** What an action is handed on behalf of a caller. */
export function contextOf(services: Services, caller: Caller): ActionContext {
  const { database, clock, ownJobs, uploadFolder } = services;
  const { tenantId, actor, userId } = caller;
  const jobs = caller.tenant.scratchExpiresAt ? ownJobs : services.jobs;
  return { database, clock, jobs, uploadFolder, tenantId, actor, userId };
}
