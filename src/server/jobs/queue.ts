import { type JobWithMetadata, PgBoss } from 'pg-boss';
import type { Job, JobQueue } from '../actions/context.ts';
import type { OwnQueue } from '../actions/scratch-tenants.ts';
import { listUnfinishedImports, listUnfinishedRuns } from '../store/unfinished-work.ts';
import { handlers } from './handlers.ts';
import { Interrupted, type JobContext } from './job-context.ts';
import { withJobLock } from './job-lock.ts';
import { openOwnQueue } from './own-queue.ts';
import { openSeriesThreads, type SeriesThreads } from './series-threads.ts';

export interface JobsOptions
  extends Pick<
    JobContext,
    'database' | 'clock' | 'uploadFolder' | 'workers' | 'log' | 'machineLearning' | 'chronos'
  > {
  readonly connectionString: string;
  /** Role to act as, where the one that connects would bypass row-level security. */
  readonly role?: string;
}

export interface RunningJobs {
  readonly queue: JobQueue;
  /** Work of scratch tenants, which this process does itself. */
  readonly own: OwnQueue;
  readonly threads: SeriesThreads;
  /** Jobs that wait and jobs under way, of all tenants; attempts that failed in this process. */
  counts(): Promise<{ waiting: number; active: number; failed: number }>;
  /** Takes no more jobs, and lets those under way end at their next checkpoint; others go on with them. */
  leaveOff(): void;
  /** Leaves off, and waits until nothing is under way; what is unfinished is resumed at the next start. */
  stop(): Promise<void>;
}

type Name = Job['name'];
type Stored = JobWithMetadata<Job>;

const SCHEMA = 'pgboss';
const STOP_TIMEOUT_MS = 20_000;
/** A process that is gone is noticed after this long, where no restart notices it at once. */
const HEARTBEAT_SECONDS = 20;
const QUEUE_OPTIONS = {
  // One job per key waits or runs: asking twice for the same work gets it done once.
  policy: 'exclusive',
  notify: true,
  retryLimit: 5,
  retryDelay: 2,
  retryBackoff: true,
  retryDelayMax: 60,
  expireInSeconds: 12 * 3_600,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  deleteAfterSeconds: 24 * 3_600,
} as const;

/** Sales that arrive while accuracy is being evaluated want it evaluated once more. */
const ITS_OWN: { readonly [N in Name]?: { policy: string } } = {
  'evaluate-accuracy': { policy: 'stately' },
};

const WORK_OPTIONS = {
  includeMetadata: true,
  pollingIntervalSeconds: 2,
  // New jobs wake a worker at once; this is for those whose pause before a retry is over.
  notifyPollingIntervalSeconds: 5,
} as const;

/** Starts the queue and its workers, and takes up what an earlier process left unfinished. */
export async function startJobs(options: JobsOptions): Promise<RunningJobs> {
  const stopping = new AbortController();
  const boss = openBoss(options, stopping.signal);
  try {
    return await startOn(boss, { options, stopping });
  } catch (error) {
    // Its connections must not outlive a start that is tried again.
    await boss.stop({ graceful: false }).catch(() => {});
    throw error;
  }
}

async function startOn(
  boss: PgBoss,
  { options, stopping }: { options: JobsOptions; stopping: AbortController },
): Promise<RunningJobs> {
  const { database, log } = options;
  await boss.start();
  const names = Object.keys(handlers) as Name[];
  for (const name of names) await boss.createQueue(name, { ...QUEUE_OPTIONS, ...ITS_OWN[name] });
  const queue: JobQueue = {
    enqueue: async (job) => {
      await boss.send(job.name, job, { singletonKey: keyOf(job) });
    },
  };
  // At least one, for the tenants of smoke tests: it is this very process that they ask.
  const threads = openSeriesThreads(Math.max(1, options.workers));
  const context: JobContext = { ...options, threads, jobs: queue, signal: stopping.signal };
  let failed = 0;
  const onFailure = () => {
    failed++;
  };
  await resumeUnfinished(boss, context);
  // Where this process has no threads for them, jobs are left to others.
  const taken = options.workers > 0 ? names : [];
  for (const name of taken)
    await boss.work(name, WORK_OPTIONS, ([job]: Stored[]) =>
      carryOut(job!, { context, onFailure }),
    );
  let stopped: Promise<void> | undefined;
  const leaveOff = () => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    for (const name of taken)
      boss.offWork(name, { wait: false }).catch((error) => log.warn({ err: error }, 'job queue'));
  };
  const stop = async () => {
    leaveOff();
    await boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS });
    await threads.close();
  };
  return {
    queue,
    // Also where all other jobs are left to others: it is this very process that a smoke test asks.
    own: openOwnQueue({
      ...options,
      threads,
      workers: Math.max(1, options.workers),
      signal: stopping.signal,
    }),
    threads,
    counts: async () => ({ ...(await countJobs(database)), failed }),
    leaveOff,
    stop: () => {
      stopped ??= stop().catch((error) => log.error({ err: error }, 'the job queue did not stop'));
      return stopped;
    },
  };
}

function openBoss({ connectionString, role, log }: JobsOptions, stopping: AbortSignal): PgBoss {
  const boss = new PgBoss({
    connectionString,
    options: role ? `-c role=${role}` : undefined,
    schema: SCHEMA,
    application_name: 'parstock jobs',
    max: 3,
    useListenNotify: true,
    // No schedules in time of day are used; dead workers are looked for more often than by default.
    schedule: false,
    monitorIntervalSeconds: 10,
    superviseIntervalSeconds: 10,
    registerInstance: false,
    reindex: false,
    monitorVacuum: false,
  });
  boss.on('error', (error) => {
    // Connections of its pool may outlive its stop, and are cut when the database stops.
    if (!stopping.aborted) log.error({ err: error }, 'job queue');
  });
  boss.on('warning', (warning) => log.warn({ warning }, 'job queue'));
  return boss;
}

/** Another process has the job's lock. */
class HeldElsewhere extends Error {
  constructor(key: string) {
    super(`${key} is being worked on elsewhere`);
  }
}

/** The one piece of work that a job is about. */
function keyOf(job: Job): string {
  if ('runId' in job) return `${job.name}:${job.runId}`;
  return 'importId' in job ? `${job.name}:${job.importId}` : `${job.name}:${job.tenantId}`;
}

async function carryOut(
  stored: Stored,
  { context, onFailure }: { context: JobContext; onFailure: () => void },
): Promise<void> {
  const job = stored.data;
  const { carryOut, giveUp } = handlers[job.name];
  try {
    const held = await withJobLock(context.database.pool, keyOf(job), () =>
      carryOut(context, job as never),
    );
    // Somebody still works on it, or its session has not ended yet: look again later.
    if (held === undefined) throw new HeldElsewhere(keyOf(job));
  } catch (error) {
    if (error instanceof Interrupted || context.signal.aborted) throw new Interrupted();
    // Held elsewhere: nothing has failed, and nothing was tried.
    if (!(error instanceof HeldElsewhere)) onFailure();
    context.log.error({ err: error, job, attempt: stored.retryCount + 1 }, 'job failed');
    if (stored.retryCount >= stored.retryLimit) await giveUp(context, job as never, error);
    throw error;
  }
}

/**
 * Puts the work of all tenants that was begun and not ended back into the queue, once: the lock tells
 * a job whose process is gone from one that another server is working on.
 */
async function resumeUnfinished(boss: PgBoss, context: JobContext): Promise<void> {
  const unfinished = await context.database.withHousekeeping(async (tx): Promise<Job[]> => {
    const runs = await listUnfinishedRuns(tx);
    const imports = await listUnfinishedImports(tx);
    return [
      ...runs.map((run) => ({ name: 'forecast-run', ...run }) as const),
      ...imports.map(({ tenantId, importId, state }) => ({
        name: state === 'committing' ? ('commit-import' as const) : ('check-import' as const),
        tenantId,
        importId,
      })),
    ];
  });
  for (const job of unfinished)
    await withJobLock(context.database.pool, keyOf(job), async () => {
      const left = await boss.findJobs<Job>(job.name, { key: keyOf(job) });
      // Not what waits already; a job in mid-air or in its pause before a retry would hold us up.
      for (const { id, state } of left)
        if (state === 'active' || state === 'retry') await boss.cancel(job.name, id);
      await boss.send(job.name, job, { singletonKey: keyOf(job) });
    });
}

async function countJobs(database: JobContext['database']) {
  const { rows } = await database.pool.query<{ waiting: number; active: number }>(
    `select count(*) filter (where state in ('created', 'retry'))::int as waiting,
       count(*) filter (where state = 'active')::int as active
     from ${SCHEMA}.job where state < 'completed'`,
  );
  return rows[0]!;
}
