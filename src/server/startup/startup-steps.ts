import { join } from 'node:path';
import type { Logger } from 'pino';
import type { BackupStatus } from '../../contract/overview.ts';
import type { MachineLearning } from '../../ml/machine-learning.ts';
import type { Clock } from '../actions/context.ts';
import { countSetupBytes } from '../actions/look-into-setup-folder.ts';
import type { SetupContext } from '../actions/set-up.ts';
import type { Config } from '../config.ts';
import type { RunningJobs } from '../jobs/queue.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { checkOwner, checkVolume } from './check-volume.ts';
import { insertDemoData } from './demo/insert-demo-data.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { connectExternalPostgres } from './external-postgres.ts';
import { reconcileSetup } from './reconcile-setup.ts';
import type { StartupStep } from './steps.ts';

export type Role = 'serve' | 'work';

/** What the steps hand on; each fills its own. */
export interface StartupParts {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  /** For programs that are started: npm needs proxies and its registry. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly programVersion: string;
  /** Whether it serves the page and the API, or takes jobs alone. */
  readonly role: Role;
  /** Aborted when the program is told to stop before it is up: waits end. */
  readonly signal?: AbortSignal | undefined;
  /** Called when the embedded database ends by itself. */
  readonly onDatabaseLost: (reason: string) => void;
  /** Aborted when the program begins to stop: /ready turns red, open streams end. */
  readonly stopping: AbortController;
  /** What stops each part, newest last. */
  readonly stops: (() => Promise<void>)[];
  connectionString: string;
  database: Database | null;
  schema: { readonly name: string; readonly minReader: string | null } | null;
  setupToken: string | null;
  jobs: RunningJobs | null;
  /** Where the door is, once it is open. */
  url: string | null;
  machineLearning: MachineLearning | null;
  /** What the schedule of backups says of itself; those who only take jobs have none. */
  backups: { read(): BackupStatus } | null;
}

/** Before anything is done with the database, the same for whoever uses it. */
export const databaseSteps: readonly StartupStep<StartupParts>[] = [
  { name: 'volumes', deadlineSeconds: 10, run: checkVolumes },
  // A little more than the wait itself, which says better what is wrong.
  {
    name: 'database',
    deadlineSeconds: async ({ config }) => config.databaseWaitSeconds + 30,
    run: reachDatabase,
  },
  { name: 'schema', deadlineSeconds: 300, run: migrateSchema, repeatable: true },
];

/** A company and its administrator; left to those who serve, who print the link where one is needed. */
export const setupStep: StartupStep<StartupParts> = {
  name: 'set-up',
  deadlineSeconds: setupSeconds,
  repeatable: true,
  run: setUp,
};

/** Where uploaded files wait for their commit. */
export function uploadFolderOf(config: Config): string {
  return join(config.dataDir, 'uploads');
}

async function checkVolumes({ config }: StartupParts): Promise<string> {
  const { dataDir, cacheDir, backupDir, databaseUrl } = config;
  const folders = [dataDir, uploadFolderOf(config), cacheDir, backupDir];
  for (const folder of folders) await checkVolume(folder);
  if (!databaseUrl) await checkOwner(join(dataDir, 'postgres'));
  return folders.join(', ');
}

async function reachDatabase(parts: StartupParts): Promise<string> {
  const { config, log, signal } = parts;
  if (config.databaseUrl) {
    const options = { deadlineSeconds: config.databaseWaitSeconds, log, signal };
    parts.connectionString = await connectExternalPostgres(config.databaseUrl, options);
    return 'external PostgreSQL';
  }
  const { dataDir } = config;
  const onUnexpectedExit = parts.onDatabaseLost;
  const postgres = await startEmbeddedPostgres({ dataDir, onUnexpectedExit });
  parts.stops.push(postgres.stop);
  parts.connectionString = postgres.connectionString;
  return 'embedded PostgreSQL';
}

async function migrateSchema(parts: StartupParts): Promise<string> {
  const { log, signal } = parts;
  const { applied, schema, minReader } = await migrate(parts.connectionString, { log, signal });
  parts.schema = { name: schema, minReader };
  const database = openDatabase({ connectionString: parts.connectionString });
  parts.database = database;
  parts.stops.push(() => database.close());
  return applied.length > 0 ? `applied ${applied.join(', ')}` : `nothing to do on ${schema}`;
}

/** A tenth of the pace that was measured: 20 MB of sales, a million rows, take some ten seconds. */
async function setupSeconds({ config: { setupFolder } }: StartupParts): Promise<number> {
  return 120 + (setupFolder ? await countSetupBytes(setupFolder) : 0) / 200_000;
}

async function setUp(parts: StartupParts): Promise<string> {
  const { config } = parts;
  const { adminEmail: email, adminPassword: password } = config;
  const { companyName, currency, demo: demoData } = config;
  const administrator =
    email && password ? { email, password, companyName, currency, demoData } : null;
  const { state, link } = await reconcileSetup(setupContext(parts), administrator);
  if (link) parts.stops.push(async () => link.release());
  parts.setupToken = link?.token ?? null;
  return state === 'completed' ? 'complete' : 'waiting for the holder of the link';
}

/** What set-up needs, at start and when the page completes it. */
export function setupContext(parts: StartupParts): SetupContext {
  const { config, database, clock, programVersion, log, signal } = parts;
  if (!database) throw new Error('the set-up step runs after the schema step');
  const { testUserEmail: email, testUserPassword: password, setupFolder: folder } = config;
  const testUser = email && password ? { email, password } : null;
  const extras = { testUser, folder };
  return { database, clock, programVersion, insertDemoData, extras, log, signal };
}
