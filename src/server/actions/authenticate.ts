import { findApiKeyByHash, updateApiKey } from '../store/api-keys.ts';
import { type Database, enterTenant, type Tx } from '../store/database.ts';
import type { Role } from '../store/schema.ts';
import { findSession } from '../store/sessions.ts';
import { getTenant, type Tenant } from '../store/tenants.ts';
import { findUser } from '../store/users.ts';
import type { Clock } from './context.ts';
import { hashToken } from './secrets.ts';

/** What actions need that are called before anybody is known. */
export interface AccessContext {
  readonly database: Database;
  readonly clock: Clock;
}

export interface Credentials {
  readonly sessionToken?: string | undefined;
  readonly bearer?: string | undefined;
}

/** Who asks, and for which tenant. */
export interface Caller {
  readonly tenantId: string;
  /** E-mail of the user or name of the key, for the audit log. */
  readonly actor: string;
  /** Null for an API key. */
  readonly userId: string | null;
  readonly role: Role;
  readonly email: string;
  readonly tenant: Tenant;
}

/** Writing down every use would make every read a write. */
const LAST_USED_EVERY_MS = 60_000;

/** Finds who presents a session's token or an API key; null when it is not, or no longer, valid. */
export async function authenticate(
  context: AccessContext,
  credentials: Credentials,
): Promise<Caller | null> {
  const { sessionToken, bearer } = credentials;
  const presented = bearer ?? sessionToken;
  if (!presented) return null;
  const hash = hashToken(presented);
  const now = context.clock.now();
  return context.database.withPresented(hash, (tx) =>
    bearer ? callerOfKey(tx, { hash, now }) : callerOfSession(tx, { hash, now }),
  );
}

async function callerOfSession(
  tx: Tx,
  { hash, now }: { hash: string; now: Date },
): Promise<Caller | null> {
  const session = await findSession(tx, hash);
  if (!session || session.expiresAt <= now) return null;
  const { tenantId, userId } = session;
  await enterTenant(tx, tenantId);
  const user = await findUser(tx, userId);
  if (!user || user.disabledAt) return null;
  const tenant = await getTenant(tx, tenantId);
  return { tenantId, actor: user.email, userId, role: user.role, email: user.email, tenant };
}

async function callerOfKey(
  tx: Tx,
  { hash, now }: { hash: string; now: Date },
): Promise<Caller | null> {
  const key = await findApiKeyByHash(tx, hash);
  if (!key || key.revokedAt) return null;
  const { id, tenantId, name, role, lastUsedAt } = key;
  await enterTenant(tx, tenantId);
  if (now.getTime() - (lastUsedAt?.getTime() ?? 0) > LAST_USED_EVERY_MS) {
    await updateApiKey(tx, id, { lastUsedAt: now });
  }
  const tenant = await getTenant(tx, tenantId);
  return { tenantId, actor: `key ${name}`, userId: null, role, email: `key ${name}`, tenant };
}
