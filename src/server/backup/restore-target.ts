import pg from 'pg';
import { Refusal } from '../../contract/errors.ts';
import type { Config } from '../config.ts';
import { startEmbeddedPostgres } from '../startup/embedded-postgres.ts';
import { quoted } from './list-tables.ts';
import { reachExternal } from './reach-database.ts';

/** A place where databases can be made, renamed and dropped beside the one that serves. */
export interface RestoreTarget {
  /** Connected to another database of the same server, since none can be renamed from inside. */
  readonly admin: pg.Client;
  /** The database that the server uses. */
  readonly database: string;
  /** Who owns it, and is to own what takes its place. */
  readonly owner: string | null;
  /** How the program connects to a database of this server. */
  urlOf(database: string): Promise<string>;
}

/** One restore of a server at a time. */
const RESTORE_LOCK = 7_270_319_004;
/** Where to stand while the database is renamed. */
const STANDPOINTS = ['postgres', 'template1'];

/** Opens the place and closes it; the embedded database is started for it, and nobody else may use it. */
export async function withRestoreTarget<T>(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  work: (target: RestoreTarget) => Promise<T>,
): Promise<T> {
  if (config.databaseUrl !== null) return withExternal(config.databaseUrl, work);
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir });
  try {
    const url = (database: string) => withDatabase(postgres.connectionString, database);
    const admin = await connect(postgres.superuserConnectionString);
    return await locked(admin, () =>
      work({
        admin,
        database: 'parstock',
        owner: 'parstock',
        urlOf: async (database) => url(database),
      }),
    );
  } finally {
    await postgres.stop();
  }
}

async function withExternal<T>(
  url: string,
  work: (target: RestoreTarget) => Promise<T>,
): Promise<T> {
  // Says what is wrong with the address, the password or the version before anything else does.
  await reachExternal(url);
  const admin = await connectToStandpoint(url);
  return locked(admin, async () => {
    const database = decodeURIComponent(new URL(url).pathname.slice(1)) || new URL(url).username;
    const owner = await ownerOf(admin, database);
    return work({
      admin,
      database,
      owner,
      urlOf: (name) => reachExternal(withDatabase(url, name)),
    });
  });
}

async function connectToStandpoint(url: string): Promise<pg.Client> {
  let last: unknown;
  for (const database of STANDPOINTS) {
    try {
      return await connect(withDatabase(url, database));
    } catch (error) {
      last = error;
    }
  }
  const found = (last as Error).message;
  throw new Refusal('restore_not_allowed', { wanted: STANDPOINTS.join(' or '), found });
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: 'parstock restore' });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function locked<T>(admin: pg.Client, work: () => Promise<T>): Promise<T> {
  try {
    const { rows } = await admin.query('select pg_try_advisory_lock($1) as mine', [RESTORE_LOCK]);
    if (!rows[0].mine) throw new Refusal('database_still_used', { found: ['another restore'] });
    return await work();
  } finally {
    await admin.end().catch(() => {});
  }
}

/** The same server and user, another database. */
function withDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}

async function ownerOf(admin: pg.Client, database: string): Promise<string | null> {
  const { rows } = await admin.query(
    'select pg_get_userbyid(datdba) as owner from pg_database where datname = $1',
    [database],
  );
  return rows[0]?.owner ?? null;
}

/** Refuses unless our user may make databases, and rename the one that serves. */
export async function refuseWithoutRights({ admin, database }: RestoreTarget): Promise<void> {
  const { rows } = await admin.query(
    `select rolsuper or rolcreatedb as creates,
       coalesce(rolsuper or pg_has_role(current_user, (select datdba from pg_database
         where datname = $1), 'usage'), true) as owns
     from pg_roles where rolname = current_user`,
    [database],
  );
  const { creates, owns } = rows[0] as { creates: boolean; owns: boolean };
  if (creates && owns) return;
  const found = creates ? `not the owner of ${database}` : 'a user without CREATEDB';
  throw new Refusal('restore_not_allowed', { database, found });
}

/** Refuses while anybody is connected, and says who. */
export async function refuseWhileUsed({ admin, database }: RestoreTarget): Promise<void> {
  const { rows } = await admin.query(
    `select coalesce(nullif(application_name, ''), 'unnamed') || coalesce(' from ' || client_addr, '')
       as who, count(*)::int as connections
     from pg_stat_activity where datname = $1 and backend_type = 'client backend'
       and pid <> pg_backend_pid() group by 1 order by 1`,
    [database],
  );
  if (rows.length === 0) return;
  const found = rows.map(({ who, connections }) => `${who} (${connections})`);
  throw new Refusal('database_still_used', { database, found });
}

/** Whether the database holds nothing at all. */
export async function isEmpty(connectionString: string): Promise<boolean> {
  const client = await connect(connectionString);
  try {
    const { rows } = await client.query(
      `select not exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
           and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')) as empty`,
    );
    return rows[0].empty;
  } finally {
    await client.end();
  }
}

/** Names of the server's databases that begin like this. */
export async function databasesLike(
  { admin }: Pick<RestoreTarget, 'admin'>,
  pattern: RegExp,
): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    'select datname as name from pg_database where not datistemplate order by datname',
  );
  return rows.map(({ name }) => name).filter((name) => pattern.test(name));
}

/** Makes an empty database that belongs to the owner of the one that serves. */
export async function createBeside(target: RestoreTarget, name: string): Promise<void> {
  const owner = target.owner ? ` owner ${quoted(target.owner)}` : '';
  await target.admin.query(`create database ${quoted(name)}${owner} template template0`);
}

export async function dropDatabase(
  { admin }: Pick<RestoreTarget, 'admin'>,
  name: string,
): Promise<void> {
  await admin.query(`drop database if exists ${quoted(name)} with (force)`);
}
