import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type Database, enterHousekeeping, enterTenant, type Tx } from './database.ts';
import { refuseFullDisk } from './disk-full.ts';
import type { Schema } from './schema.ts';

/** A transaction of one tenant that can also COPY, which the query builder has no words for. */
export interface TenantConnection {
  readonly tx: Tx;
  /** Streams lines of COPY text into a table. */
  copyIn(table: string, rows: CopyRows): Promise<void>;
}

export interface CopyRows {
  readonly columns: readonly string[];
  readonly pieces: AsyncIterable<string>;
}

/** Like `withTenant`, on a connection that is reserved for this one transaction. */
export async function withTenantConnection<T>(
  database: Pick<Database, 'pool'>,
  tenantId: string,
  work: (connection: TenantConnection) => Promise<T>,
): Promise<T> {
  return onReserved(database.pool, async (connection) => {
    await enterTenant(connection.tx, tenantId);
    return work(connection);
  });
}

/** Like `withHousekeeping`, likewise: for set-up, which enters the tenant that it makes. */
export async function withHousekeepingConnection<T>(
  database: Pick<Database, 'pool'>,
  work: (connection: TenantConnection) => Promise<T>,
): Promise<T> {
  return onReserved(database.pool, async (connection) => {
    await enterHousekeeping(connection.tx);
    return work(connection);
  });
}

async function onReserved<T>(
  pool: pg.Pool,
  work: (connection: TenantConnection) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const note = (error: Error) => {
    broken = error;
  };
  client.on('error', note);
  let failure: unknown;
  try {
    return await transactionOn(client).execute(async (tx) => {
      const connection = {
        tx,
        copyIn: (table: string, rows: CopyRows) => copyIn(client, table, rows),
      };
      return work(connection).catch((error) => {
        failure = error;
        throw error;
      });
    });
  } catch (error) {
    // Where the connection is gone, the rollback fails too, and hides what went wrong first.
    return refuseFullDisk(failure ?? error);
  } finally {
    client.off('error', note);
    client.release(broken);
  }
}

/** The query builder on a client that somebody else releases. */
function transactionOn(client: pg.PoolClient) {
  const borrowed = { query: client.query.bind(client), release: () => {} };
  const pool = { connect: async () => borrowed, end: async () => {} };
  const dialect = new PostgresDialect({ pool: pool as unknown as pg.Pool });
  return new Kysely<Schema>({ dialect }).transaction();
}

/** An error of either side ends both; PostgreSQL then takes none of the rows. */
async function copyIn(client: pg.PoolClient, table: string, rows: CopyRows): Promise<void> {
  const columns = rows.columns.map((name) => `"${name}"`).join(', ');
  const copy = client.query(copyFrom(`copy "${table}" (${columns}) from stdin`));
  try {
    await pipeline(Readable.from(rows.pieces, { highWaterMark: 2 }), copy);
  } catch (error) {
    // The client takes its next command only after the server has acknowledged the abandoned one.
    if (!copy.closed) await once(copy, 'close').catch(() => {});
    throw error;
  }
}
