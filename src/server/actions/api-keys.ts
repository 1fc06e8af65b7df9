import type { z } from 'zod';
import type { apiKeySchema, createdApiKeySchema, newApiKeySchema } from '../../contract/access.ts';
import { Refusal } from '../../contract/errors.ts';
import {
  findApiKey,
  insertApiKey,
  listAllApiKeys,
  type StoredApiKey,
  updateApiKey,
} from '../store/api-keys.ts';
import { recordAudit } from '../store/audit.ts';
import type { ActionContext } from './context.ts';
import { hashToken, newToken } from './secrets.ts';

type ApiKey = z.infer<typeof apiKeySchema>;

/** So that scanners for leaked secrets, and people, recognise one. */
const MARK = 'ps_';
const SHOWN_CHARACTERS = 8;

export async function listApiKeys(context: ActionContext): Promise<{ items: ApiKey[] }> {
  const keys = await context.database.withTenant(context.tenantId, listAllApiKeys);
  return { items: keys.map(toApiKey) };
}

/** The secret is in the answer and nowhere else. */
export async function createApiKey(
  context: ActionContext,
  input: z.infer<typeof newApiKeySchema>,
): Promise<z.infer<typeof createdApiKeySchema>> {
  const { tenantId, userId } = context;
  const { name, role } = input;
  const secret = `${MARK}${newToken()}`;
  const prefix = secret.slice(0, SHOWN_CHARACTERS);
  const keyHash = hashToken(secret);
  return context.database.withTenant(tenantId, async (tx) => {
    const id = await insertApiKey(tx, { tenantId, name, role, prefix, keyHash, createdBy: userId });
    await recordAudit(tx, context, { action: 'api-key.create', subject: name, details: { role } });
    return { key: toApiKey((await findApiKey(tx, id)) as StoredApiKey), secret };
  });
}

export async function revokeApiKey(
  context: ActionContext,
  input: { readonly id: string },
): Promise<void> {
  await context.database.withTenant(context.tenantId, async (tx) => {
    const key = await findApiKey(tx, input.id);
    if (!key) throw new Refusal('not_found', { apiKey: input.id });
    if (key.revokedAt) return;
    await updateApiKey(tx, key.id, { revokedAt: context.clock.now() });
    await recordAudit(tx, context, { action: 'api-key.revoke', subject: key.name });
  });
}

function toApiKey(key: StoredApiKey): ApiKey {
  const { id, name, role, prefix } = key;
  return {
    id,
    name,
    role,
    prefix,
    createdAt: key.createdAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
  };
}
