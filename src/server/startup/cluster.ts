import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { commandAs, type RunAs } from './unprivileged.ts';

export interface ClusterOptions {
  readonly binaries: PostgresBinaries;
  readonly clusterFolder: string;
  readonly runAs: RunAs;
  readonly durable: boolean;
}

// Compiled into PostgreSQL, so that sorting never depends on the locales of the machine.
const INITDB = [
  '--username=postgres',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--auth=peer',
  '--no-instructions',
];

/** Makes the cluster unless it is there; half-made ones of interrupted starts are thrown away. */
export async function ensureCluster(options: ClusterOptions): Promise<void> {
  const { clusterFolder } = options;
  sweepPartials(clusterFolder);
  if (!existsSync(join(clusterFolder, 'PG_VERSION'))) await createCluster(options);
  admitOurselves(options);
}

const partialPrefix = (clusterFolder: string) => `${basename(clusterFolder)}.partial`;

async function createCluster(options: ClusterOptions): Promise<void> {
  const { clusterFolder, runAs } = options;
  refuseStrangeFiles(clusterFolder);
  // A name of its own: an initdb that outlived its killed start still writes into the one before.
  const parent = dirname(clusterFolder);
  const partial = join(parent, `${partialPrefix(clusterFolder)}-${randomUUID()}`);
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  if (runAs.owner) chownSync(partial, runAs.owner.uid, runAs.owner.gid);
  await runInitdb(options, partial);
  renameSync(partial, clusterFolder);
  if (options.durable) syncFolder(parent);
}

/** Under the lease, so that nobody needs them; what still runs in one of them is swept next time. */
function sweepPartials(clusterFolder: string): void {
  const parent = dirname(clusterFolder);
  const prefix = partialPrefix(clusterFolder);
  for (const name of readdirSync(parent).filter((one) => one.startsWith(prefix))) {
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // An initdb whose start was killed may be adding to it this moment.
    }
  }
}

/** A cluster comes here whole, by a rename: files without one are not ours to throw away. */
function refuseStrangeFiles(clusterFolder: string): void {
  if (!existsSync(clusterFolder) || readdirSync(clusterFolder).length === 0) return;
  const said = `${clusterFolder} has files and no PG_VERSION: it is no whole database`;
  throw new Refusal('database_not_started', {
    step: 'initdb',
    said,
    wanted: 'an empty folder, or the database that was there before',
  });
}

/** The name of the new cluster must reach the disk before anything that is acknowledged in it. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function runInitdb(options: ClusterOptions, folder: string): Promise<void> {
  const words = [options.binaries.initdb, ...INITDB, `--pgdata=${folder}`];
  if (!options.durable) words.push('--no-sync');
  const { command, args, spawnOptions } = commandAs(options.runAs, words);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...spawnOptions,
      cwd: dirname(folder),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve();
      const details = { step: 'initdb', exit: code ?? signal, said: said.trim().slice(-2000) };
      reject(new Refusal('database_not_started', details));
    });
  });
}

/** The kernel says who is at the other end of the socket: no password to keep, nobody else let in. */
function admitOurselves({ clusterFolder, runAs }: ClusterOptions): void {
  const me = userInfo().username;
  const write = (name: string, lines: readonly string[]) => {
    const path = join(clusterFolder, name);
    writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 });
    if (runAs.owner) chownSync(path, runAs.owner.uid, runAs.owner.gid);
  };
  write('pg_hba.conf', ['local all all peer map=parstock']);
  write('pg_ident.conf', [`parstock "${me}" postgres`, `parstock "${me}" parstock`]);
}
