import { type Import, Refusal } from '../../contract/index.ts';
import { recordAudit } from '../store/audit.ts';
import { type ImportRow, moveImport } from '../store/imports.ts';
import type { ActionContext } from './context.ts';
import { describeImport, readImport } from './describe-import.ts';

/** Decides that a checked file is taken over, and leaves that to the queue. Of two at once, one wins. */
export async function commitImport(
  context: ActionContext,
  { id }: { id: string },
): Promise<Import> {
  const { database, tenantId } = context;
  const row = await database.withTenant(tenantId, async (tx) => {
    if (!(await moveImport(tx, { id, from: ['checked'] }, { state: 'committing' })))
      throw notReady(await readImport(tx, id));
    await recordAudit(tx, context, { action: 'import.commit', subject: `import ${id}` });
    return readImport(tx, id);
  });
  await context.jobs.enqueue({ name: 'commit-import', tenantId, importId: id });
  return describeImport(row);
}

function notReady({ state, refusal, rows_bad }: ImportRow): Refusal {
  if (refusal?.code === 'import_has_errors')
    return new Refusal('import_has_errors', { rowsBad: rows_bad });
  return new Refusal('import_not_ready', { state });
}
