import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { Refusal } from '../../contract/errors.ts';
import { LOCK_KEY as MIGRATION_LOCK } from '../store/migrate.ts';
import { columnsOf, type FoundTable, listTables, quoted, readSequences } from './list-tables.ts';
import type { Manifest } from './manifest.ts';

/** One moment of a database, readable while others go on writing. */
export interface Snapshot {
  readonly tables: readonly FoundTable[];
  readonly facts: Pick<Manifest, 'migrations' | 'minReader' | 'tenants' | 'sequences'>;
  /** Imports whose uploaded file still waits. */
  readonly waitingFiles: readonly { readonly tenantId: string; readonly importId: string }[];
  /** The rows of a table as COPY text. */
  rows(table: FoundTable): AsyncGenerator<Buffer>;
}

/** One backup of a database at a time, whichever replica makes it. */
const BACKUP_LOCK = 7_270_319_003;
const MIGRATION_WAIT_MS = 120_000;
const WAITING = ['checking', 'checked', 'committing'];

/** Texts of values that read back as the same values, whatever the server's settings are. */
const EXACT = [
  `set_config('datestyle', 'ISO', false)`,
  `set_config('intervalstyle', 'postgres', false)`,
  `set_config('timezone', 'UTC', false)`,
  `set_config('bytea_output', 'hex', false)`,
  `set_config('extra_float_digits', '1', false)`,
  `set_config('statement_timeout', '0', false)`,
  `set_config('idle_in_transaction_session_timeout', '0', false)`,
];
/** Sets a session up for COPY. */
export const EXACT_SETTINGS = `select ${EXACT.join(', ')}`;

/**
 * Opens a snapshot, hands it on and closes it. A migration waits meanwhile, at a lock before it touches
 * a table: one that queued up behind our reading would hold everybody else up.
 */
export async function withSnapshot<T>(
  connectionString: string,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString, application_name: 'parstock backup' });
  client.on('error', () => {});
  await client.connect();
  try {
    await takeLocks(client);
    await client.query(EXACT_SETTINGS);
    await client.query('begin isolation level repeatable read read only');
    return await work(await openSnapshot(client));
  } finally {
    // With the connection end the transaction and its locks.
    await client.end().catch(() => {});
  }
}

async function takeLocks(client: pg.Client): Promise<void> {
  const { rows } = await client.query('select pg_try_advisory_lock($1) as mine', [BACKUP_LOCK]);
  if (!rows[0].mine) throw new Refusal('backup_under_way', { where: 'another server' });
  const deadline = Date.now() + MIGRATION_WAIT_MS;
  while (!(await tryShare(client))) {
    if (Date.now() > deadline) throw new Refusal('schema_locked', { waitedMs: MIGRATION_WAIT_MS });
    await sleep(200);
  }
}

/** Asked again and again: a session that waits inside the database could hold up what it waits for. */
async function tryShare(client: pg.Client): Promise<boolean> {
  const text = 'select pg_try_advisory_lock_shared($1) as mine';
  return (await client.query(text, [MIGRATION_LOCK])).rows[0].mine;
}

async function openSnapshot(client: pg.Client): Promise<Snapshot> {
  const tables = await listTables(client);
  if (!tables.some(({ name }) => name === 'parstock_migrations'))
    throw new Refusal('nothing_to_back_up', { found: 'a database without the tables of Parstock' });
  const tenants = await listTenants(client);
  const { rows } = await client.query('select * from parstock_migrations order by name');
  const migrations = rows.map((row) => row.name as string);
  const minReader = (rows.at(-1)?.min_reader as string | undefined) ?? null;
  const waitingFiles = [];
  for (const { id } of tenants) waitingFiles.push(...(await listWaiting(client, id)));
  return {
    tables,
    facts: { migrations, minReader, tenants, sequences: await readSequences(client) },
    waitingFiles,
    rows: (table) => rowsOf(client, { table, tenants }),
  };
}

async function listTenants(client: pg.Client): Promise<Manifest['tenants']> {
  await setLocally(client, { name: 'parstock.scope', value: 'housekeeping' });
  const { rows } = await client.query('select id, name from tenants order by created_at, id');
  await setLocally(client, { name: 'parstock.scope', value: '' });
  return rows;
}

async function listWaiting(client: pg.Client, tenantId: string) {
  await setLocally(client, { name: 'parstock.tenant_id', value: tenantId });
  const { rows } = await client.query<{ id: string }>(
    'select id from imports where tenant_id = $1 and state = any($2) order by id',
    [tenantId, WAITING],
  );
  return rows.map(({ id }) => ({ tenantId, importId: id }));
}

async function* rowsOf(
  client: pg.Client,
  { table, tenants }: { table: FoundTable; tenants: Manifest['tenants'] },
): AsyncGenerator<Buffer> {
  // A policy shows the rows of one tenant at a time; all together show each row once.
  for (const tenantId of table.guarded ? tenants.map(({ id }) => id) : ['']) {
    await setLocally(client, { name: 'parstock.tenant_id', value: tenantId });
    yield* copyOut(client, table);
  }
}

/** The rows of a table that this session sees, as COPY text. */
export async function* copyOut(
  client: pg.Client,
  table: Pick<FoundTable, 'name' | 'columns'>,
): AsyncGenerator<Buffer> {
  const select = `select ${columnsOf(table)} from ${quoted(table.name)}`;
  yield* client.query(copyTo(`copy (${select}) to stdout`)) as AsyncIterable<Buffer>;
}

async function setLocally(
  client: pg.Client,
  { name, value }: { name: string; value: string },
): Promise<void> {
  await client.query('select set_config($1, $2, true)', [name, value]);
}
