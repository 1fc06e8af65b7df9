import { stat } from 'node:fs/promises';
import { errorCatalogue, type ImportError, Refusal } from '../../contract/index.ts';
import { importKinds } from '../imports/kinds/all-kinds.ts';
import { defaultReadingLimits } from '../imports/reading/limits.ts';
import { rowErrors } from '../imports/row-errors.ts';
import type { SetupFile } from '../imports/setup-folder.ts';
import type { StagedFile } from '../imports/stage-file.ts';
import { surveyFile } from '../imports/survey.ts';
import { dropStaging } from '../store/import-staging.ts';
import { insertImport } from '../store/imports.ts';
import type { TenantConnection } from '../store/tenant-connection.ts';
import type { ActionContext } from './context.ts';
import { takeFileOver } from './take-file-over.ts';

/** Rows beside the first that are named in a refusal; all are counted. */
const MOST_OTHERS = 5;

/** Imports one file as the page would, in the transaction of the set-up; refuses with the place. */
export async function importSetupFile(
  connection: TenantConnection,
  context: Pick<ActionContext, 'tenantId' | 'actor' | 'clock' | 'userId'>,
  { kind, name, path }: SetupFile,
): Promise<void> {
  const file = { path, definition: importKinds[kind], options: {}, limits: defaultReadingLimits };
  const { tx } = connection;
  const { tenantId, userId: createdBy } = context;
  const staged = await refusing(name, async () => {
    const before = await stat(path);
    const survey = await surveyFile(file);
    const row = { tenantId, createdBy, kind, fileName: name, options: {} };
    const id = await insertImport(tx, row);
    const kept = { bytes: before.size, sha256: survey.sha256 };
    const committing = { id, kind, from: 'uploading', file: kept } as const;
    const taken = { context, import: committing, file, survey, distinct: false };
    const staged = await takeFileOver(connection, taken);
    await refuseChanged(path, before);
    return staged;
  });
  if (staged.rows.bad > 0) throw badRows(name, staged);
  await dropStaging(tx);
}

/** It was read twice, and somebody may still be copying it into the folder. */
async function refuseChanged(path: string, before: { size: number; mtimeMs: number; ino: number }) {
  const after = await stat(path);
  const same =
    after.size === before.size && after.mtimeMs === before.mtimeMs && after.ino === before.ino;
  if (!same) throw new Refusal('import_file_missing', { found: 'a file that changed meanwhile' });
}

/** Says of what goes wrong in which file it was; faults of the database keep their own words. */
async function refusing<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Refusal && cause.code !== 'disk_full') {
      const { title, remedy } = errorCatalogue[cause.code];
      const details = { file, reason: cause.code, wrong: title, ...cause.details, wanted: remedy };
      throw new Refusal('setup_file_refused', details, { cause });
    }
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (syscall === undefined || code === undefined) throw cause;
    const wanted = 'a file that the server may read';
    throw new Refusal('setup_file_refused', { file, found: code, wanted }, { cause });
  }
}

function badRows(file: string, { rows, errors }: StagedFile): Refusal {
  const [first, ...others] = errors as readonly [ImportError, ...ImportError[]];
  return new Refusal('setup_file_refused', {
    file,
    line: first.line,
    column: first.column,
    reason: first.code,
    wrong: rowErrors[first.code].meaning,
    found: first.found,
    wanted: first.remedy,
    rowsBad: rows.bad,
    rowsTotal: rows.total,
    ...(others.length > 0 && { others: others.slice(0, MOST_OTHERS).map(placeOf) }),
  });
}

function placeOf({ line, column, code, found }: ImportError): string {
  return [`line ${line}`, column, code, found && `found ${found}`].filter(Boolean).join(' ');
}
