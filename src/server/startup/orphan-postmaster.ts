import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 20_000;

/**
 * Ends a PostgreSQL that outlived the process that started it. Called under the lease, so that
 * whatever still runs on this cluster has lost its owner.
 */
export async function stopOrphan(clusterFolder: string): Promise<void> {
  const pidFile = join(clusterFolder, 'postmaster.pid');
  const pid = readPid(pidFile);
  if (pid === null) return;
  if (runsOn(pid, clusterFolder)) {
    process.kill(pid, 'SIGINT');
    const deadline = Date.now() + PATIENCE_MS;
    while (runsOn(pid, clusterFolder)) {
      if (Date.now() > deadline) process.kill(pid, 'SIGQUIT');
      await sleep(50);
    }
  }
  // The number may meanwhile belong to another program, at which PostgreSQL would refuse to start.
  rmSync(pidFile, { force: true });
}

function readPid(pidFile: string): number | null {
  try {
    return Number(readFileSync(pidFile, 'utf8').split('\n')[0]) || null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Whether this very process is a PostgreSQL on this very cluster, and not a zombie. */
function runsOn(pid: number, clusterFolder: string): boolean {
  try {
    if (process.platform === 'linux') {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(clusterFolder);
    }
    const said = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return said.includes(clusterFolder);
  } catch {
    return false;
  }
}
