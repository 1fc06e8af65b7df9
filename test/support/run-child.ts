import { startJobs } from '../../src/server/jobs/queue.ts';
import { openDatabase } from '../../src/server/store/database.ts';
import { fixedClock } from './jobs.ts';

/** A server's job workers in a process of their own, for tests that kill it. */
const [connectionString, today] = process.argv.slice(2);
const log = { info: () => {}, warn: () => {}, error: console.error };
await startJobs({
  connectionString: connectionString!,
  database: openDatabase({ connectionString: connectionString! }),
  clock: fixedClock(today!),
  uploadFolder: '',
  workers: 1,
  log,
});
console.log('ready');
