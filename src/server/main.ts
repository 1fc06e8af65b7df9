import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Refusal } from '../contract/errors.ts';
import { startBackupSchedule } from './backup/backup-schedule.ts';
import { clockFrom } from './clock.ts';
import type { Config } from './config.ts';
import { type AppParts, buildApp } from './http/app.ts';
import { drain, watchUnused } from './http/draining.ts';
import { listen } from './http/listen.ts';
import { buildOperationsApp } from './http/operations-app.ts';
import { type RunningJobs, startJobs } from './jobs/queue.ts';
import { sweepScratch } from './jobs/sweep-scratch.ts';
import { sweepUploads } from './jobs/sweep-uploads.ts';
import { machineLearningStep, reportMachineLearning } from './startup/machine-learning.ts';
import {
  databaseSteps,
  type Role,
  type StartupParts,
  setupContext,
  setupStep,
  uploadFolderOf,
} from './startup/startup-steps.ts';
import { StatusBoard } from './startup/status-board.ts';
import { runSteps, type StartupStep, type StepReport } from './startup/steps.ts';
import type { Database } from './store/database.ts';
import { programVersion } from './store/schema-contract.ts';

export interface StartOptions {
  readonly log: Logger;
  readonly now: () => Date;
  /** `work` takes jobs alone, without the page and the API; `serve` is the default. */
  readonly role?: Role;
  /** Aborted when the start is to be given up. */
  readonly signal?: AbortSignal;
}

export interface RunningServer {
  readonly url: string;
  /** One-time link for the first administrator; null when there is one. */
  readonly setupLink: string | null;
  readonly database: Database;
  readonly steps: readonly StepReport[];
  /** Resolves when it cannot go on by itself: somebody has to start it again. */
  readonly lost: Promise<Refusal>;
  /** Stops everything that was started, newest first; calling it again waits for the same end. */
  stop(): Promise<void>;
}

const WEB_FOLDER = fileURLToPath(new URL('../../dist/web', import.meta.url));

/** Starts the server: volumes, database, schema, set-up, jobs, and only then the door. */
export async function startServer(config: Config, options: StartOptions): Promise<RunningServer> {
  const lost = Promise.withResolvers<Refusal>();
  const parts = partsFor(config, options, lost.resolve);
  refuseNoWork(parts);
  const reports: StepReport[] = [];
  const board = new StatusBoard({ parts, reports });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    // At once, whatever takes its time to stop: nobody new is sent here, and others take the jobs.
    parts.stopping.abort();
    parts.jobs?.leaveOff();
    stopped ??= stopAll(parts);
    return stopped;
  };
  const { log, signal } = options;
  try {
    await runSteps(stepsFor(parts.role, board), { parts, log, reports, signal });
    // Told to stop during the last step: there is no moment between it and the end of the start.
    signal?.throwIfAborted();
  } catch (error) {
    await stop();
    throw error;
  }
  const url = parts.url as string;
  const setupLink = parts.setupToken && `${url}/setup?token=${parts.setupToken}`;
  const database = parts.database as Database;
  return { url, setupLink, database, steps: reports, lost: lost.promise, stop };
}

function stepsFor(role: Role, board: StatusBoard): StartupStep<StartupParts>[] {
  const door = { deadlineSeconds: 30, run: openWith(board) };
  const last = [machineLearningStep];
  if (role === 'work')
    return [...databaseSteps, jobsStep, { name: 'operations', ...door }, ...last];
  return [...databaseSteps, setupStep, jobsStep, backupsStep, { name: 'serve', ...door }, ...last];
}

function partsFor(
  config: Config,
  { log, now, role = 'serve', signal }: StartOptions,
  onLost: (refusal: Refusal) => void,
): StartupParts {
  return {
    config,
    log,
    clock: clockFrom(now),
    env: process.env,
    programVersion: programVersion(),
    role,
    signal,
    onDatabaseLost: (reason) => {
      log.fatal({ reason }, 'the embedded database ended by itself; stopping');
      onLost(new Refusal('database_lost', { reason, log: `${config.dataDir}/postgres.log` }));
    },
    stopping: new AbortController(),
    stops: [],
    connectionString: '',
    database: null,
    schema: null,
    setupToken: null,
    jobs: null,
    url: null,
    machineLearning: null,
    backups: null,
  };
}

/** Refuses where nobody could ever do the jobs, or where there would be nothing else to do. */
function refuseNoWork({ config, role }: StartupParts): void {
  const { databaseUrl, workers } = config;
  if (role === 'work' && !databaseUrl) {
    const found = 'not set: the embedded database belongs to one process, which does its own jobs';
    const wanted = 'the PostgreSQL of the servers whose jobs are to be done';
    throw new Refusal('config_invalid', { variable: 'PARSTOCK_DATABASE_URL', found, wanted });
  }
  if (workers > 0 || (role === 'serve' && databaseUrl)) return;
  const found = `0, with ${databaseUrl ? 'parstock work' : 'the embedded database'}`;
  const wanted = 'at least 1: nobody else can do the jobs';
  throw new Refusal('config_invalid', { variable: 'PARSTOCK_WORKERS', found, wanted });
}

/** The schedule alone: the first backup comes minutes later. */
const backupsStep: StartupStep<StartupParts> = {
  name: 'backups',
  deadlineSeconds: 10,
  run: async (parts) => {
    const { config, connectionString, clock, log, programVersion: program } = parts;
    const uploadFolder = uploadFolderOf(config);
    const options = { config, connectionString, uploadFolder, program, log };
    const schedule = startBackupSchedule({ ...options, now: () => clock.now() });
    parts.backups = schedule;
    parts.stops.push(schedule.stop);
    const { backupEveryHours: hours, backupKeep } = config;
    return hours === 0 ? 'off' : `every ${hours} hours, the newest ${backupKeep} kept`;
  },
};

const jobsStep: StartupStep<StartupParts> = {
  name: 'jobs',
  deadlineSeconds: 60,
  repeatable: true,
  run: async (parts) => {
    const { config, connectionString, clock, log } = parts;
    const database = parts.database as Database;
    const uploadFolder = uploadFolderOf(config);
    const { workers } = config;
    const machineLearning = () => reportMachineLearning(parts);
    const options = {
      connectionString,
      database,
      clock,
      uploadFolder,
      workers,
      log,
      machineLearning,
      chronos: chronosSettings(config),
    };
    await sweepUploads(options);
    const jobs = parts.jobs ?? (await startJobs(options));
    if (!parts.jobs) parts.stops.push(jobs.stop);
    parts.jobs = jobs;
    parts.stops.push(await sweepScratch({ ...options, ownJobs: jobs.own }));
    return workers > 0 ? `up to ${workers} threads` : 'left to workers';
  },
};

/** The first model named is the one that forecasts; the others are kept at hand. */
function chronosSettings({ machineLearning, models, cacheDir, precision }: Config) {
  const [model] = models;
  return machineLearning && model !== undefined ? { cacheDir, model, precision } : undefined;
}

/** The door is the last that opens and the first that closes. */
function openWith(board: StatusBoard): StartupStep<StartupParts>['run'] {
  return async (parts) => {
    const { config, role, stopping } = parts;
    await board.refresh();
    const build = role === 'work' ? appOfWorker : appOfServer;
    const app = build(parts, { status: () => board.read(), stopping: stopping.signal });
    const lameDuckSeconds = role === 'work' ? 0 : config.lameDuckSeconds;
    const unused = watchUnused(app);
    parts.stops.push(() => drain(app, { lameDuckSeconds, unused }));
    parts.url = await listen(app, config);
    return parts.url;
  };
}

type Watched = Pick<AppParts, 'status'> & { readonly stopping: AbortSignal };

function appOfWorker(parts: StartupParts, watched: Watched): FastifyInstance {
  const database = parts.database as Database;
  return buildOperationsApp({ database, log: parts.log, ...watched });
}

function appOfServer(parts: StartupParts, { status, stopping }: Watched): FastifyInstance {
  const { config, clock, log } = parts;
  const database = parts.database as Database;
  const { queue, own, threads } = parts.jobs as RunningJobs;
  return buildApp({
    config,
    database,
    jobs: queue,
    ownJobs: own,
    scoreSeries: (task, signal) => threads.run('accuracy-worker', task, signal),
    clock,
    log,
    setUp: setupContext(parts),
    uploadFolder: uploadFolderOf(config),
    status,
    webFolder: WEB_FOLDER,
    stopping,
  });
}

async function stopAll({ stops, log }: StartupParts): Promise<void> {
  for (let stop = stops.pop(); stop; stop = stops.pop()) {
    // What does not stop must not keep the next from being stopped.
    await stop().catch((error) => log.error({ err: error }, 'a part did not stop cleanly'));
  }
}
