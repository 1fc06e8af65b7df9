import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
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

/** Makes the cluster unless it is there; a half-made one of an interrupted start is thrown away. */
export async function ensureCluster(options: ClusterOptions): Promise<void> {
  const { clusterFolder } = options;
  if (!existsSync(join(clusterFolder, 'PG_VERSION'))) await createCluster(options);
  admitOurselves(options);
}

async function createCluster(options: ClusterOptions): Promise<void> {
  const { clusterFolder, runAs } = options;
  const partial = `${clusterFolder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  if (runAs.owner) chownSync(partial, runAs.owner.uid, runAs.owner.gid);
  await runInitdb(options, partial);
  rmSync(clusterFolder, { recursive: true, force: true });
  renameSync(partial, clusterFolder);
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
