import type { Survey } from '../imports/survey.ts';
import { lockImportsOf } from '../store/import-staging.ts';
import { findImport, type ImportRow, lockImport } from '../store/imports.ts';
import { type TenantConnection, withTenantConnection } from '../store/tenant-connection.ts';
import {
  asRefusal,
  fileOf,
  type ImportContext,
  recordCheck,
  refuseImport,
  removeFinished,
  surveyAgain,
} from './check-import.ts';
import { takeFileOver } from './take-file-over.ts';

/**
 * Takes a checked file over: reads it again, validates it again against what is there now, and writes
 * all of it or nothing, in one transaction. Killed at any moment, it is repeated and converges.
 */
export async function applyImport(context: ImportContext, importId: string): Promise<void> {
  const { database, tenantId } = context;
  const row = await database.withTenant(tenantId, (tx) => findImport(tx, importId));
  if (row?.state === 'committing') await applyRow(context, row);
  const after = await database.withTenant(tenantId, (tx) => findImport(tx, importId));
  // Also when an earlier attempt was killed between its commit and this line.
  if (after?.state === 'committed' && after.kind === 'sales')
    await context.jobs.enqueue({ name: 'evaluate-accuracy', tenantId });
  await removeFinished(context, importId);
}

async function applyRow(context: ImportContext, row: ImportRow): Promise<void> {
  try {
    const survey = await surveyAgain(fileOf(context, row), row.file_sha256);
    await withTenantConnection(context.database, context.tenantId, (connection) =>
      applySurveyed(context, connection, { row, survey }),
    );
  } catch (error) {
    await refuseImport(context, row, asRefusal(error));
  }
}

async function applySurveyed(
  context: ImportContext,
  connection: TenantConnection,
  { row, survey }: { row: ImportRow; survey: Survey },
): Promise<void> {
  const { tenantId } = context;
  const { tx } = connection;
  await lockImportsOf(tx, tenantId);
  // Somebody else may have applied it while this one waited.
  if ((await lockImport(tx, row.id))?.state !== 'committing') return;
  // A line that repeats another was counted as the same or as bad.
  const distinct = row.rows_new + row.rows_changed === row.rows_total;
  const file = fileOf(context, row);
  const committing = { id: row.id, kind: row.kind, from: 'committing' } as const;
  const staged = await takeFileOver(connection, {
    context,
    import: committing,
    file,
    survey,
    distinct,
  });
  if (staged.rows.bad > 0) await recordCheck(tx, { context, row, survey, staged });
}
