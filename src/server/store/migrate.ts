import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Refusal } from '../../contract/errors.ts';
import { refuseFullDisk } from './disk-full.ts';
import { migrationContracts } from './schema-contract.ts';
import {
  APPLIED_QUERY,
  type AppliedMigration,
  minReaderOf,
  planSchema,
  type SchemaPlan,
  thisProgram,
} from './schema-state.ts';

export interface MigrationResult {
  /** Names of the migrations that this call applied, in order. */
  readonly applied: readonly string[];
  /** Name of the newest migration that the database now has. */
  readonly schema: string;
  /** The oldest program version that the database admits. */
  readonly minReader: string | null;
}

export interface MigrationOptions {
  /** How long another program's migration is waited for. */
  readonly waitSeconds?: number;
  readonly log?: { info(facts: object, message: string): void };
  /** Ends the wait; what is being applied is applied to its end. */
  readonly signal?: AbortSignal | undefined;
}

const FOLDER = new URL('./migrations/', import.meta.url);
/** One number for all programs of this name, so that replicas queue up behind each other. */
export const LOCK_KEY = 7_270_319_001;
/** The list of what was applied stands before the first migration. */
export const MIGRATIONS_TABLE = `create table if not exists parstock_migrations (
    name text primary key, applied_at timestamptz not null default now(),
    min_reader text, applied_by text)`;
const WAIT_SECONDS = 240;
const LOOK_AGAIN_MS = 100;
const WAIT_FOR_TABLE = '5s';
const ATTEMPTS = 5;
/** Others are in the way: lock_not_available, deadlock_detected. */
const BUSY = new Set(['55P03', '40P01']);

/** Names of the migrations that this program knows, oldest first. */
export function knownMigrations(): string[] {
  return Object.keys(migrationContracts);
}

/** The statements of a migration. */
export function migrationText(name: string): string {
  return readFileSync(new URL(`${name}.sql`, FOLDER), 'utf8');
}

/** Brings a database to the program's schema; takes no lock when there is nothing to do. */
export async function migrate(
  connectionString: string,
  options: MigrationOptions = {},
): Promise<MigrationResult> {
  const client = new pg.Client({ connectionString, application_name: 'parstock migrate' });
  // A connection that breaks rejects the query under way; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    const applied = await migrateWhereNeeded(client, options);
    const after = await appliedTo(client);
    return { applied, schema: after.at(-1)!.name, minReader: minReaderOf(after) };
  } finally {
    await client.end();
  }
}

/**
 * Waits without a queued lock: a session that waits inside the database holds a snapshot, which would
 * hold up the very migration that it waits for where that builds an index beside the running work.
 */
async function migrateWhereNeeded(
  client: pg.Client,
  { waitSeconds = WAIT_SECONDS, log, signal }: MigrationOptions,
): Promise<readonly string[]> {
  const startedAt = Date.now();
  for (let waiting = false; ; waiting = true) {
    const { missing } = await planFor(client);
    if (missing.length === 0) return [];
    if (await tryLock(client)) return migrateLocked(client);
    if (Date.now() - startedAt > waitSeconds * 1000)
      throw new Refusal('schema_locked', { waitedSeconds: waitSeconds, ...(await holder(client)) });
    if (!waiting) log?.info({ missing }, 'waiting for another program, which migrates the tables');
    await sleep(LOOK_AGAIN_MS * (0.5 + Math.random()), undefined, { signal });
  }
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query('select pg_try_advisory_lock($1) as locked', [LOCK_KEY]);
  return rows[0].locked;
}

/** Who holds the lock, for the person who has to do something about it. */
async function holder(client: pg.Client): Promise<Record<string, unknown>> {
  const { rows } = await client.query(
    `select pid, application_name as program, client_addr as address, state, query_start as since
     from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and database = (select oid from pg_database
       where datname = current_database()) and (classid::bigint << 32 | objid::bigint) = $1`,
    [LOCK_KEY],
  );
  return { holder: rows[0] ?? 'gone in the meantime' };
}

async function migrateLocked(client: pg.Client): Promise<readonly string[]> {
  await client.query(MIGRATIONS_TABLE);
  // Whoever held the lock before may have done everything.
  const { missing } = await planFor(client);
  for (const name of missing) await applyWithRetries(client, name);
  await client.query('select pg_advisory_unlock($1)', [LOCK_KEY]);
  return missing;
}

async function planFor(client: pg.Client): Promise<SchemaPlan> {
  return planSchema(await appliedTo(client), thisProgram());
}

async function appliedTo(client: pg.Client): Promise<AppliedMigration[]> {
  const table = await client.query(
    `select to_regclass('parstock_migrations') is not null as there`,
  );
  if (!table.rows[0].there) return [];
  return (await client.query<AppliedMigration>(APPLIED_QUERY)).rows;
}

/** A busy table must not block everybody queued behind us: give up soon, try again. */
async function applyWithRetries(client: pg.Client, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await apply(client, name);
    } catch (error) {
      // Where the connection is gone there is nothing to roll back, and the first error says more.
      await client.query('rollback').catch(() => undefined);
      const { code } = error as { code?: string };
      if (!BUSY.has(code ?? '') || attempt === ATTEMPTS) refuseMigration(error, name);
      await sleep(200 * 2 ** attempt);
    }
  }
}

async function apply(client: pg.Client, name: string): Promise<void> {
  await client.query('begin');
  await client.query(`set local lock_timeout = '${WAIT_FOR_TABLE}'`);
  await client.query(migrationText(name));
  // A database of the time before these columns gets them from the migration itself.
  await client.query(
    'insert into parstock_migrations (name, min_reader, applied_by) values ($1, $2, $3)',
    [name, migrationContracts[name]?.minReader, thisProgram().version],
  );
  await client.query('commit');
}

/** A statement that failed is the database's "no" to this migration; a broken connection is a fault. */
function refuseMigration(error: unknown, migration: string): never {
  const { code, message } = error as { code?: string; message?: string };
  const saidByDatabase = /^[0-9A-Z]{5}$/.test(code ?? '') && !/^(08|57)/.test(code ?? '');
  if (!saidByDatabase || code === '53100') refuseFullDisk(error);
  const found = BUSY.has(code ?? '') ? `its tables were in use, ${ATTEMPTS} times` : message;
  throw new Refusal('migration_failed', { migration, sqlState: code, found }, { cause: error });
}
