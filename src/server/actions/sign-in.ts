import type { Session } from '../../contract/access.ts';
import { Refusal } from '../../contract/errors.ts';
import { recordAudit } from '../store/audit.ts';
import { deleteExpiredSessions, insertSession } from '../store/sessions.ts';
import { getTenant } from '../store/tenants.ts';
import { findUserByEmail } from '../store/users.ts';
import type { AccessContext } from './authenticate.ts';
import { checkPassword, hashToken, newToken } from './secrets.ts';

const DAY_MS = 86_400_000;

export interface SignInInput {
  readonly email: string;
  readonly password: string;
  readonly sessionDays: number;
}

export interface SignedIn {
  /** For the cookie; only its hash is kept. */
  readonly token: string;
  readonly expiresAt: Date;
  readonly session: Session;
}

/** Opens a session for whoever knows the address and the password. */
export async function signIn(context: AccessContext, input: SignInInput): Promise<SignedIn> {
  const email = input.email.trim().toLowerCase();
  const user = await context.database.withPresented(email, (tx) => findUserByEmail(tx, email));
  const usable = user && !user.disabledAt ? user : null;
  const right = await checkPassword(input.password, usable?.passwordHash ?? null);
  if (!usable || !right) throw new Refusal('wrong_credentials');
  const { id: userId, tenantId, role } = usable;
  const now = context.clock.now();
  const expiresAt = new Date(now.getTime() + input.sessionDays * DAY_MS);
  const token = newToken();
  return context.database.withTenant(tenantId, async (tx) => {
    await deleteExpiredSessions(tx, now);
    await insertSession(tx, { tokenHash: hashToken(token), tenantId, userId, expiresAt });
    const by = { tenantId, actor: email };
    await recordAudit(tx, by, { action: 'session.open', subject: email });
    const tenant = await getTenant(tx, tenantId);
    return { token, expiresAt, session: { user: { id: userId, email, role }, tenant } };
  });
}
