import { type Import, type ImportKind, type ImportOptions, Refusal } from '../../contract/index.ts';
import { defaultUploadLimits, uploadPath, writeUpload } from '../imports/upload-file.ts';
import { recordAudit } from '../store/audit.ts';
import { insertImport, moveImport } from '../store/imports.ts';
import type { ActionContext } from './context.ts';
import { describeImport, readImport } from './describe-import.ts';

export interface Upload {
  readonly kind: ImportKind;
  readonly fileName: string;
  readonly options: ImportOptions;
  readonly stream: AsyncIterable<Buffer>;
  /** Default: 2 GiB. */
  readonly maxBytes?: number;
}

/** Takes a file in and leaves its dry run to the queue. Nothing of it is taken over yet. */
export async function uploadImport(context: ActionContext, upload: Upload): Promise<Import> {
  const { database, tenantId } = context;
  const importId = await database.withTenant(tenantId, (tx) =>
    insertImport(tx, { ...upload, tenantId, createdBy: context.userId }),
  );
  const path = uploadPath(context.uploadFolder, { tenantId, importId });
  const limits = { ...defaultUploadLimits, ...(upload.maxBytes && { maxBytes: upload.maxBytes }) };
  const file = await writeUpload(path, upload.stream, limits).catch(async (error) => {
    await endUpload(context, importId, error);
    throw error;
  });
  await database.withTenant(tenantId, async (tx) => {
    await moveImport(tx, { id: importId, from: ['uploading'] }, { state: 'checking', file });
    await recordAudit(tx, context, {
      action: 'import.upload',
      subject: `import ${importId}`,
      details: { kind: upload.kind, fileName: upload.fileName, bytes: file.bytes },
    });
  });
  await context.jobs.enqueue({ name: 'check-import', tenantId, importId });
  return database.withTenant(tenantId, async (tx) =>
    describeImport(await readImport(tx, importId)),
  );
}

/** An upload that ends early is over: its sender has to start again. */
async function endUpload(context: ActionContext, id: string, error: unknown): Promise<void> {
  const { code, details } =
    error instanceof Refusal ? error : new Refusal('import_file_cut', { in: 'the upload' });
  await context.database.withTenant(context.tenantId, (tx) =>
    moveImport(
      tx,
      { id, from: ['uploading'] },
      { state: 'failed', refusal: { code, details }, finishedAt: context.clock.now() },
    ),
  );
}
