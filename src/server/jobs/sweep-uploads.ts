import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionContext } from '../actions/context.ts';
import { removeUpload, uploadPath } from '../imports/upload-file.ts';
import { findImport, listAbandonedUploads, moveImport } from '../store/imports.ts';

const dayMs = 86_400_000;
const waiting = ['uploading', 'checking', 'checked', 'committing'];

/**
 * Ends uploads that a killed server left open more than a day ago, and deletes files that no import
 * waits for. For the start of the server; running it again changes nothing.
 */
export async function sweepUploads(
  context: Pick<ActionContext, 'database' | 'clock' | 'uploadFolder'>,
): Promise<void> {
  const { database, clock, uploadFolder } = context;
  const before = new Date(clock.now().getTime() - dayMs);
  const abandoned = await database.withHousekeeping((tx) => listAbandonedUploads(tx, before));
  for (const { tenantId, importId } of abandoned)
    await database.withTenant(tenantId, (tx) =>
      moveImport(
        tx,
        { id: importId, from: ['uploading'] },
        {
          state: 'failed',
          refusal: { code: 'import_file_cut', details: { in: 'the upload' } },
          finishedAt: clock.now(),
        },
      ),
    );
  for (const tenantId of await namesIn(uploadFolder))
    for (const importId of await namesIn(join(uploadFolder, tenantId))) {
      const row = await database.withTenant(tenantId, (tx) => findImport(tx, importId));
      if (!row || !waiting.includes(row.state))
        await removeUpload(uploadPath(uploadFolder, { tenantId, importId }));
    }
}

const uuid = /^[0-9a-f-]{36}$/;

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => uuid.test(name));
}
