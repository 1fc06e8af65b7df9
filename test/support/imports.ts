import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Import, ImportKind, ImportOptions } from '../../src/contract/index.ts';
import { cancelImport } from '../../src/server/actions/cancel-import.ts';
import { commitImport } from '../../src/server/actions/commit-import.ts';
import type { ActionContext, Job } from '../../src/server/actions/context.ts';
import { getImport } from '../../src/server/actions/get-import.ts';
import { listImportErrors } from '../../src/server/actions/list-import-errors.ts';
import { type Upload, uploadImport } from '../../src/server/actions/upload-import.ts';
import { applyImport, checkImport } from '../../src/server/jobs/import-jobs.ts';
import { testDatabase } from './database.ts';

export const today = '2026-03-31';

/** Two products, two suppliers. */
const catalogue: readonly [ImportKind, string][] = [
  ['products', 'sku,name\nA,Penne 500 g\nB,Fusilli 500 g\n'],
  ['suppliers', 'code,name\nMILL,Mill & Sons\nHARBOUR,Harbour Trading\n'],
];

export interface Content {
  readonly options?: ImportOptions;
  readonly maxBytes?: number;
}

/** Imports on a real database and a real folder, with the queue's jobs carried out on call. */
export async function importDesk() {
  const db = await testDatabase();
  const uploadFolder = await mkdtemp(join(tmpdir(), 'parstock-imports-'));
  const jobs: Job[] = [];
  const context = contextOf(db, { uploadFolder, jobs });
  const desk = {
    ...db,
    context,
    jobs,
    upload: (kind: ImportKind, file: string | Buffer | Upload['stream'], more: Content = {}) =>
      uploadImport(context, {
        kind,
        fileName: `${kind}.csv`,
        options: more.options ?? {},
        stream: asStream(file),
        maxBytes: more.maxBytes,
      }),
    /** Upload and dry run. */
    async check(kind: ImportKind, file: string | Buffer, more: Content = {}): Promise<Import> {
      const { id } = await desk.upload(kind, file, more);
      await checkImport(context, id);
      return getImport(context, { id });
    },
    /** Takes a checked import over. */
    async commit({ id }: { id: string }): Promise<Import> {
      await commitImport(context, { id });
      await applyImport(context, id);
      return getImport(context, { id });
    },
    /** The whole way; the import must be without errors. */
    async take(kind: ImportKind, file: string | Buffer, more: Content = {}): Promise<Import> {
      return desk.commit(await desk.check(kind, file, more));
    },
    cancel: ({ id }: { id: string }) => cancelImport(context, { id }),
    errors: async ({ id }: { id: string }) => (await listImportErrors(context, { id })).items,
    /** `line:column:code` of every bad cell. */
    faults: async (import_: { id: string }) =>
      (await desk.errors(import_)).map(({ line, column, code }) => `${line}:${column}:${code}`),
    rows: (query: string) =>
      db.database.withTenant(db.tenantId, async (tx) => {
        const { rows } = await sql.raw<Record<string, unknown>>(query).execute(tx);
        return rows;
      }),
    files: () => readdir(join(uploadFolder, db.tenantId)).catch(() => []),
    close: async () => {
      await db.close();
      await rm(uploadFolder, { recursive: true });
    },
  };
  for (const [kind, file] of catalogue) await desk.take(kind, file);
  jobs.length = 0;
  return desk;
}

function contextOf(
  { database, tenantId }: Pick<ActionContext, 'database' | 'tenantId'>,
  { uploadFolder, jobs }: { uploadFolder: string; jobs: Job[] },
): ActionContext {
  return {
    database,
    tenantId,
    actor: 'planner@example.com',
    userId: null,
    uploadFolder,
    jobs: { enqueue: async (job) => void jobs.push(job) },
    clock: { now: () => new Date(`${today}T09:00:00Z`), today: () => today },
  };
}

export type ImportDesk = Awaited<ReturnType<typeof importDesk>>;

function asStream(file: string | Buffer | Upload['stream']): Upload['stream'] {
  if (typeof file !== 'string' && !Buffer.isBuffer(file)) return file;
  return (async function* () {
    yield Buffer.from(file);
  })();
}
