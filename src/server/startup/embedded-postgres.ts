import { chmodSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { prepareDatabase } from './application-database.ts';
import { ensureCluster } from './cluster.ts';
import { takeLease } from './lease.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { startPostmaster } from './postmaster.ts';
import { makeSocketFolder, socketUrl } from './socket-folder.ts';
import { chooseRunAs } from './unprivileged.ts';

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** False gives up durability for speed: for tests alone. */
  readonly durable?: boolean;
  /** Called when PostgreSQL ends without having been asked to. */
  readonly onUnexpectedExit?: (reason: string) => void;
}

export interface EmbeddedPostgres {
  /** Connects as `parstock`, who owns the database and is subject to row-level security. */
  readonly connectionString: string;
  /** Connects as the superuser, who alone may create databases. */
  readonly superuserConnectionString: string;
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL of our own on a folder that this process alone may use. It listens on a unix
 * socket in a private folder, and knows the one user of this machine who runs the program.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  // PostgreSQL may run as another user, who must get through to the cluster's own private folder.
  if (process.getuid?.() === 0) chmodSync(dataDir, 0o711);
  const lease = takeLease(dataDir);
  try {
    return await startUnderLease({ ...options, dataDir }, () => lease.release());
  } catch (error) {
    lease.release();
    throw error;
  }
}

async function startUnderLease(
  options: EmbeddedPostgresOptions,
  release: () => void,
): Promise<EmbeddedPostgres> {
  const binaries = findPostgresBinaries();
  const clusterFolder = join(options.dataDir, 'postgres');
  const reached = [binaries.postgres, join(binaries.home, 'lib'), join(binaries.home, 'share')];
  const runAs = chooseRunAs([...reached, options.dataDir], clusterFolder);
  const cluster = { binaries, clusterFolder, runAs, durable: options.durable ?? true };
  await ensureCluster(cluster);
  const socketFolder = makeSocketFolder(options.dataDir, runAs);
  const postmaster = await startPostmaster({
    ...cluster,
    socketFolder: socketFolder.path,
    logFile: join(options.dataDir, 'postgres.log'),
    onUnexpectedExit: options.onUnexpectedExit ?? (() => {}),
  });
  const stop = async () => {
    await postmaster.stop();
    socketFolder.remove();
    release();
  };
  const url = (user: string, database: string) => socketUrl(socketFolder.path, { user, database });
  try {
    await prepareDatabase(url('postgres', 'postgres'));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    connectionString: url('parstock', 'parstock'),
    superuserConnectionString: url('postgres', 'postgres'),
    stop,
  };
}
