import { setTimeout as sleep } from 'node:timers/promises';
import { lookIntoSetupFolder } from '../actions/look-into-setup-folder.ts';
import { hashToken, newToken } from '../actions/secrets.ts';
import { type FirstCompany, type SetupContext, setUp } from '../actions/set-up.ts';
import {
  findSetupReport,
  holdSetupLink,
  isSetupUnderWay,
  type LinkHold,
  readSetupFacts,
  tryLockSetup,
  updateSetupReport,
} from '../store/setup.ts';

const LINK_MS = 30 * 60_000;
const LOOK_AGAIN_MS = 200;

export interface ReconciledSetup {
  readonly state: 'completed' | 'pending';
  /** For the one-time link; null when an administrator exists or another server has printed one. */
  readonly link: (LinkHold & { readonly token: string }) | null;
}

const COMPLETED: ReconciledSetup = { state: 'completed', link: null };

/**
 * Brings the report in line with the facts: complete, made from the environment, or waiting for the
 * holder of a one-time link. A start makes the links of earlier ones void; of several servers that
 * wait at the same time, the first has the link.
 */
export async function reconcileSetup(
  context: SetupContext,
  administrator: FirstCompany | null,
): Promise<ReconciledSetup> {
  if (await isComplete(context)) return COMPLETED;
  await lookIntoSetupFolder(context);
  if (!administrator) return offerLink(context);
  await patiently(context, async () => {
    if (await context.database.withHousekeeping(isSetupUnderWay)) return false;
    return (await setUp(context, administrator)).is !== 'under-way';
  });
  return COMPLETED;
}

/** Where everything is as it should be, which is nearly always, nothing is written or waited for. */
async function isComplete({ database, programVersion }: SetupContext): Promise<boolean> {
  return database.withHousekeeping(async (tx) => {
    const { tenantId, hasAdministrator } = await readSetupFacts(tx);
    if (!tenantId || !hasAdministrator) return false;
    const report = await findSetupReport(tx);
    if (report?.state !== 'completed' || report.linkTokenHash) {
      const done = { state: 'completed', step: null, error: null, link: null } as const;
      await updateSetupReport(tx, { programVersion, ...done });
    }
    return true;
  });
}

async function offerLink(context: SetupContext): Promise<ReconciledSetup> {
  const hold = await holdSetupLink(context.database);
  if (!hold) {
    context.log.warn(
      {},
      'set-up waits for the link that another server on this database has printed',
    );
    return { state: 'pending', link: null };
  }
  const link = await issueLink(context, hold).catch((error) => {
    hold.release();
    throw error;
  });
  if (!link) hold.release();
  return link ? { state: 'pending', link } : COMPLETED;
}

/** Null where somebody with an earlier link has just completed the set-up. */
async function issueLink(context: SetupContext, hold: LinkHold): Promise<ReconciledSetup['link']> {
  const { database, clock, programVersion } = context;
  const token = newToken();
  const state = await patiently(context, () =>
    database.withHousekeeping(async (tx) => {
      if (!(await tryLockSetup(tx))) return null;
      const { tenantId, hasAdministrator } = await readSetupFacts(tx);
      if (tenantId && hasAdministrator) return 'complete';
      const expiresAt = new Date(clock.now().getTime() + LINK_MS);
      const link = { tokenHash: hashToken(token), expiresAt };
      // Why an earlier attempt failed stays, for the page of this one.
      await updateSetupReport(tx, { programVersion, state: 'pending', step: null, link });
      return 'offered';
    }),
  );
  if (state === 'complete') return null;
  // With a link that has expired it must not stand in the way of a server started since.
  const expiry = setTimeout(hold.release, LINK_MS).unref();
  const release = () => {
    clearTimeout(expiry);
    hold.release();
  };
  return { token, release };
}

/** Asks again until there is an answer; the deadline of the start-up's step ends it. */
async function patiently<T>(
  { signal }: SetupContext,
  ask: () => Promise<T>,
): Promise<NonNullable<T>> {
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
  }
}
