import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { Refusal } from '../contract/errors.ts';
import { clockFrom } from './clock.ts';
import type { Config } from './config.ts';
import { buildApp } from './http/app.ts';
import { openAccuracyPool } from './jobs/accuracy-pool.ts';
import { startJobs } from './jobs/queue.ts';
import { sweepScratch } from './jobs/sweep-scratch.ts';
import { sweepUploads } from './jobs/sweep-uploads.ts';
import {
  foundationSteps,
  type StartupParts,
  setupContext,
  uploadFolderOf,
} from './startup/startup-steps.ts';
import { StatusBoard } from './startup/status-board.ts';
import { runSteps, type StartupStep, type StepReport } from './startup/steps.ts';
import type { Database } from './store/database.ts';

export interface StartOptions {
  readonly log: Logger;
  readonly now: () => Date;
}

export interface RunningServer {
  readonly url: string;
  /** One-time link for the first administrator; null when there is one. */
  readonly setupLink: string | null;
  readonly database: Database;
  readonly steps: readonly StepReport[];
  /** Stops everything that was started, newest first; calling it again waits for the same end. */
  stop(): Promise<void>;
}

const WEB_FOLDER = fileURLToPath(new URL('../../dist/web', import.meta.url));
/** Long enough for a proxy to see that /ready is red, short enough for a person at Ctrl-C. */
const LAME_DUCK_MS = 300;
const CLOSE_DEADLINE_MS = 10_000;

/** Starts the server: volumes, database, schema, set-up, jobs, and only then the door. */
export async function startServer(config: Config, options: StartOptions): Promise<RunningServer> {
  const parts = partsFor(config, options);
  const reports: StepReport[] = [];
  const board = new StatusBoard({ parts, reports });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= stopAll(parts);
    return stopped;
  };
  try {
    const serve = { name: 'serve', deadlineSeconds: 30, run: serveWith(board) };
    const steps = [...foundationSteps, jobsStep, serve];
    await runSteps(steps, { parts, log: options.log, reports });
  } catch (error) {
    await stop();
    throw error;
  }
  const url = addressOf(parts);
  const setupLink = parts.setupToken && `${url}/setup?token=${parts.setupToken}`;
  return { url, setupLink, database: parts.database as Database, steps: reports, stop };
}

function partsFor(config: Config, { log, now }: StartOptions): StartupParts {
  return {
    config,
    log,
    clock: clockFrom(now),
    programVersion: readProgramVersion(),
    onDatabaseLost: (reason) => {
      log.fatal({ reason }, 'the embedded database ended by itself; stopping');
      // The same way out as for an operator's signal.
      process.kill(process.pid, 'SIGTERM');
    },
    stops: [],
    connectionString: '',
    database: null,
    schema: null,
    setupToken: null,
    jobs: null,
    app: null,
  };
}

const jobsStep: StartupStep<StartupParts> = {
  name: 'jobs',
  deadlineSeconds: 60,
  run: async (parts) => {
    const { config, connectionString, clock, log } = parts;
    const database = parts.database as Database;
    const uploadFolder = uploadFolderOf(config);
    const { workers } = config;
    const options = { connectionString, database, clock, uploadFolder, workers, log };
    await sweepUploads(options);
    const jobs = await startJobs(options);
    parts.jobs = jobs;
    parts.stops.push(jobs.stop);
    parts.stops.push(await sweepScratch({ ...options, ownJobs: jobs.own }));
    return `up to ${workers} threads`;
  },
};

function serveWith(board: StatusBoard): StartupStep<StartupParts>['run'] {
  return async (parts) => {
    const { config, clock, log, jobs } = parts;
    const database = parts.database as Database;
    const stopping = new AbortController();
    await board.refresh();
    const app = buildApp({
      config,
      database,
      jobs: (jobs as NonNullable<typeof jobs>).queue,
      ownJobs: (jobs as NonNullable<typeof jobs>).own,
      openAccuracyPool,
      clock,
      log,
      setUp: setupContext(parts),
      uploadFolder: uploadFolderOf(config),
      status: () => board.read(),
      webFolder: WEB_FOLDER,
      stopping: stopping.signal,
    });
    parts.app = app;
    parts.stops.push(async () => {
      stopping.abort();
      await sleep(LAME_DUCK_MS);
      const late = setTimeout(() => app.server.closeAllConnections(), CLOSE_DEADLINE_MS);
      await app.close();
      clearTimeout(late);
    });
    await listen(parts);
    return addressOf(parts);
  };
}

const NO_ADDRESS = { variable: 'PARSTOCK_HOST', wanted: 'an address of this machine' };
/** Which setting is to blame when the door cannot be opened. */
const UNUSABLE: Readonly<Record<string, { variable: string; wanted: string }>> = {
  EACCES: { variable: 'PARSTOCK_PORT', wanted: 'a port that this user may open' },
  EADDRNOTAVAIL: NO_ADDRESS,
  ENOTFOUND: NO_ADDRESS,
  EAI_AGAIN: NO_ADDRESS,
};

async function listen({ app, config }: StartupParts): Promise<void> {
  const { port, host } = config;
  try {
    await app?.listen({ port, host });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const found = `${host}:${port} (${code})`;
    if (code === 'EADDRINUSE')
      throw new Refusal('port_in_use', { variable: 'PARSTOCK_PORT', found }, { cause });
    const wrong = UNUSABLE[code ?? ''];
    if (wrong) throw new Refusal('config_invalid', { ...wrong, found }, { cause });
    throw cause;
  }
}

function addressOf({ app, config }: StartupParts): string {
  if (config.publicUrl) return config.publicUrl;
  const bound = app?.server.address();
  const port = typeof bound === 'object' && bound ? bound.port : config.port;
  const everywhere = config.host === '0.0.0.0' || config.host === '::';
  const host = everywhere ? 'localhost' : config.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function stopAll({ stops, log }: StartupParts): Promise<void> {
  for (let stop = stops.pop(); stop; stop = stops.pop()) {
    // What does not stop must not keep the next from being stopped.
    await stop().catch((error) => log.error({ err: error }, 'a part did not stop cleanly'));
  }
}

function readProgramVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
