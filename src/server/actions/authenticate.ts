import { timingSafeEqual } from 'node:crypto';
import { findApiKeyByHash, updateApiKey } from '../store/api-keys.ts';
import { type Database, enterTenant, type Tx } from '../store/database.ts';
import type { Role } from '../store/schema.ts';
import { findSession } from '../store/sessions.ts';
import { readSetupFacts } from '../store/setup.ts';
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
  if (isOver(tenant, now)) return null;
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
  if (isOver(tenant, now)) return null;
  return { tenantId, actor: `key ${name}`, userId: null, role, email: `key ${name}`, tenant };
}

/** A scratch tenant that its smoke test has forgotten opens no door while it waits to be swept. */
function isOver({ scratchExpiresAt }: Tenant, now: Date): boolean {
  return scratchExpiresAt !== null && scratchExpiresAt !== undefined && scratchExpiresAt <= now;
}

/** Where there is no company yet: row-level security shows it nothing, and lets it write nothing. */
const NO_COMPANY = '00000000-0000-0000-0000-000000000000';

/** Whoever holds the server's deploy key, acting for its company; null for anybody else. */
export async function authenticateDeployer(
  context: AccessContext,
  { bearer, deployKey }: Credentials & { readonly deployKey: string | null },
): Promise<Caller | null> {
  if (!bearer || !deployKey) return null;
  const [presented, wanted] = [hashToken(bearer), hashToken(deployKey)].map((hash) =>
    Buffer.from(hash),
  );
  if (!timingSafeEqual(presented!, wanted!)) return null;
  const actor = 'deploy key';
  const tenant = await context.database.withHousekeeping(async (tx): Promise<Tenant> => {
    const { tenantId } = await readSetupFacts(tx);
    if (tenantId) return getTenant(tx, tenantId);
    return { id: NO_COMPANY, name: '', currency: 'EUR', demoData: false };
  });
  return { tenantId: tenant.id, actor, userId: null, role: 'admin', email: actor, tenant };
}
