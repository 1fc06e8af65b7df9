import { timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import type { setupRequestSchema, setupStatusSchema } from '../../contract/access.ts';
import { Refusal } from '../../contract/errors.ts';
import { readSetupFolder } from '../imports/setup-folder.ts';
import { recordAudit } from '../store/audit.ts';
import type { Tx } from '../store/database.ts';
import {
  findSetupReport,
  readSetupFacts,
  type SetupChange,
  type SetupReport,
  tryLockSetup,
  updateSetupReport,
} from '../store/setup.ts';
import { type TenantConnection, withHousekeepingConnection } from '../store/tenant-connection.ts';
import type { AccessContext } from './authenticate.ts';
import type { JobQueue } from './context.ts';
import { describeSetup } from './read-setup.ts';
import { hashPassword, hashToken } from './secrets.ts';
import { type InsertDemoData, type SetupParts, setupSteps } from './setup-steps.ts';

type SetupStatus = z.infer<typeof setupStatusSchema>;

/** What the operator wants set up beside company and administrator, whichever way the latter comes. */
export interface SetupExtras {
  readonly testUser: { readonly email: string; readonly password: string } | null;
  /** Folder with files to import. */
  readonly folder: string | null;
}

export interface SetupContext extends AccessContext {
  readonly programVersion: string;
  readonly extras: SetupExtras;
  readonly insertDemoData: InsertDemoData;
  /** Ends the set-up between two steps, with nothing done. */
  readonly signal?: AbortSignal | undefined;
  readonly log: {
    info(facts: object, message: string): void;
    warn(facts: object, message: string): void;
  };
}

/** A company and its first administrator. */
export interface FirstCompany {
  readonly companyName: string;
  readonly currency: string;
  readonly email: string;
  readonly password: string;
  readonly demoData: boolean;
}

/** What an attempt came to, where it did not fail. */
export type SetupOutcome =
  | { readonly is: 'made'; readonly tenantId: string; readonly runId: string | null }
  | { readonly is: 'complete-before' }
  /** Somebody else is at it in this moment. */
  | { readonly is: 'under-way' };

/** Creates company and administrator for whoever holds the one-time link; of two at once, one. */
export async function completeSetup(
  context: SetupContext & { readonly jobs: JobQueue },
  input: z.infer<typeof setupRequestSchema>,
): Promise<SetupStatus> {
  const { token, ...company } = input;
  const outcome = await setUp(context, company, async (tx) => {
    const report = await findSetupReport(tx);
    const now = context.clock.now();
    if (!report || !opens(report, { token, now })) throw new Refusal('setup_link_invalid');
  });
  if (outcome.is === 'complete-before') throw new Refusal('setup_already_complete');
  if (outcome.is === 'under-way') throw new Refusal('setup_under_way');
  const { tenantId, runId } = outcome;
  if (runId !== null) await context.jobs.enqueue({ name: 'forecast-run', tenantId, runId });
  return describeSetup(context);
}

function opens(report: SetupReport, { token, now }: { token: string; now: Date }): boolean {
  const { linkTokenHash, linkExpiresAt } = report;
  if (!linkTokenHash || !linkExpiresAt || linkExpiresAt <= now) return false;
  return timingSafeEqual(Buffer.from(linkTokenHash), Buffer.from(hashToken(token)));
}

/**
 * One attempt at set-up: all of it in one transaction, or nothing but the reason why. `admit` refuses
 * whoever may not; without it the company comes from the environment, and makes every link void.
 */
export async function setUp(
  context: SetupContext,
  company: FirstCompany,
  admit?: (tx: Tx) => Promise<void>,
): Promise<SetupOutcome> {
  const prepared = await prepare(context, company);
  const notes = notesOf(context);
  try {
    return await withHousekeepingConnection(context.database, async (connection) => {
      const { tx } = connection;
      if (!(await tryLockSetup(tx))) return { is: 'under-way' };
      const { tenantId, hasAdministrator } = await readSetupFacts(tx);
      if (tenantId && hasAdministrator) return { is: 'complete-before' };
      await admit?.(tx);
      await notes.begin(admit ? {} : { link: null });
      return makeAll(context, { ...prepared, ...placeFor(tenantId), connection }, notes);
    });
  } catch (error) {
    // A database that is gone cannot take the note; what went wrong is what matters.
    if (notes.begun) await recordFailure(context, { step: notes.step, error }).catch(() => {});
    throw error;
  }
}

type Prepared = Omit<
  SetupParts,
  'connection' | 'tenantId' | 'newCompany' | 'administratorId' | 'runId'
>;

/** Everything slow or refusable that needs no transaction. */
async function prepare(context: SetupContext, company: FirstCompany): Promise<Prepared> {
  const { extras, clock, insertDemoData } = context;
  const { companyName, currency, demoData } = company;
  const email = addressOf(company);
  if (extras.folder && demoData) {
    const wanted = 'false, since the server has files of its own to set up from';
    throw new Refusal('invalid_request', { field: 'demoData', found: true, wanted });
  }
  if (extras.testUser && addressOf(extras.testUser) === email)
    throw new Refusal('already_exists', { email, found: 'the address of the test user' });
  const { files } = extras.folder ? await readSetupFolder(extras.folder) : { files: [] };
  const accountOf = async (user: { email: string; password: string }) => ({
    email: addressOf(user),
    passwordHash: await hashPassword(user.password),
  });
  const administrator = await accountOf(company);
  const testUser = extras.testUser && (await accountOf(extras.testUser));
  const made = { companyName, currency, demoData, files, administrator, testUser };
  return { clock, insertDemoData, ...made };
}

function addressOf({ email }: { email: string }): string {
  return email.trim().toLowerCase();
}

function placeFor(tenantId: string | null) {
  return { tenantId: tenantId ?? crypto.randomUUID(), newCompany: tenantId === null };
}

async function makeAll(
  { programVersion, clock, log, signal }: SetupContext,
  work: Prepared & { tenantId: string; newCompany: boolean; connection: TenantConnection },
  notes: Notes,
): Promise<SetupOutcome> {
  const parts: SetupParts = { ...work, administratorId: null, runId: null };
  for (const step of setupSteps) {
    if (!step.wanted(parts)) continue;
    signal?.throwIfAborted();
    await notes.take(step.name);
    const startedAt = performance.now();
    await step.run(parts);
    const milliseconds = Math.round(performance.now() - startedAt);
    log.info({ step: step.name, milliseconds }, 'set-up step done');
  }
  const { tenantId, administrator, testUser, demoData, files, newCompany } = parts;
  const { tx } = parts.connection;
  const also = newCompany
    ? { testUser: testUser?.email, demoData, files: files.map(({ name }) => name) }
    : {};
  const details = { administrator: administrator.email, ...also };
  const entry = { action: 'setup.complete', subject: work.companyName, details };
  await recordAudit(tx, { tenantId, actor: administrator.email }, entry);
  const done = { state: 'completed', step: null, error: null, link: null } as const;
  await updateSetupReport(tx, { programVersion, ...done, finishedAt: clock.now() });
  return { is: 'made', tenantId, runId: parts.runId };
}

interface Notes {
  readonly begun: boolean;
  readonly step: string | null;
  begin(change: Pick<SetupChange, 'link'>): Promise<void>;
  take(step: string): Promise<void>;
}

/** Written by another connection than the set-up's, so that everybody sees the step under way. */
function notesOf({ database, clock, programVersion }: SetupContext): Notes {
  const write = (change: Omit<SetupChange, 'programVersion' | 'state'>) =>
    database.withHousekeeping((tx) =>
      updateSetupReport(tx, { programVersion, state: 'running', ...change }),
    );
  let step: string | null = null;
  let begun = false;
  return {
    get begun() {
      return begun;
    },
    get step() {
      return step;
    },
    begin: (change) => {
      begun = true;
      return write({ step, startedAt: clock.now(), finishedAt: null, error: null, ...change });
    },
    take: (next) => {
      step = next;
      return write({ step });
    },
  };
}

async function recordFailure(
  { database, clock, programVersion, signal }: SetupContext,
  { step, error }: { step: string | null; error: unknown },
): Promise<void> {
  const {
    code = null,
    message,
    details,
  } = signal?.aborted
    ? new Refusal('setup_interrupted')
    : (error as Partial<Refusal> & { message: string });
  await database.withHousekeeping(async (tx) => {
    // Somebody else may be at it by now, or even have done it.
    if (!(await tryLockSetup(tx))) return;
    const { tenantId, hasAdministrator } = await readSetupFacts(tx);
    if (tenantId && hasAdministrator) return;
    const failed = { state: 'failed', step, finishedAt: clock.now() } as const;
    await updateSetupReport(tx, { programVersion, ...failed, error: { code, message, details } });
  });
}
