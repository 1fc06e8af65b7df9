import type { ImportContext } from '../actions/check-import.ts';
import { removeFinished } from '../actions/check-import.ts';
import { moveImport } from '../store/imports.ts';

export { applyImport } from '../actions/apply-import.ts';
export { checkImport } from '../actions/check-import.ts';

/** An import whose job has failed for good: nothing of it was written, and its sender is told so. */
export async function failImport(context: ImportContext, importId: string): Promise<void> {
  await context.database.withTenant(context.tenantId, (tx) =>
    moveImport(
      tx,
      { id: importId, from: ['checking', 'committing'] },
      {
        state: 'failed',
        refusal: { code: 'internal', details: {} },
        finishedAt: context.clock.now(),
      },
    ),
  );
  await removeFinished(context, importId);
}
