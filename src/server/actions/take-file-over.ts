import type { ImportKind } from '../../contract/index.ts';
import { mergeFile } from '../imports/merge-file.ts';
import { type StagedFile, stageFile } from '../imports/stage-file.ts';
import { dialectOf, type FileToRead, type Survey } from '../imports/survey.ts';
import { recordAudit } from '../store/audit.ts';
import { type ImportChange, moveImport } from '../store/imports.ts';
import type { ImportState } from '../store/schema.ts';
import type { TenantConnection } from '../store/tenant-connection.ts';
import type { ActionContext } from './context.ts';

export interface FileToTakeOver {
  readonly context: Pick<ActionContext, 'tenantId' | 'actor' | 'clock'>;
  /** The import that is to be committed with it. */
  readonly import: {
    readonly id: string;
    readonly kind: ImportKind;
    readonly from: ImportState;
    readonly file?: ImportChange['file'];
  };
  readonly file: FileToRead;
  readonly survey: Survey;
  /** The dry run has found that no line repeats another. */
  readonly distinct: boolean;
}

/**
 * Reads a surveyed file, validates it against what is there, writes all of it and commits its import, in
 * the caller's transaction. With bad rows nothing is written: they are in the answer.
 */
export async function takeFileOver(
  connection: TenantConnection,
  { context, import: to, file, survey, distinct }: FileToTakeOver,
): Promise<StagedFile> {
  const { tenantId, clock } = context;
  const { tx } = connection;
  const read = { file, survey, tenantId, today: clock.today(), distinct };
  const staged = await stageFile(connection, read);
  const { rows } = staged;
  if (rows.bad > 0) return staged;
  const subject = `import ${to.id}`;
  await mergeFile(connection, staged, subject);
  const dialect = dialectOf(survey);
  await moveImport(
    tx,
    { id: to.id, from: [to.from] },
    {
      state: 'committed',
      dialect,
      rows,
      finishedAt: clock.now(),
      ...(to.file && { file: to.file }),
    },
  );
  const details = { kind: to.kind, ...rows };
  await recordAudit(tx, context, { action: 'import.committed', subject, details });
  return staged;
}
