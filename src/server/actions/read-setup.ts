import type { z } from 'zod';
import type { setupReportSchema, setupStatusSchema } from '../../contract/access.ts';
import { type ErrorCode, errorCatalogue, Refusal } from '../../contract/errors.ts';
import { readSetupFolder } from '../imports/setup-folder.ts';
import {
  findSetupReport,
  isSetupUnderWay,
  readSetupFacts,
  type SetupError,
  type SetupReport as StoredReport,
} from '../store/setup.ts';
import type { AccessContext } from './authenticate.ts';
import type { SetupContext } from './set-up.ts';

type SetupReport = z.infer<typeof setupReportSchema>;
type SetupStatus = z.infer<typeof setupStatusSchema>;

/**
 * How far set-up has come; says nothing about who. The facts decide: whatever the row says, set-up is
 * complete exactly where there is a company with an administrator.
 */
export async function readSetup(context: AccessContext): Promise<SetupReport> {
  return context.database.withHousekeeping(async (tx) => {
    const report = await findSetupReport(tx);
    const { tenantId, hasAdministrator } = await readSetupFacts(tx);
    const shown = {
      programVersion: report?.programVersion ?? null,
      startedAt: report?.startedAt?.toISOString() ?? null,
      finishedAt: report?.finishedAt?.toISOString() ?? null,
    };
    if (tenantId !== null && hasAdministrator)
      return { ...shown, state: 'completed', step: null, error: null };
    const killed = report?.state === 'running' && !(await isSetupUnderWay(tx));
    return { ...shown, ...unfinished(report, killed) };
  });
}

function unfinished(
  report: StoredReport | null,
  killed: boolean,
): Pick<SetupReport, 'state' | 'step' | 'error'> {
  if (!report || report.state === 'completed') return { state: 'pending', step: null, error: null };
  const { state, step } = report;
  if (killed) {
    const error = describeError({ code: 'setup_interrupted', message: '' });
    return { state: 'failed', step, error };
  }
  return { state, step, error: report.error && describeError(report.error) };
}

/** What anybody may read: where it went wrong, not what stands in the operator's files. */
function describeError({ code, details = {} }: SetupError): NonNullable<SetupReport['error']> {
  const known = code !== null && code in errorCatalogue ? (code as ErrorCode) : 'internal';
  const { title, remedy } = errorCatalogue[known];
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return {
    code: known,
    title,
    remedy,
    file: text(details.file),
    line: typeof details.line === 'number' ? details.line : null,
    column: text(details.column),
  };
}

/** The same for the page of whoever has the link: also what else will be set up. */
export async function describeSetup(context: SetupContext): Promise<SetupStatus> {
  const report = await readSetup(context);
  const complete = report.state === 'completed';
  return { ...report, linkRequired: !complete, extras: complete ? null : await extrasOf(context) };
}

async function extrasOf({ extras }: SetupContext): Promise<NonNullable<SetupStatus['extras']>> {
  const { folder, testUser } = extras;
  if (folder === null) return { fromFolder: false, files: [], testUser: testUser !== null };
  const { files } = await readSetupFolder(folder).catch((error) => {
    // Its absence is told to whoever sets up from it.
    if (error instanceof Refusal) return { files: [] };
    throw error;
  });
  const names = files.map(({ name }) => name);
  return { fromFolder: true, files: names, testUser: testUser !== null };
}
