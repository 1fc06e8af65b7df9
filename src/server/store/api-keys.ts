import type { Tx } from './database.ts';
import type { Role } from './schema.ts';

export interface StoredApiKey {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly role: Role;
  readonly prefix: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface NewApiKey {
  readonly tenantId: string;
  readonly name: string;
  readonly role: Role;
  readonly prefix: string;
  readonly keyHash: string;
  readonly createdBy: string | null;
}

function apiKeys(tx: Tx) {
  return tx
    .selectFrom('api_keys')
    .select([
      'id',
      'tenant_id as tenantId',
      'name',
      'role',
      'prefix',
      'created_at as createdAt',
      'last_used_at as lastUsedAt',
      'revoked_at as revokedAt',
    ]);
}

/** Visible to whoever presents the hash. */
export async function findApiKeyByHash(tx: Tx, keyHash: string): Promise<StoredApiKey | null> {
  return (await apiKeys(tx).where('key_hash', '=', keyHash).executeTakeFirst()) ?? null;
}

export async function findApiKey(tx: Tx, id: string): Promise<StoredApiKey | null> {
  return (await apiKeys(tx).where('id', '=', id).executeTakeFirst()) ?? null;
}

export async function listAllApiKeys(tx: Tx): Promise<StoredApiKey[]> {
  return apiKeys(tx).orderBy('created_at', 'desc').orderBy('id').execute();
}

export async function insertApiKey(tx: Tx, key: NewApiKey): Promise<string> {
  const { id } = await tx
    .insertInto('api_keys')
    .values({
      tenant_id: key.tenantId,
      name: key.name,
      role: key.role,
      prefix: key.prefix,
      key_hash: key.keyHash,
      created_by: key.createdBy,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function updateApiKey(
  tx: Tx,
  id: string,
  change: { readonly lastUsedAt?: Date; readonly revokedAt?: Date },
): Promise<void> {
  const values = {
    ...(change.lastUsedAt && { last_used_at: change.lastUsedAt }),
    ...(change.revokedAt && { revoked_at: change.revokedAt }),
  };
  await tx.updateTable('api_keys').set(values).where('id', '=', id).execute();
}
