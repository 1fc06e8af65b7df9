import { demoteFormerPreferred, recordCounts } from '../store/import-rules.ts';
import { mergeStaged } from '../store/import-staging.ts';
import type { TenantConnection } from '../store/tenant-connection.ts';
import type { StagedFile } from './stage-file.ts';

/** Writes a staged file that has no bad rows to the tables; `reference` names it in stock movements. */
export async function mergeFile(
  { tx }: TenantConnection,
  { kind, staging, rows }: StagedFile,
  reference: string,
): Promise<void> {
  if (kind === 'terms') await demoteFormerPreferred(tx);
  if (kind === 'stock') await recordCounts(tx, { tenantId: staging.tenantId, reference });
  await mergeStaged(tx, staging, rows);
}
