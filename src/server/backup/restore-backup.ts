import { rm } from 'node:fs/promises';
import pg from 'pg';
import { Refusal } from '../../contract/errors.ts';
import type { Config } from '../config.ts';
import { refuseFullDisk } from '../store/disk-full.ts';
import { migrate } from '../store/migrate.ts';
import { migrationContracts } from '../store/schema-contract.ts';
import { loadArchive } from './load-archive.ts';
import type { Manifest } from './manifest.ts';
import { refuseMissingCluster } from './reach-database.ts';
import { type ArchiveContent, readArchive } from './read-archive.ts';
import {
  createBeside,
  dropDatabase,
  isEmpty,
  type RestoreTarget,
  refuseWhileUsed,
  refuseWithoutRights,
  withRestoreTarget,
} from './restore-target.ts';
import { dropHalfRestored, listBeside, nameBeside, swapDatabases } from './swap-databases.ts';
import { asideFolder, keepUploads, putUpload } from './uploads-aside.ts';
import type { Progress } from './write-archive.ts';

export interface RestoreOptions {
  readonly path: string;
  readonly config: Pick<Config, 'databaseUrl' | 'dataDir' | 'backupPassphrase'>;
  readonly uploadFolder: string;
  readonly now: () => Date;
  /** An empty database of the same server to fill, instead of taking the place of the present one. */
  readonly into?: string;
  /** Only look whether it could be restored. */
  readonly dryRun?: boolean;
  readonly onProgress?: (progress: Progress) => void;
}

export interface RestoreReport {
  readonly from: Manifest;
  /** The database that holds the backup now; null after a dry run. */
  readonly database: string | null;
  readonly rows: number;
  readonly schema: string | null;
  /** Name under which the former database is kept; null where there was nothing to keep. */
  readonly kept: string | null;
}

/**
 * Restores a backup beside what is there, compares it with what was counted, brings it to this
 * program's schema, and only then puts it in its place. Killed at any moment, it leaves the old
 * database serving, or the new one.
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreReport> {
  const { path, config } = options;
  const content = await readArchive({ path, passphrase: config.backupPassphrase });
  refuseOtherSchema(content.manifest, path);
  return withRestoreTarget(config, async (target) => {
    if (options.into !== undefined) return fillEmpty(options.into, { target, content, options });
    await refuseWhileUsed(target);
    await refuseWithoutRights(target);
    await dropHalfRestored(target);
    if (options.dryRun) return reportOf(content, { database: null, schema: null, kept: null });
    return replace({ target, content, options });
  });
}

/** Both directions of the schema contract, before anything is touched. */
function refuseOtherSchema({ migrations, program }: Manifest, path: string): void {
  const known = Object.keys(migrationContracts);
  const unknown = migrations.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const found = `schema ${unknown.at(-1)}, by version ${program}`;
    throw new Refusal('backup_too_new', { where: path, found, wanted: `at most ${known.at(-1)}` });
  }
  const oldest = Object.values(migrationContracts).at(-1)!.minUpgradeFrom;
  const schema = migrations.at(-1) ?? '';
  if (schema < oldest) {
    const wanted = `at least ${oldest}, of version ${migrationContracts[oldest]?.since}`;
    throw new Refusal('backup_too_old', { where: path, found: `schema ${schema}`, wanted });
  }
}

interface Restoring {
  readonly target: RestoreTarget;
  readonly content: ArchiveContent;
  readonly options: RestoreOptions;
}

async function fillEmpty(
  database: string,
  { target, content, options }: Restoring,
): Promise<RestoreReport> {
  const url = await target.urlOf(database);
  if (!(await isEmpty(url))) throw new Refusal('restore_not_empty', { database });
  if (options.dryRun) return reportOf(content, { database: null, schema: null, kept: null });
  const schema = await fill(url, options);
  return reportOf(content, { database, schema, kept: null });
}

async function replace({ target, content, options }: Restoring): Promise<RestoreReport> {
  const { uploadFolder } = options;
  const instant = options.now();
  const incoming = nameBeside(target.database, { role: 'restoring', instant });
  const outgoing = nameBeside(target.database, { role: 'before', instant });
  await createBeside(target, incoming);
  try {
    const schema = await fill(await target.urlOf(incoming), options);
    const worthKeeping = await holdsSomething(target);
    if (worthKeeping) await keepUploads(uploadFolder, asideFolder(uploadFolder, outgoing));
    await swapDatabases(target, { incoming, outgoing });
    if (!worthKeeping) await dropDatabase(target, outgoing);
    const kept = worthKeeping ? outgoing : null;
    return reportOf(content, { database: target.database, schema, kept });
  } catch (error) {
    await dropDatabase(target, incoming).catch(() => {});
    throw error;
  }
}

async function holdsSomething(target: RestoreTarget): Promise<boolean> {
  if (target.owner === null) return false;
  return !(await isEmpty(await target.urlOf(target.database)));
}

async function fill(connectionString: string, options: RestoreOptions): Promise<string> {
  const { path, config, uploadFolder, onProgress } = options;
  const passphrase = config.backupPassphrase;
  const takeFile = (name: string, data: AsyncIterable<Buffer>) =>
    putUpload(uploadFolder, { name, data });
  const load = { path, passphrase, connectionString, takeFile, onProgress };
  await loadArchive(load).catch(refuseFullDisk);
  const { schema } = await migrate(connectionString);
  await countForPlanner(connectionString);
  return schema;
}

/** Without statistics, the first queries on freshly loaded tables would read all of them. */
async function countForPlanner(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString, application_name: 'parstock restore' });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('analyze');
  } finally {
    await client.end();
  }
}

function reportOf(
  { manifest, rows }: ArchiveContent,
  facts: Pick<RestoreReport, 'database' | 'schema' | 'kept'>,
): RestoreReport {
  return { from: manifest, rows, ...facts };
}

type Place = Pick<RestoreOptions, 'config' | 'uploadFolder' | 'now'>;

/** Puts the database that the last restore set aside back in its place; the present one is kept. */
export async function undoRestore(place: Place): Promise<{ database: string; kept: string }> {
  const { config, uploadFolder, now } = place;
  if (config.databaseUrl === null) refuseMissingCluster(config.dataDir);
  return withRestoreTarget(config, async (target) => {
    await refuseWhileUsed(target);
    const incoming = (await listBeside(target, 'before')).at(-1);
    if (!incoming) throw new Refusal('nothing_to_undo', { where: `beside ${target.database}` });
    const outgoing = nameBeside(target.database, { role: 'before', instant: now() });
    await keepUploads(uploadFolder, asideFolder(uploadFolder, outgoing));
    await keepUploads(asideFolder(uploadFolder, incoming), uploadFolder);
    await swapDatabases(target, { incoming, outgoing });
    await rm(asideFolder(uploadFolder, incoming), { recursive: true, force: true });
    return { database: target.database, kept: outgoing };
  });
}

/** Drops every database that restores have set aside, and says which. */
export async function forgetBefore(place: Place): Promise<string[]> {
  if (place.config.databaseUrl === null) refuseMissingCluster(place.config.dataDir);
  return withRestoreTarget(place.config, async (target) => {
    const names = await listBeside(target, 'before');
    for (const name of names) {
      await dropDatabase(target, name);
      await rm(asideFolder(place.uploadFolder, name), { recursive: true, force: true });
    }
    return names;
  });
}
