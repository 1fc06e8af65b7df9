import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../../contract/errors.ts';
import type { ClusterOptions } from './cluster.ts';
import { stopOrphan } from './orphan-postmaster.ts';
import { SOCKET_NAME } from './socket-folder.ts';
import { commandAs } from './unprivileged.ts';

export interface PostmasterOptions extends ClusterOptions {
  readonly socketFolder: string;
  readonly logFile: string;
  readonly onUnexpectedExit: (reason: string) => void;
}

export interface Postmaster {
  stop(): Promise<void>;
}

const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 30_000;
const LOG_LIMIT_BYTES = 5_000_000;

/** Modest memory for a small machine; anything that an operator tunes calls for a PostgreSQL of their own. */
function settings(options: PostmasterOptions): Record<string, string> {
  const unsafe = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  // Tests put many programs on it at once; a copy that is thrown away does not mind.
  const crowded = { max_connections: '200' };
  return {
    listen_addresses: '',
    unix_socket_directories: options.socketFolder,
    unix_socket_permissions: '0700',
    max_connections: '50',
    shared_buffers: '32MB',
    work_mem: '8MB',
    maintenance_work_mem: '32MB',
    max_wal_size: '512MB',
    max_worker_processes: '4',
    autovacuum_max_workers: '2',
    // The default keeps three idle processes around.
    io_method: 'sync',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // Statements carry people's data, and the program logs its own failures.
    log_min_error_statement: 'panic',
    ...(options.durable ? {} : { ...unsafe, ...crowded }),
  };
}

/** Starts PostgreSQL on the cluster and waits until it accepts connections. */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  await stopOrphan(options.clusterFolder);
  // It names a process too. After docker kill that number is soon one of our own, and PostgreSQL would
  // refuse for ever to start beside it.
  rmSync(join(options.socketFolder, `${SOCKET_NAME}.lock`), { force: true });
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    const child = launch(options);
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(String(code ?? signal)));
    });
    const failure = await Promise.race([ended, ready(options.clusterFolder, child, deadline)]);
    if (failure === null) return superviseStop(child, ended, options);
    // Children of a postmaster that was killed may hold its shared memory for a moment longer.
    if (Date.now() > deadline - START_DEADLINE_MS + 10_000) {
      child.kill('SIGQUIT');
      const said = readFileSync(options.logFile, 'utf8').trim().slice(-2000);
      throw new Refusal('database_not_started', { step: 'postgres', exit: failure, said });
    }
    await sleep(500);
  }
}

function launch(options: PostmasterOptions): ChildProcess {
  const words = [options.binaries.postgres, '-D', options.clusterFolder];
  for (const [name, value] of Object.entries(settings(options)))
    words.push('-c', `${name}=${value}`);
  const { command, args, spawnOptions } = commandAs(options.runAs, words);
  const tooLong =
    (statSync(options.logFile, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES;
  // A file rather than a pipe: it must go on taking messages when this process is killed.
  const log = openSync(options.logFile, tooLong ? 'w' : 'a', 0o600);
  const child = spawn(command, args, {
    ...spawnOptions,
    cwd: options.clusterFolder,
    // Its own process group: Ctrl-C is for us, and we stop PostgreSQL last.
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return child;
}

/** Resolves to null once the postmaster says in its pid file that it is ready. */
async function ready(
  clusterFolder: string,
  child: ChildProcess,
  deadline: number,
): Promise<string | null> {
  while (Date.now() < deadline && child.exitCode === null) {
    const lines = readPidFile(clusterFolder);
    if (lines[7]?.trim() === 'ready' && Number(lines[0]) === child.pid) return null;
    await sleep(20);
  }
  return 'not ready in time';
}

function readPidFile(clusterFolder: string): string[] {
  try {
    return readFileSync(join(clusterFolder, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function superviseStop(
  child: ChildProcess,
  ended: Promise<string>,
  options: PostmasterOptions,
): Postmaster {
  let asked = false;
  // A program that fails in a way nobody foresaw still takes its database down.
  const endToo = () => child.kill('SIGINT');
  process.once('exit', endToo);
  void ended.then((reason) => {
    process.removeListener('exit', endToo);
    if (!asked) options.onUnexpectedExit(reason);
  });
  return {
    async stop() {
      asked = true;
      child.kill('SIGINT');
      const late = sleep(STOP_DEADLINE_MS, 'late', { ref: false });
      if ((await Promise.race([ended, late])) === 'late') {
        child.kill('SIGQUIT');
        await ended;
      }
      rmSync(join(options.clusterFolder, 'postmaster.pid'), { force: true });
    },
  };
}
