import { type Import, Refusal } from '../../contract/index.ts';
import { removeUpload, uploadPath } from '../imports/upload-file.ts';
import { recordAudit } from '../store/audit.ts';
import { moveImport } from '../store/imports.ts';
import type { ActionContext } from './context.ts';
import { describeImport, readImport } from './describe-import.ts';

/** Drops an import that was not committed, and its file. Dropping one that is over changes nothing. */
export async function cancelImport(
  context: ActionContext,
  { id }: { id: string },
): Promise<Import> {
  const { database, tenantId } = context;
  const row = await database.withTenant(tenantId, async (tx) => {
    const { state } = await readImport(tx, id);
    if (state === 'uploading' || state === 'committing' || state === 'committed')
      throw new Refusal('import_not_ready', { state });
    const moved = await moveImport(
      tx,
      { id, from: ['checking', 'checked'] },
      { state: 'cancelled', finishedAt: context.clock.now() },
    );
    if (moved) await recordAudit(tx, context, { action: 'import.cancel', subject: `import ${id}` });
    return readImport(tx, id);
  });
  if (row.state === 'committing' || row.state === 'committed')
    throw new Refusal('import_not_ready', { state: row.state });
  await removeUpload(uploadPath(context.uploadFolder, { tenantId, importId: id }));
  return describeImport(row);
}
