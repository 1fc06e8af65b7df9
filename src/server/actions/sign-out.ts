import { enterTenant } from '../store/database.ts';
import { deleteSession, findSession } from '../store/sessions.ts';
import type { AccessContext } from './authenticate.ts';
import { hashToken } from './secrets.ts';

/** Ends the session of that token; a token that is not known has nothing to end. */
export async function signOut(
  context: AccessContext,
  input: { readonly sessionToken: string },
): Promise<void> {
  const hash = hashToken(input.sessionToken);
  await context.database.withPresented(hash, async (tx) => {
    const session = await findSession(tx, hash);
    if (!session) return;
    await enterTenant(tx, session.tenantId);
    await deleteSession(tx, hash);
  });
}
