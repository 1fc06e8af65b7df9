import { applyImport } from '../../../src/server/jobs/import-jobs.ts';
import { openDatabase } from '../../../src/server/store/database.ts';

/** A process of its own that takes one import over, so that it can be killed. */
const [connectionString, tenantId, uploadFolder, importId] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
];
const database = openDatabase({ connectionString });
const now = () => new Date('2026-03-31T09:00:00Z');
process.stdout.write('started\n');
await applyImport(
  {
    database,
    tenantId,
    uploadFolder,
    actor: 'system',
    jobs: { enqueue: async () => {} },
    clock: { now, today: () => '2026-03-31' },
  },
  importId,
);
await database.close();
