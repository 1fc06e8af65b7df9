import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../../contract/errors.ts';
import type { Config } from '../config.ts';
import { startEmbeddedPostgres } from '../startup/embedded-postgres.ts';
import { connectExternalPostgres } from '../startup/external-postgres.ts';
import { socketUrl } from '../startup/socket-folder.ts';

type Where = Pick<Config, 'databaseUrl' | 'dataDir'>;

const EXTERNAL_DEADLINE_SECONDS = 15;
const STARTING_DEADLINE_MS = 60_000;
/** Lines of postmaster.pid: where its socket is, and whether it takes connections. */
const SOCKET_LINE = 4;
const STATE_LINE = 7;

/**
 * Reaches the database of a server, whether that runs or not: the operator's own PostgreSQL; the
 * embedded one through the socket of the server that runs it; or, where none does, by starting it.
 */
export async function withReachedDatabase<T>(
  config: Where,
  work: (connectionString: string) => Promise<T>,
): Promise<T> {
  if (config.databaseUrl !== null) return work(await reachExternal(config.databaseUrl));
  refuseMissingCluster(config.dataDir);
  const own = await startUnlessRunning(config.dataDir);
  if (!own) return work(await runningUrl(config.dataDir));
  try {
    return await work(own.connectionString);
  } finally {
    await own.stop();
  }
}

/** How to connect to an operator's PostgreSQL so that row-level security holds. */
export function reachExternal(url: string): Promise<string> {
  const log = { info: () => {} };
  return connectExternalPostgres(url, { deadlineSeconds: EXTERNAL_DEADLINE_SECONDS, log });
}

/** A wrong folder must not be given a new, empty database that is then worked on with success. */
export function refuseMissingCluster(dataDir: string): void {
  if (existsSync(join(dataDir, 'postgres', 'PG_VERSION'))) return;
  const found = 'a folder without a database';
  throw new Refusal('nothing_to_back_up', {
    variable: 'PARSTOCK_DATA_DIR',
    folder: dataDir,
    found,
  });
}

async function startUnlessRunning(dataDir: string) {
  try {
    return await startEmbeddedPostgres({ dataDir });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'database_in_use') return null;
    throw error;
  }
}

/** The socket of a PostgreSQL that somebody else runs on the folder. */
async function runningUrl(dataDir: string): Promise<string> {
  const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
  const deadline = Date.now() + STARTING_DEADLINE_MS;
  for (;;) {
    const lines = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').split('\n') : [];
    const folder = lines[SOCKET_LINE]?.trim();
    if (folder && lines[STATE_LINE]?.trim() === 'ready')
      return socketUrl(folder, { user: 'parstock', database: 'parstock' });
    if (Date.now() > deadline)
      throw new Refusal('database_unreachable', { folder: dataDir, found: 'a server without one' });
    await sleep(100);
  }
}
