import { hashPassword, hashToken, newToken } from '../actions/secrets.ts';
import { createCompany, type FirstCompany, type SetupContext } from '../actions/set-up.ts';
import { lockSetupReport, readSetupFacts, updateSetupReport } from '../store/setup.ts';

const LINK_MS = 30 * 60_000;

export interface SetupOutcome {
  readonly state: 'completed' | 'pending';
  /** For the one-time link; null when an administrator exists. */
  readonly token: string | null;
}

/**
 * Brings the report in line with the facts: complete, made from the environment, or waiting for the
 * holder of a new one-time link. Every start makes the links of earlier starts void.
 */
export async function reconcileSetup(
  context: SetupContext,
  administrator: FirstCompany | null,
): Promise<SetupOutcome> {
  if (await isComplete(context)) return { state: 'completed', token: null };
  if (!administrator) return issueLink(context);
  const passwordHash = await hashPassword(administrator.password);
  await announce(context);
  try {
    await createFrom(context, { ...administrator, passwordHash });
  } catch (error) {
    // A database that is gone cannot take the note; what went wrong is what matters.
    await recordFailure(context, error).catch(() => undefined);
    throw error;
  }
  return { state: 'completed', token: null };
}

async function isComplete(context: SetupContext): Promise<boolean> {
  return context.database.withHousekeeping(async (tx) => {
    await lockSetupReport(tx, context.programVersion);
    const { tenantId, hasAdministrator } = await readSetupFacts(tx);
    if (!tenantId || !hasAdministrator) return false;
    await updateSetupReport(tx, { state: 'completed', step: null, error: null, link: null });
    return true;
  });
}

async function issueLink(context: SetupContext): Promise<SetupOutcome> {
  const token = newToken();
  const expiresAt = new Date(context.clock.now().getTime() + LINK_MS);
  const link = { tokenHash: hashToken(token), expiresAt };
  const { programVersion } = context;
  await context.database.withHousekeeping(async (tx) => {
    await lockSetupReport(tx, programVersion);
    const step = 'waiting for an administrator';
    await updateSetupReport(tx, { state: 'pending', step, programVersion, link, error: null });
  });
  return { state: 'pending', token };
}

/** In a transaction of its own, so that others can see it while the set-up is under way. */
async function announce(context: SetupContext): Promise<void> {
  const { programVersion } = context;
  await context.database.withHousekeeping(async (tx) => {
    await lockSetupReport(tx, programVersion);
    const startedAt = context.clock.now();
    const step = 'company, administrator and data';
    await updateSetupReport(tx, { state: 'running', step, programVersion, startedAt, link: null });
  });
}

async function createFrom(
  context: SetupContext,
  company: FirstCompany & { passwordHash: string },
): Promise<void> {
  await context.database.withHousekeeping(async (tx) => {
    await lockSetupReport(tx, context.programVersion);
    const { tenantId, hasAdministrator } = await readSetupFacts(tx);
    // Another replica may have been faster.
    if (tenantId && hasAdministrator) return;
    // The demo's first run waits in the database: the queue, not up yet, finds it there.
    await createCompany(tx, context, { ...company, tenantId });
  });
}

async function recordFailure(context: SetupContext, error: unknown): Promise<void> {
  const { code, message } = error as { code?: string; message?: string };
  await context.database.withHousekeeping(async (tx) => {
    await lockSetupReport(tx, context.programVersion);
    const { tenantId, hasAdministrator } = await readSetupFacts(tx);
    if (tenantId && hasAdministrator) return;
    await updateSetupReport(tx, { state: 'failed', step: null, error: { code, message } });
  });
}
