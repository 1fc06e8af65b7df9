import { type ErrorCode, errorCatalogue, type Import, Refusal } from '../../contract/index.ts';
import type { Tx } from '../store/database.ts';
import { findImport, type ImportRow } from '../store/imports.ts';

/** An import as it goes over the wire. */
export function describeImport(row: ImportRow): Import {
  return {
    id: row.id,
    kind: row.kind,
    fileName: row.file_name,
    fileBytes: row.file_bytes,
    state: row.state,
    dialect: row.dialect,
    rows: {
      total: row.rows_total,
      new: row.rows_new,
      changed: row.rows_changed,
      same: row.rows_same,
      bad: row.rows_bad,
    },
    refusal: describeRefusal(row.refusal),
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

/** The words come from the catalogue of today, whenever the refusal was written. */
function describeRefusal(refusal: ImportRow['refusal']): Import['refusal'] {
  if (!refusal) return null;
  const { title, remedy } = errorCatalogue[refusal.code as ErrorCode] ?? errorCatalogue.internal;
  return { ...refusal, details: { ...refusal.details }, title, remedy };
}

export async function readImport(tx: Tx, id: string): Promise<ImportRow> {
  const row = await findImport(tx, id);
  if (!row) throw new Refusal('not_found', { import: id });
  return row;
}
