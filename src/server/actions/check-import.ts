import { Refusal } from '../../contract/index.ts';
import { importKinds } from '../imports/kinds/all-kinds.ts';
import { defaultReadingLimits, type ReadingLimits } from '../imports/reading/limits.ts';
import { type StagedFile, stageFile } from '../imports/stage-file.ts';
import { dialectOf, type FileToRead, type Survey, surveyFile } from '../imports/survey.ts';
import { removeUpload, uploadPath } from '../imports/upload-file.ts';
import { findImport, type ImportRow, moveImport, replaceImportErrors } from '../store/imports.ts';
import { withTenantConnection } from '../store/tenant-connection.ts';
import type { ActionContext } from './context.ts';

/** What reading a file needs of the context; a job has no more. */
export type ImportContext = Pick<
  ActionContext,
  'database' | 'jobs' | 'clock' | 'tenantId' | 'actor' | 'uploadFolder'
> & { readonly readingLimits?: ReadingLimits };

/**
 * The dry run: reads and validates the whole file, says what each row would do, and writes nothing but
 * that. Repeating it gives the same answer.
 */
export async function checkImport(context: ImportContext, importId: string): Promise<void> {
  const { database, tenantId } = context;
  const row = await database.withTenant(tenantId, (tx) => findImport(tx, importId));
  if (row?.state !== 'checking') return;
  try {
    const file = fileOf(context, row);
    const survey = await surveyAgain(file, row.file_sha256);
    await withTenantConnection(database, tenantId, async (connection) => {
      const read = { file, survey, tenantId, today: context.clock.today() };
      const staged = await stageFile(connection, read);
      await recordCheck(connection.tx, { context, row, survey, staged });
    });
  } catch (error) {
    await refuseImport(context, row, asRefusal(error));
  }
  await removeFinished(context, importId);
}

export function fileOf(context: ImportContext, row: ImportRow): FileToRead {
  return {
    path: uploadPath(context.uploadFolder, { tenantId: context.tenantId, importId: row.id }),
    definition: importKinds[row.kind],
    options: row.options,
    limits: context.readingLimits ?? defaultReadingLimits,
  };
}

/** Surveys the very file that was uploaded, or refuses. */
export async function surveyAgain(file: FileToRead, sha256: string | null): Promise<Survey> {
  const survey = await surveyFile(file);
  if (survey.sha256 !== sha256) throw new Refusal('import_file_missing', { found: 'another file' });
  return survey;
}

interface Checked {
  readonly context: ImportContext;
  /** As it was when the work began: whoever moved it on since then has the last word. */
  readonly row: ImportRow;
  readonly survey: Survey;
  readonly staged: StagedFile;
}

/** Keeps the outcome of a check or of a commit that found bad rows after all. */
export async function recordCheck(
  tx: Parameters<typeof moveImport>[0],
  { context, row, survey, staged }: Checked,
): Promise<void> {
  const { rows, errors } = staged;
  const refused = rows.bad > 0;
  const moved = await moveImport(
    tx,
    { id: row.id, from: [row.state] },
    {
      state: refused ? 'refused' : 'checked',
      dialect: dialectOf(survey),
      rows,
      ...(refused && {
        refusal: { code: 'import_has_errors', details: { rowsBad: rows.bad } },
        finishedAt: context.clock.now(),
      }),
    },
  );
  // Cancelled in the meantime: nobody wants to know any more.
  const { tenantId } = context;
  if (moved) await replaceImportErrors(tx, { tenantId, importId: row.id }, errors);
}

/** Ends an import for a reason that its sender can act on. */
export async function refuseImport(
  context: ImportContext,
  { id, state }: ImportRow,
  { code, details }: Refusal,
): Promise<void> {
  await context.database.withTenant(context.tenantId, (tx) =>
    moveImport(
      tx,
      { id, from: [state] },
      { state: 'refused', refusal: { code, details }, finishedAt: context.clock.now() },
    ),
  );
}

/**
 * A full disk of the database is told like one of our own, and a file may be cancelled away while it is
 * read; all else that is no refusal is a fault.
 */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === '53100' || code === 'ENOSPC') return new Refusal('import_no_space');
  if (code === 'ENOENT') return new Refusal('import_file_missing', {}, { cause: error });
  throw error;
}

const overStates = ['refused', 'committed', 'cancelled', 'failed'];

/** The file of an import that is over is not kept. */
export async function removeFinished(context: ImportContext, importId: string): Promise<void> {
  const { tenantId } = context;
  const row = await context.database.withTenant(tenantId, (tx) => findImport(tx, importId));
  if (row && overStates.includes(row.state))
    await removeUpload(uploadPath(context.uploadFolder, { tenantId, importId }));
}
