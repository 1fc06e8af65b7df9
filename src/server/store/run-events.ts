import { sql } from 'kysely';
import type pg from 'pg';
import type { Tx } from './database.ts';

/** A run has moved on: its row says how far. */
export interface RunEvent {
  readonly tenantId: string;
  readonly runId: string;
}

const CHANNEL = 'parstock_run';
const RECONNECT_MS = 1_000;

/** Announces progress of a run; listeners hear of it when the transaction commits. */
export async function announceRun(tx: Tx, event: RunEvent): Promise<void> {
  await sql`select pg_notify(${CHANNEL}, ${JSON.stringify(event)})`.execute(tx);
}

/**
 * Calls back for every run that moves, on any server of this database, until stopped. Holds one
 * connection, and takes another when that one breaks.
 */
export async function listenRuns(
  pool: pg.Pool,
  callback: (event: RunEvent) => void,
): Promise<() => Promise<void>> {
  let stopped = false;
  let client: pg.PoolClient | null = null;
  let timer: NodeJS.Timeout | null = null;

  const connect = async () => {
    const next = await pool.connect();
    next.on('notification', ({ channel, payload }) => {
      if (channel === CHANNEL && payload) callback(JSON.parse(payload) as RunEvent);
    });
    next.on('error', (error) => {
      if (client !== next) return;
      client = null;
      next.release(error);
      retry();
    });
    await next.query(`listen ${CHANNEL}`);
    client = next;
  };
  const retry = () => {
    if (stopped) return;
    timer = setTimeout(() => connect().catch(retry), RECONNECT_MS);
    timer.unref();
  };

  await connect();
  return async () => {
    stopped = true;
    if (timer) clearTimeout(timer);
    const last = client;
    client = null;
    // Destroyed rather than returned: the next borrower must not inherit the subscription.
    last?.release(true);
  };
}
