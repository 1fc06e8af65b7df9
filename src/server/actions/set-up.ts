import { timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import type { setupRequestSchema, setupStatusSchema } from '../../contract/access.ts';
import { Refusal } from '../../contract/errors.ts';
import { recordAudit } from '../store/audit.ts';
import { enterTenant, type Tx } from '../store/database.ts';
import {
  findSetupReport,
  lockSetupReport,
  readSetupFacts,
  type SetupReport,
  updateSetupReport,
} from '../store/setup.ts';
import { insertTenant } from '../store/tenants.ts';
import { insertUser } from '../store/users.ts';
import type { AccessContext } from './authenticate.ts';
import type { JobQueue } from './context.ts';
import { hashPassword, hashToken } from './secrets.ts';
import { planRun } from './start-run.ts';

type SetupStatus = z.infer<typeof setupStatusSchema>;

export interface SetupContext extends AccessContext {
  readonly programVersion: string;
  /** Fills a new tenant with the demo company, in the same transaction. */
  readonly insertDemoData: (
    tx: Tx,
    target: { tenantId: string; currency: string; today: string },
  ) => Promise<void>;
}

/** A company and its first administrator. */
export interface FirstCompany {
  readonly companyName: string;
  readonly currency: string;
  readonly email: string;
  readonly password: string;
  readonly demoData: boolean;
}

/** How far set-up has come; says nothing about who. */
export async function readSetup(context: AccessContext): Promise<SetupStatus> {
  return context.database.withHousekeeping(async (tx) => {
    const report = await findSetupReport(tx);
    const { tenantId, hasAdministrator } = await readSetupFacts(tx);
    const complete = tenantId !== null && hasAdministrator;
    const state = complete ? 'completed' : (report?.state ?? 'pending');
    return { state, step: report?.step ?? null, linkRequired: !complete };
  });
}

/** Creates company and administrator for whoever holds the one-time link; of two at once, one. */
export async function completeSetup(
  context: SetupContext & { readonly jobs: JobQueue },
  input: z.infer<typeof setupRequestSchema>,
): Promise<SetupStatus> {
  const { token, ...company } = input;
  const passwordHash = await hashPassword(input.password);
  const { tenantId, runId } = await context.database.withHousekeeping(async (tx) => {
    const report = await lockSetupReport(tx, context.programVersion);
    const facts = await readSetupFacts(tx);
    if (facts.tenantId && facts.hasAdministrator) throw new Refusal('setup_already_complete');
    if (!opens(report, { token, now: context.clock.now() }))
      throw new Refusal('setup_link_invalid');
    return createCompany(tx, context, { ...company, passwordHash, tenantId: facts.tenantId });
  });
  if (runId !== null) await context.jobs.enqueue({ name: 'forecast-run', tenantId, runId });
  return readSetup(context);
}

function opens(report: SetupReport, { token, now }: { token: string; now: Date }): boolean {
  const { linkTokenHash, linkExpiresAt } = report;
  if (!linkTokenHash || !linkExpiresAt || linkExpiresAt <= now) return false;
  return timingSafeEqual(Buffer.from(linkTokenHash), Buffer.from(hashToken(token)));
}

/** What set-up made: the tenant, and the first forecast run of its demo data. */
export interface CreatedCompany {
  readonly tenantId: string;
  /** Planned, and begun once the queue hears of it: the first page has something to show. */
  readonly runId: string | null;
}

/**
 * Everything that set-up makes, in the caller's transaction, which holds the lock on the report. A
 * tenant that has lost its administrators gets a new one; it keeps its name and its data.
 */
export async function createCompany(
  tx: Tx,
  context: SetupContext,
  company: Omit<FirstCompany, 'password'> & { passwordHash: string; tenantId: string | null },
): Promise<CreatedCompany> {
  const { companyName, currency, demoData, passwordHash } = company;
  const email = company.email.trim().toLowerCase();
  const tenantId = company.tenantId ?? crypto.randomUUID();
  let runId: string | null = null;
  await enterTenant(tx, tenantId);
  if (!company.tenantId) {
    await insertTenant(tx, { id: tenantId, name: companyName, currency, demoData });
    if (demoData) {
      const today = context.clock.today();
      await context.insertDemoData(tx, { tenantId, currency, today });
      runId = await planRun(tx, { tenantId, actor: email });
    }
  }
  const user = await insertUser(tx, { tenantId, email, passwordHash, role: 'admin' });
  if (!user) throw new Refusal('already_exists', { email });
  const subject = companyName;
  const details = { administrator: email, demoData };
  await recordAudit(tx, { tenantId, actor: email }, { action: 'setup.complete', subject, details });
  const done = { state: 'completed', step: null, error: null, link: null } as const;
  await updateSetupReport(tx, { ...done, finishedAt: context.clock.now() });
  return { tenantId, runId };
}
