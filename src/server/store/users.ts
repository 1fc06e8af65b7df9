import type { Tx } from './database.ts';
import type { Role } from './schema.ts';

export interface StoredUser {
  readonly id: string;
  readonly tenantId: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly role: Role;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
}

export interface NewUser {
  readonly tenantId: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly role: Role;
}

export interface UserChange {
  readonly role?: Role;
  readonly passwordHash?: string;
  readonly disabledAt?: Date | null;
}

function users(tx: Tx) {
  return tx
    .selectFrom('users')
    .select([
      'id',
      'tenant_id as tenantId',
      'email',
      'password_hash as passwordHash',
      'role',
      'created_at as createdAt',
      'disabled_at as disabledAt',
    ]);
}

/** By e-mail address, in lower case; visible to whoever presents it. */
export async function findUserByEmail(tx: Tx, email: string): Promise<StoredUser | null> {
  return (await users(tx).where('email', '=', email).executeTakeFirst()) ?? null;
}

export async function findUser(tx: Tx, id: string): Promise<StoredUser | null> {
  return (await users(tx).where('id', '=', id).executeTakeFirst()) ?? null;
}

export async function listAllUsers(tx: Tx): Promise<StoredUser[]> {
  return users(tx).orderBy('email').execute();
}

/** Null where the address is taken, in whichever tenant. */
export async function insertUser(tx: Tx, user: NewUser): Promise<StoredUser | null> {
  const row = await tx
    .insertInto('users')
    .values({
      tenant_id: user.tenantId,
      email: user.email,
      password_hash: user.passwordHash,
      role: user.role,
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row ? findUser(tx, row.id) : null;
}

export async function updateUser(tx: Tx, id: string, change: UserChange): Promise<void> {
  const values = {
    ...(change.role !== undefined && { role: change.role }),
    ...(change.passwordHash !== undefined && { password_hash: change.passwordHash }),
    ...(change.disabledAt !== undefined && { disabled_at: change.disabledAt }),
  };
  if (Object.keys(values).length === 0) return;
  await tx.updateTable('users').set(values).where('id', '=', id).execute();
}

/** Administrators who can sign in, locked so that two changes cannot each remove the other's last one. */
export async function lockAdministrators(tx: Tx): Promise<string[]> {
  const rows = await tx
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map(({ id }) => id);
}
