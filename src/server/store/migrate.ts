import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Refusal } from '../../contract/errors.ts';
import { refuseFullDisk } from './disk-full.ts';

export interface MigrationResult {
  /** Names of the migrations that this call applied, in order. */
  readonly applied: string[];
  /** Name of the newest migration that the database now has. */
  readonly schema: string;
}

const FOLDER = new URL('./migrations/', import.meta.url);
/** One number for all programs of this name, so that replicas queue up behind each other. */
const LOCK_KEY = 7_270_319_001;
const WAIT_FOR_LOCK = '120s';
const WAIT_FOR_TABLE = '5s';
const ATTEMPTS = 5;
const LOCK_NOT_AVAILABLE = '55P03';

/** Names of the migrations that this program knows, oldest first. */
export function knownMigrations(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .sort();
}

/** Brings a database to the program's schema; takes no lock when there is nothing to do. */
export async function migrate(connectionString: string): Promise<MigrationResult> {
  const known = knownMigrations();
  const client = new pg.Client({ connectionString, application_name: 'parstock migrate' });
  // A connection that breaks rejects the query under way; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    const before = missingFrom(known, await appliedTo(client));
    const applied = before.length === 0 ? [] : await migrateLocked(client, known);
    return { applied, schema: known.at(-1) ?? '' };
  } finally {
    await client.end();
  }
}

async function migrateLocked(client: pg.Client, known: readonly string[]): Promise<string[]> {
  await client.query(`set lock_timeout = '${WAIT_FOR_LOCK}'`);
  await client.query('select pg_advisory_lock($1)', [LOCK_KEY]);
  await client.query(`create table if not exists parstock_migrations (
    name text primary key, applied_at timestamptz not null default now())`);
  // Whoever held the lock before may have done everything.
  const missing = missingFrom(known, await appliedTo(client));
  for (const name of missing) await applyWithRetries(client, name);
  await client.query('select pg_advisory_unlock($1)', [LOCK_KEY]);
  return missing;
}

async function appliedTo(client: pg.Client): Promise<string[]> {
  const table = await client.query(
    `select to_regclass('parstock_migrations') is not null as there`,
  );
  if (!table.rows[0].there) return [];
  const { rows } = await client.query('select name from parstock_migrations order by name');
  return rows.map((row) => row.name as string);
}

function missingFrom(known: readonly string[], applied: readonly string[]): string[] {
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Refusal('schema_too_new', { found: unknown.at(-1), wanted: known.at(-1) });
  }
  return known.filter((name) => !applied.includes(name));
}

/** A busy table must not block everybody queued behind us: give up soon, try again. */
async function applyWithRetries(client: pg.Client, name: string): Promise<void> {
  const text = readFileSync(new URL(`${name}.sql`, FOLDER), 'utf8');
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query('begin');
      await client.query(`set local lock_timeout = '${WAIT_FOR_TABLE}'`);
      await client.query(text);
      await client.query('insert into parstock_migrations (name) values ($1)', [name]);
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback');
      const busy = (error as { code?: string }).code === LOCK_NOT_AVAILABLE;
      if (!busy || attempt === ATTEMPTS) refuseFullDisk(error);
      await sleep(200 * 2 ** attempt);
    }
  }
}
