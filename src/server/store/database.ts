import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { refuseFullDisk } from './disk-full.ts';
import type { Schema } from './schema.ts';

/** A transaction on the store; everything that reads or writes takes one. */
export type Tx = Transaction<Schema>;

/**
 * The store. There is no way to query outside a scope: rows of a tenant are only reached inside
 * `withTenant`, and row-level security in the database holds even where a query forgets its `where`.
 */
export interface Database {
  /** One transaction that sees the rows of one tenant. */
  withTenant<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** One transaction that sees just the rows whose e-mail, token hash or key hash is this value. */
  withPresented<T>(value: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** One transaction that may list tenants, administrators and unfinished work of all tenants. */
  withHousekeeping<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** The pool underneath, for COPY and LISTEN. */
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

const OID = {
  int8: 20,
  date: 1082,
  numeric: 1700,
  textArray: 1009,
  float8Array: 1022,
  int8Array: 1016,
  dateArray: 1182,
  numericArray: 1231,
};

type TypeParser = (value: string) => unknown;
// pg's own signature knows the names of scalar types only.
const builtInParser = pg.types.getTypeParser as (oid: number, format?: string) => TypeParser;

function parserFor(oid: number, format: 'text' | 'binary' = 'text'): TypeParser {
  if (format === 'text') {
    if (oid === OID.int8 || oid === OID.numeric) return Number;
    // A date of business has no zone: pg would make local midnight of it.
    if (oid === OID.date) return (text) => text;
    if (oid === OID.dateArray) return builtInParser(OID.textArray);
    if (oid === OID.int8Array || oid === OID.numericArray) return builtInParser(OID.float8Array);
  }
  return builtInParser(oid, format);
}

export interface DatabaseOptions {
  readonly connectionString: string;
  /** Role to act as, where the one that connects would bypass row-level security. */
  readonly role?: string;
  readonly maxConnections?: number;
}

/** From here on, this transaction also sees the rows of that tenant: for whoever was just identified. */
export async function enterTenant(tx: Tx, tenantId: string): Promise<void> {
  await sql`select set_config('parstock.tenant_id', ${tenantId}, true)`.execute(tx);
}

/** From here on, this transaction may also list tenants, administrators and unfinished work of all. */
export async function enterHousekeeping(tx: Tx): Promise<void> {
  await sql`select set_config('parstock.scope', 'housekeeping', true)`.execute(tx);
}

/** Opens a pool on a migrated database. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.maxConnections ?? 8,
    options: options.role ? `-c role=${options.role}` : undefined,
    types: { getTypeParser: parserFor as typeof pg.types.getTypeParser },
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  // One that breaks in the middle of a transaction fails its query; nobody else listens to it then.
  pool.on('connect', (client) => client.on('error', () => {}));
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const scoped = async <T>(setting: string, value: string, work: (tx: Tx) => Promise<T>) => {
    let failure: unknown;
    try {
      return await kysely.transaction().execute(async (tx) => {
        await sql`select set_config(${setting}, ${value}, true)`.execute(tx);
        return work(tx).catch((error) => {
          failure = error;
          throw error;
        });
      });
    } catch (error) {
      // Where the connection is gone, the rollback fails too, and hides what went wrong first.
      return refuseFullDisk(failure ?? error);
    }
  };
  return {
    pool,
    withTenant: (tenantId, work) => scoped('parstock.tenant_id', tenantId, work),
    withPresented: (value, work) => scoped('parstock.presented', value, work),
    withHousekeeping: (work) => scoped('parstock.scope', 'housekeeping', work),
    close: () => kysely.destroy(),
  };
}
