import type { Tx } from './database.ts';

export interface StoredSession {
  readonly tokenHash: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly expiresAt: Date;
}

export async function insertSession(tx: Tx, session: StoredSession): Promise<void> {
  await tx
    .insertInto('sessions')
    .values({
      token_hash: session.tokenHash,
      tenant_id: session.tenantId,
      user_id: session.userId,
      expires_at: session.expiresAt,
    })
    .execute();
}

/** Visible to whoever presents the hash. */
export async function findSession(tx: Tx, tokenHash: string): Promise<StoredSession | null> {
  const row = await tx
    .selectFrom('sessions')
    .select([
      'token_hash as tokenHash',
      'tenant_id as tenantId',
      'user_id as userId',
      'expires_at as expiresAt',
    ])
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst();
  return row ?? null;
}

export async function deleteSession(tx: Tx, tokenHash: string): Promise<void> {
  await tx.deleteFrom('sessions').where('token_hash', '=', tokenHash).execute();
}

export async function deleteSessionsOfUser(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('sessions').where('user_id', '=', userId).execute();
}

export async function deleteExpiredSessions(tx: Tx, now: Date): Promise<void> {
  await tx.deleteFrom('sessions').where('expires_at', '<=', now).execute();
}
