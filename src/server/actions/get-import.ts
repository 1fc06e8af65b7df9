import type { Import } from '../../contract/index.ts';
import type { ActionContext } from './context.ts';
import { describeImport, readImport } from './describe-import.ts';

/** One import: its state, what its rows would do or did, and why it was refused. */
export function getImport(context: ActionContext, { id }: { id: string }): Promise<Import> {
  return context.database.withTenant(context.tenantId, async (tx) =>
    describeImport(await readImport(tx, id)),
  );
}
