import { type Selectable, sql } from 'kysely';
import type { ImportDialect, ImportError, ImportOptions } from '../../contract/index.ts';
import type { Tx } from './database.ts';
import type { ImportKind, ImportState, Schema } from './schema.ts';

export type ImportRow = Omit<
  Selectable<Schema['imports']>,
  'options' | 'dialect' | 'refusal' | 'created_at'
> & {
  options: ImportOptions;
  dialect: ImportDialect | null;
  refusal: ImportRefusal | null;
  created_at: Date;
  /** Creation time in full precision, for the cursor. */
  created_key: string;
};

/** Why a file as a whole was not taken: a code of the catalogue and its facts. */
export interface ImportRefusal {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface RowCounts {
  readonly total: number;
  readonly new: number;
  readonly changed: number;
  readonly same: number;
  readonly bad: number;
}

export interface NewImport {
  readonly tenantId: string;
  readonly kind: ImportKind;
  readonly fileName: string;
  readonly options: ImportOptions;
  readonly createdBy: string | null;
}

const selected = sql<string>`created_at::text`.as('created_key');

export async function insertImport(tx: Tx, row: NewImport): Promise<string> {
  const { id } = await tx
    .insertInto('imports')
    .values({
      tenant_id: row.tenantId,
      kind: row.kind,
      file_name: row.fileName,
      options: JSON.stringify(row.options),
      state: 'uploading',
      created_by: row.createdBy,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function findImport(tx: Tx, id: string): Promise<ImportRow | undefined> {
  return tx
    .selectFrom('imports')
    .selectAll()
    .select(selected)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Holds the import against everybody else until the transaction ends. */
export async function lockImport(tx: Tx, id: string): Promise<ImportRow | undefined> {
  return tx
    .selectFrom('imports')
    .selectAll()
    .select(selected)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** Newest first; `before` is the creation time and id of the last one of the page before. */
export async function listImportRows(
  tx: Tx,
  page: { limit: number; before?: { createdAt: string; id: string } },
): Promise<ImportRow[]> {
  let query = tx.selectFrom('imports').selectAll().select(selected);
  const { before } = page;
  if (before)
    query = query.where(
      sql<boolean>`(created_at, id) < (${before.createdAt}::timestamptz, ${before.id}::uuid)`,
    );
  return query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(page.limit).execute();
}

export interface ImportChange {
  readonly state: ImportState;
  readonly file?: { readonly bytes: number; readonly sha256: string };
  readonly dialect?: ImportDialect;
  readonly rows?: RowCounts;
  readonly refusal?: ImportRefusal;
  /** Set when the import has come to its end. */
  readonly finishedAt?: Date;
}

/** Moves an import on, from one of these states alone; false when somebody else was faster. */
export async function moveImport(
  tx: Tx,
  { id, from }: { id: string; from: readonly ImportState[] },
  change: ImportChange,
): Promise<boolean> {
  const { file, rows, dialect, refusal, finishedAt } = change;
  const { numUpdatedRows } = await tx
    .updateTable('imports')
    .set({
      state: change.state,
      ...(file && { file_bytes: file.bytes, file_sha256: file.sha256 }),
      ...(dialect && { dialect: JSON.stringify(dialect) }),
      ...(refusal && { refusal: JSON.stringify(refusal) }),
      ...(rows && {
        rows_total: rows.total,
        rows_new: rows.new,
        rows_changed: rows.changed,
        rows_same: rows.same,
        rows_bad: rows.bad,
      }),
      ...(finishedAt && { finished_at: finishedAt }),
    })
    .where('id', '=', id)
    .where('state', 'in', [...from])
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Writes the errors of an import anew; a check that is repeated leaves no old ones behind. */
export async function replaceImportErrors(
  tx: Tx,
  { tenantId, importId }: { tenantId: string; importId: string },
  errors: readonly ImportError[],
): Promise<void> {
  await tx.deleteFrom('import_errors').where('import_id', '=', importId).execute();
  if (errors.length === 0) return;
  await tx
    .insertInto('import_errors')
    .values(
      errors.map(({ column, ...error }) => ({
        ...error,
        tenant_id: tenantId,
        import_id: importId,
        column_name: column,
      })),
    )
    .execute();
}

export type ImportErrorRow = ImportError & { readonly id: number };

/** In the order of the file. */
export async function listImportErrorRows(
  tx: Tx,
  { importId, limit, after }: { importId: string; limit: number; after?: number },
): Promise<ImportErrorRow[]> {
  let query = tx
    .selectFrom('import_errors')
    .select(['id', 'line', 'column_name as column', 'code', 'found', 'remedy'])
    .where('import_id', '=', importId);
  if (after !== undefined) query = query.where('id', '>', after);
  return query.orderBy('id').limit(limit).$castTo<ImportErrorRow>().execute();
}

/** Uploads of all tenants that never came to an end; in the housekeeping scope alone. */
export async function listAbandonedUploads(
  tx: Tx,
  before: Date,
): Promise<{ tenantId: string; importId: string }[]> {
  return tx
    .selectFrom('imports')
    .select(['tenant_id as tenantId', 'id as importId'])
    .where('state', '=', 'uploading')
    .where('created_at', '<', before)
    .execute();
}
