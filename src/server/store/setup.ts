import { sql } from 'kysely';
import type { Tx } from './database.ts';
import type { SetupState } from './schema.ts';

/** The one row that reports on set-up. Facts decide; it is brought in line with them at every start. */
export interface SetupReport {
  readonly state: SetupState;
  readonly step: string | null;
  readonly linkTokenHash: string | null;
  readonly linkExpiresAt: Date | null;
}

export interface SetupChange {
  readonly state: SetupState;
  readonly step: string | null;
  readonly programVersion?: string;
  readonly startedAt?: Date;
  readonly finishedAt?: Date | null;
  readonly error?: Readonly<Record<string, unknown>> | null;
  readonly link?: { readonly tokenHash: string; readonly expiresAt: Date } | null;
}

const ID = 1;

/** Reads the report without waiting for a set-up that is under way. */
export async function findSetupReport(tx: Tx): Promise<SetupReport | null> {
  return (await report(tx).executeTakeFirst()) ?? null;
}

/** Locks the report until the transaction ends: of all who would set up, one at a time. */
export async function lockSetupReport(tx: Tx, programVersion: string): Promise<SetupReport> {
  await tx
    .insertInto('setup_status')
    .values({ id: ID, program_version: programVersion })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  return report(tx).forUpdate().executeTakeFirstOrThrow();
}

function report(tx: Tx) {
  return tx
    .selectFrom('setup_status')
    .select([
      'state',
      'step',
      'link_token_hash as linkTokenHash',
      'link_expires_at as linkExpiresAt',
    ])
    .where('id', '=', ID);
}

export async function updateSetupReport(tx: Tx, change: SetupChange): Promise<void> {
  const { state, step, programVersion, startedAt, finishedAt, error, link } = change;
  await tx
    .updateTable('setup_status')
    .set({
      state,
      step,
      ...(programVersion !== undefined && { program_version: programVersion }),
      ...(startedAt !== undefined && { started_at: startedAt }),
      ...(finishedAt !== undefined && { finished_at: finishedAt }),
      ...(error !== undefined && { error: error && JSON.stringify(error) }),
      ...(link !== undefined && {
        link_token_hash: link?.tokenHash ?? null,
        link_expires_at: link?.expiresAt ?? null,
      }),
    })
    .where('id', '=', ID)
    .execute();
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
    .where('role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return { tenantId: tenant?.id ?? null, hasAdministrator: administrator !== undefined };
}
