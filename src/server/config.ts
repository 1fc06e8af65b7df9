import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../contract/errors.ts';
import { type Config, type ConfigurationEntry, configurationTable } from './configuration-table.ts';
import { withPassword } from './database-address.ts';

export type { Config } from './configuration-table.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads every setting, or refuses with the variable's name, what it holds and what it should. */
export function readConfig(env: Environment): Config {
  const field = <F extends keyof Config>(name: F) => readEntry(configurationTable[name], env);
  const publicUrl = field('publicUrl') ?? null;
  const dataDir = field('dataDir')!;
  const config: Config = {
    port: field('port')!,
    host: field('host')!,
    dataDir,
    cacheDir: field('cacheDir') ?? join(dataDir, 'cache'),
    backupDir: field('backupDir') ?? join(dataDir, 'backups'),
    backupEveryHours: field('backupEveryHours')!,
    backupKeep: field('backupKeep')!,
    backupPassphrase: field('backupPassphrase') ?? null,
    databaseUrl: withPassword(field('databaseUrl'), field('databasePassword')),
    databasePassword: field('databasePassword') ?? null,
    databaseWaitSeconds: field('databaseWaitSeconds')!,
    demo: field('demo')!,
    adminEmail: field('adminEmail') ?? null,
    adminPassword: field('adminPassword') ?? null,
    testUserEmail: field('testUserEmail') ?? null,
    testUserPassword: field('testUserPassword') ?? null,
    setupFolder: field('setupFolder') ?? null,
    companyName: field('companyName')!,
    currency: field('currency')!,
    maxUploadBytes: field('maxUploadBytes')!,
    workers: field('workers')!,
    lameDuckSeconds: field('lameDuckSeconds')!,
    logLevel: field('logLevel')!,
    publicUrl,
    sessionDays: field('sessionDays')!,
    machineLearning: field('machineLearning')!,
    models: field('models')!,
    precision: field('precision')!,
    hubUrl: field('hubUrl')!,
    hubToken: field('hubToken') ?? null,
    secureCookies: field('secureCookies') ?? publicUrl?.startsWith('https:') ?? false,
    deployKey: field('deployKey') ?? null,
    image: field('image') ?? null,
  };
  refuseHalfAUser(config, 'adminEmail', 'adminPassword');
  refuseHalfAUser(config, 'testUserEmail', 'testUserPassword');
  refuseMixedSetup(config);
  return config;
}

function readEntry<T>(entry: ConfigurationEntry<T>, env: Environment): T | undefined {
  const found = readVariable(entry, env) ?? entry.default;
  if (found === null) return undefined;
  const parsed = entry.parse(found);
  if (parsed !== undefined) return parsed;
  const shown = entry.secret ? 'a value that is not shown' : found;
  throw new Refusal('config_invalid', { variable: entry.name, found: shown, wanted: entry.wanted });
}

/** The variable itself, or the first line of the file that its `_FILE` variant names. */
function readVariable(entry: ConfigurationEntry<unknown>, env: Environment): string | undefined {
  const direct = env[entry.name] || undefined;
  const variable = `${entry.name}_FILE`;
  const path = env[variable] || undefined;
  if (path === undefined) return direct;
  if (direct !== undefined) {
    const found = `both ${entry.name} and ${variable}`;
    throw new Refusal('config_invalid', { variable, found, wanted: 'one of the two' });
  }
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n[\s\S]*$/, '');
  } catch (cause) {
    const found = `${path} (${(cause as NodeJS.ErrnoException).code})`;
    const details = { variable, found, wanted: 'a file that the server may read' };
    throw new Refusal('config_invalid', details, { cause });
  }
}

type AccountField = 'adminEmail' | 'adminPassword' | 'testUserEmail' | 'testUserPassword';

function refuseHalfAUser(config: Config, email: AccountField, password: AccountField): void {
  if ((config[email] === null) === (config[password] === null)) return;
  const [missing, given] = config[email] === null ? [email, password] : [password, email];
  throw new Refusal('config_invalid', {
    variable: configurationTable[missing].name,
    found: `not set, although ${configurationTable[given].name} is`,
    wanted: configurationTable[missing].wanted,
  });
}

/** One person is not two users, and real sales do not belong among made-up ones. */
function refuseMixedSetup(config: Config): void {
  const { testUserEmail, setupFolder, demo } = configurationTable;
  if (config.testUserEmail !== null && config.testUserEmail === config.adminEmail) {
    const { name: variable, wanted } = testUserEmail;
    throw new Refusal('config_invalid', { variable, found: config.testUserEmail, wanted });
  }
  if (config.setupFolder !== null && config.demo) {
    const found = `set, although ${demo.name} is`;
    throw new Refusal('config_invalid', {
      variable: setupFolder.name,
      found,
      wanted: 'one of the two',
    });
  }
}
