import { sql } from 'kysely';
import type pg from 'pg';
import type { Database, Tx } from './database.ts';
import type { SetupState } from './schema.ts';

/** The one row that reports on set-up. Facts decide; it is brought in line with them at every start. */
export interface SetupReport {
  readonly state: SetupState;
  readonly step: string | null;
  readonly programVersion: string;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly error: SetupError | null;
  readonly linkTokenHash: string | null;
  readonly linkExpiresAt: Date | null;
}

/** Why a set-up failed: a code of the catalogue and its facts, or the words of a fault. */
export interface SetupError {
  readonly code: string | null;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface SetupChange {
  readonly programVersion: string;
  readonly state: SetupState;
  readonly step: string | null;
  readonly startedAt?: Date;
  readonly finishedAt?: Date | null;
  readonly error?: SetupError | null;
  readonly link?: { readonly tokenHash: string; readonly expiresAt: Date } | null;
}

const ID = 1;

/** Two numbers that nobody else locks: our own name, and what for. */
const LOCKS = { of: 0x7061_7273, setup: 1, link: 2 } as const;

/** Null before anybody has tried. */
export async function findSetupReport(tx: Tx): Promise<SetupReport | null> {
  const row = await tx
    .selectFrom('setup_status')
    .select([
      'state',
      'step',
      'program_version as programVersion',
      'started_at as startedAt',
      'finished_at as finishedAt',
      'error',
      'link_token_hash as linkTokenHash',
      'link_expires_at as linkExpiresAt',
    ])
    .where('id', '=', ID)
    .executeTakeFirst();
  return row ? { ...row, error: row.error as SetupError | null } : null;
}

/**
 * The right to set up, until the transaction ends; false while somebody else has it. The report itself
 * stays free: others can read, and the holder's other connection can write, which step is under way.
 */
export async function tryLockSetup(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(${LOCKS.of}, ${LOCKS.setup}) as locked`.execute(tx);
  return rows[0]?.locked ?? false;
}

/** Whether somebody has that right at this moment: a report may say so of a process long gone. */
export async function isSetupUnderWay(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`select exists (
    select from pg_locks where locktype = 'advisory' and granted and objsubid = 2
      and database = (select oid from pg_database where datname = current_database())
      and classid = ${LOCKS.of}::int::oid and objid = ${LOCKS.setup}::int::oid) as held`.execute(
    tx,
  );
  return rows[0]?.held ?? false;
}

/** Writes the report, whether or not there is one. */
export async function updateSetupReport(tx: Tx, change: SetupChange): Promise<void> {
  const { state, step, programVersion, startedAt, finishedAt, error, link } = change;
  const values = {
    state,
    step,
    program_version: programVersion,
    ...(startedAt !== undefined && { started_at: startedAt }),
    ...(finishedAt !== undefined && { finished_at: finishedAt }),
    ...(error !== undefined && { error: error && JSON.stringify(error) }),
    ...(link !== undefined && {
      link_token_hash: link?.tokenHash ?? null,
      link_expires_at: link?.expiresAt ?? null,
    }),
  };
  await tx
    .insertInto('setup_status')
    .values({ id: ID, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
}

/** Held by the process whose link is the valid one, for as long as it lives. */
export interface LinkHold {
  release(): void;
}

/**
 * The right to print the link: null while another live process has printed one. A process that is gone
 * loses it with its connection, on a dead machine after some 25 seconds.
 */
export async function holdSetupLink({ pool }: Pick<Database, 'pool'>): Promise<LinkHold | null> {
  const client = await pool.connect();
  try {
    await client.query(`select set_config('tcp_keepalives_idle', '10', false),
      set_config('tcp_keepalives_interval', '5', false),
      set_config('tcp_keepalives_count', '3', false)`);
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock($1, $2) as locked',
      [LOCKS.of, LOCKS.link],
    );
    if (rows[0]?.locked) return holdOn(client);
    client.release(true);
    return null;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

function holdOn(client: pg.PoolClient): LinkHold {
  let held = true;
  return {
    release: () => {
      // The connection has the lock, and settings of its own: it is not used again.
      if (held) client.release(true);
      held = false;
    },
  };
}

/** Whether there is a tenant, and an administrator who can sign in; needs the housekeeping scope. */
export async function readSetupFacts(
  tx: Tx,
): Promise<{ tenantId: string | null; hasAdministrator: boolean }> {
  const tenant = await tx
    .selectFrom('tenants')
    .select('id')
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
  const administrator = await tx
    .selectFrom('users')
    .select(sql`1`.as('one'))
    // Housekeeping does not see every tenant, and administrators of the others do not count.
    .where('tenant_id', 'in', (tenants) => tenants.selectFrom('tenants').select('id'))
    .where('role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return { tenantId: tenant?.id ?? null, hasAdministrator: administrator !== undefined };
}
