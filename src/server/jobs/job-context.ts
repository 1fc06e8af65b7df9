import type { Logger } from 'pino';
import type { Precision } from '../../ml/chronos/layers.ts';
import type { ActionContext, Clock, JobQueue } from '../actions/context.ts';
import type { Database } from '../store/database.ts';
import type { RunMachineLearning } from '../store/runs.ts';
import type { SeriesThreads } from './series-threads.ts';

export interface ChronosSettings {
  readonly cacheDir: string;
  /** A word that settings have for a model. */
  readonly model: string;
  readonly precision?: Precision;
}

/** What every job is handed. */
export interface JobContext {
  readonly database: Database;
  readonly jobs: JobQueue;
  readonly clock: Clock;
  readonly uploadFolder: string;
  /** Threads that one job may keep busy. */
  readonly workers: number;
  readonly threads: SeriesThreads;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** How machine learning is in this process; a run writes it down. */
  readonly machineLearning?: () => RunMachineLearning;
  /** The model that a run asks beside the engine, once it is installed; absent where switched off. */
  readonly chronos?: ChronosSettings | undefined;
  /** Aborted when the server stops: the job ends at its next checkpoint, and is resumed later. */
  readonly signal: AbortSignal;
}

/** Who acts when nobody asked: the name in the audit log. */
const SYSTEM_ACTOR = 'system';

/** A job's context as an action wants it, for one tenant. */
export function actingFor(context: JobContext, tenantId: string): ActionContext {
  const { database, jobs, clock, uploadFolder } = context;
  return { database, jobs, clock, uploadFolder, tenantId, actor: SYSTEM_ACTOR, userId: null };
}

/** A job that stopped at a checkpoint because the server is stopping; it is to be run again. */
export class Interrupted extends Error {
  constructor() {
    super('the server is stopping');
    this.name = 'Interrupted';
  }
}
