import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Precision } from '../ml/chronos/layers.ts';
import {
  emailAddress,
  modelWords,
  newPassword,
  precisionWord,
  webAddress,
  wholeNumber,
  yesOrNo,
} from './setting-texts.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly cacheDir: string;
  readonly backupDir: string;
  readonly backupEveryHours: number;
  readonly backupKeep: number;
  readonly backupPassphrase: string | null;
  readonly databaseUrl: string | null;
  readonly databasePassword: string | null;
  readonly databaseWaitSeconds: number;
  readonly demo: boolean;
  readonly adminEmail: string | null;
  readonly adminPassword: string | null;
  readonly testUserEmail: string | null;
  readonly testUserPassword: string | null;
  readonly setupFolder: string | null;
  readonly companyName: string;
  readonly currency: string;
  readonly maxUploadBytes: number;
  readonly workers: number;
  readonly lameDuckSeconds: number;
  readonly logLevel: LogLevel;
  readonly publicUrl: string | null;
  readonly sessionDays: number;
  readonly secureCookies: boolean;
  readonly machineLearning: boolean;
  readonly models: readonly string[];
  readonly precision: Precision;
  readonly hubUrl: string;
  readonly hubToken: string | null;
  readonly deployKey: string | null;
  readonly image: string | null;
}

/** One environment variable. `parse` returns undefined for a text that it cannot use. */
export interface ConfigurationEntry<T> {
  readonly name: string;
  /** What holds when the variable is not set, in the notation of the variable. */
  readonly default: string | null;
  /** Default in words, where it depends on the machine. */
  readonly defaultMeaning?: string;
  readonly meaning: string;
  readonly wanted: string;
  readonly secret?: boolean;
  readonly parse: (text: string) => T | undefined;
}

type ConfigurationTable = { readonly [Field in keyof Config]: ConfigurationEntry<Config[Field]> };

const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** Every setting there is. docs/operating.md shows this table, and a test compares the two. */
export const configurationTable: ConfigurationTable = {
  port: {
    name: 'PARSTOCK_PORT',
    default: '8080',
    meaning: 'TCP port of the page and the API; 0 lets the system choose.',
    wanted: 'a whole number from 0 to 65535',
    parse: wholeNumber(0, 65535),
  },
  host: {
    name: 'PARSTOCK_HOST',
    default: '127.0.0.1',
    meaning: 'Address to listen on; 0.0.0.0 opens the server to the network.',
    wanted: 'an IP address or host name',
    parse: (value) => (/^[\w.:-]+$/.test(value) ? value : undefined),
  },
  dataDir: {
    name: 'PARSTOCK_DATA_DIR',
    default: '.parstock',
    meaning: 'Folder of the embedded database and of uploaded files.',
    wanted: 'a folder that the server may write',
    parse: (value) => resolve(value),
  },
  cacheDir: {
    name: 'PARSTOCK_CACHE_DIR',
    default: null,
    defaultMeaning: '`cache` in the data folder',
    meaning: 'Folder of the machine-learning runtime and models; may be deleted at any time.',
    wanted: 'a folder that the server may write',
    parse: (value) => resolve(value),
  },
  backupDir: {
    name: 'PARSTOCK_BACKUP_DIR',
    default: null,
    defaultMeaning: '`backups` in the data folder',
    meaning: 'Folder of the backups; best on another disk than the data.',
    wanted: 'a folder that the server may write',
    parse: (value) => resolve(value),
  },
  backupEveryHours: {
    name: 'PARSTOCK_BACKUP_EVERY_HOURS',
    default: '24',
    meaning: 'Hours from one backup to the next; 0 makes none by itself.',
    wanted: 'a whole number from 0 to 8760',
    parse: wholeNumber(0, 8760),
  },
  backupKeep: {
    name: 'PARSTOCK_BACKUP_KEEP',
    default: '7',
    meaning: 'How many backups stay; older ones are deleted after a new one was found good.',
    wanted: 'a whole number from 1 to 10000',
    parse: wholeNumber(1, 10_000),
  },
  backupPassphrase: {
    name: 'PARSTOCK_BACKUP_PASSPHRASE',
    default: null,
    defaultMeaning: 'backups are not encrypted',
    meaning: 'Encrypts backups; whoever loses it loses them.',
    wanted: 'at least 12 characters',
    secret: true,
    parse: (value) => (value.length >= 12 && value.length <= 1000 ? value : undefined),
  },
  databaseUrl: {
    name: 'PARSTOCK_DATABASE_URL',
    default: null,
    defaultMeaning: 'embedded PostgreSQL',
    meaning: 'A PostgreSQL (15 or newer) to use instead of the embedded one.',
    wanted: 'postgresql://user:password@host:5432/database',
    secret: true,
    parse: (value) =>
      /^postgres(ql)?:$/.test(URL.parse(value)?.protocol ?? '') ? value : undefined,
  },
  databasePassword: {
    name: 'PARSTOCK_DATABASE_PASSWORD',
    default: null,
    defaultMeaning: 'the one in the address',
    meaning: 'Password for `PARSTOCK_DATABASE_URL`, so that the address need not hold it.',
    wanted: 'the password of the user that PARSTOCK_DATABASE_URL names',
    secret: true,
    parse: (value) => value,
  },
  databaseWaitSeconds: {
    name: 'PARSTOCK_DATABASE_WAIT_SECONDS',
    default: '60',
    meaning: 'How long the start waits for that PostgreSQL to answer.',
    wanted: 'a whole number of seconds, from 1 to 3600',
    parse: wholeNumber(1, 3600),
  },
  demo: {
    name: 'PARSTOCK_DEMO',
    default: '0',
    meaning: 'Fill the company with the demo data when it is set up.',
    wanted: '0 or 1',
    parse: yesOrNo,
  },
  adminEmail: {
    name: 'PARSTOCK_ADMIN_EMAIL',
    default: null,
    defaultMeaning: 'set up by the printed link',
    meaning: 'E-mail address of the first administrator; goes with the password.',
    wanted: 'an e-mail address',
    parse: emailAddress,
  },
  adminPassword: {
    name: 'PARSTOCK_ADMIN_PASSWORD',
    default: null,
    defaultMeaning: 'set up by the printed link',
    meaning: 'Password of the first administrator; used once, at set-up.',
    wanted: 'at least 10 characters',
    secret: true,
    parse: newPassword,
  },
  testUserEmail: {
    name: 'PARSTOCK_TEST_USER_EMAIL',
    default: null,
    defaultMeaning: 'no test user',
    meaning: 'E-mail address of a planner made at set-up; goes with the password.',
    wanted: 'an e-mail address, another than the administrator’s',
    parse: emailAddress,
  },
  testUserPassword: {
    name: 'PARSTOCK_TEST_USER_PASSWORD',
    default: null,
    defaultMeaning: 'no test user',
    meaning: 'Password of the test user; used once, at set-up.',
    wanted: 'at least 10 characters',
    secret: true,
    parse: newPassword,
  },
  setupFolder: {
    name: 'PARSTOCK_SETUP_FOLDER',
    default: null,
    defaultMeaning: 'an empty company',
    meaning: 'Folder with CSV files that are imported at set-up; not together with the demo data.',
    wanted: 'a folder that the server may read',
    parse: (value) => resolve(value),
  },
  companyName: {
    name: 'PARSTOCK_COMPANY_NAME',
    default: 'My company',
    meaning: 'Name of the company, when the administrator comes from the environment.',
    wanted: 'a name of at most 200 characters',
    parse: (value) => (value.length <= 200 ? value : undefined),
  },
  currency: {
    name: 'PARSTOCK_CURRENCY',
    default: 'EUR',
    meaning: 'Currency of the company, when the administrator comes from the environment.',
    wanted: 'three capital letters (ISO 4217)',
    parse: (value) => (/^[A-Z]{3}$/.test(value) ? value : undefined),
  },
  maxUploadBytes: {
    name: 'PARSTOCK_MAX_UPLOAD_BYTES',
    default: '1073741824',
    meaning: 'Largest file that an import accepts, as sent.',
    wanted: 'a whole number of bytes, at least 1024',
    parse: wholeNumber(1024, Number.MAX_SAFE_INTEGER),
  },
  workers: {
    name: 'PARSTOCK_WORKERS',
    default: String(availableParallelism()),
    defaultMeaning: 'as many as processors',
    meaning: 'Threads that compute forecasts; 0 leaves all jobs to `parstock work`.',
    wanted: 'a whole number from 0 to 256',
    parse: wholeNumber(0, 256),
  },
  lameDuckSeconds: {
    name: 'PARSTOCK_LAME_DUCK_SECONDS',
    default: '1',
    meaning:
      'How long requests are still served after SIGTERM, while `/ready` is red; longer than a proxy takes to notice.',
    wanted: 'a number of seconds, from 0 to 300, such as 0.5',
    parse: (value) =>
      /^\d+(\.\d+)?$/.test(value) && Number(value) <= 300 ? Number(value) : undefined,
  },
  logLevel: {
    name: 'PARSTOCK_LOG_LEVEL',
    default: 'warn',
    meaning: 'What goes to the log on standard error, as JSON lines.',
    wanted: LOG_LEVELS.join(', '),
    parse: (value) => LOG_LEVELS.find((level) => level === value),
  },
  publicUrl: {
    name: 'PARSTOCK_PUBLIC_URL',
    default: null,
    defaultMeaning: 'from host and port',
    meaning: 'Address that browsers use, where a proxy stands in front.',
    wanted: 'an http or https address',
    parse: webAddress,
  },
  sessionDays: {
    name: 'PARSTOCK_SESSION_DAYS',
    default: '14',
    meaning: 'Days after which a sign-in expires.',
    wanted: 'a whole number from 1 to 365',
    parse: wholeNumber(1, 365),
  },
  secureCookies: {
    name: 'PARSTOCK_SECURE_COOKIES',
    default: null,
    defaultMeaning: '1 where the public address is https',
    meaning: 'Send the session cookie over https alone.',
    wanted: '0 or 1',
    parse: yesOrNo,
  },
  deployKey: {
    name: 'PARSTOCK_DEPLOY_KEY',
    default: null,
    defaultMeaning: 'only an administrator may',
    meaning:
      'Bearer key that opens smoke tests, accuracy checks and the deploy history, and nothing else.',
    wanted: 'at least 32 characters without spaces',
    secret: true,
    parse: (value) => (/^[\x21-\x7e]{32,200}$/.test(value) ? value : undefined),
  },
  image: {
    name: 'PARSTOCK_IMAGE',
    default: null,
    defaultMeaning: 'not said',
    meaning:
      'Image and digest that this server was started from; the deployer sets it, the page shows it.',
    wanted: 'a name of at most 500 characters',
    parse: (value) => (/^\S{1,500}$/.test(value) ? value : undefined),
  },
  machineLearning: {
    name: 'PARSTOCK_ML',
    default: '1',
    meaning: 'Install the machine-learning runtime and models in the background.',
    wanted: '0 or 1',
    parse: yesOrNo,
  },
  models: {
    name: 'PARSTOCK_ML_MODELS',
    default: 'chronos-bolt-tiny',
    meaning: 'Models to install, separated by commas; `none` installs the runtime alone.',
    wanted: 'names that parstock models list shows, or owner/repository@commit',
    parse: modelWords,
  },
  precision: {
    name: 'PARSTOCK_ML_PRECISION',
    default: 'float32',
    meaning: 'How models compute: as trained, or in eight bits (`int8`), faster and less exact.',
    wanted: 'float32 or int8',
    parse: precisionWord,
  },
  hubUrl: {
    name: 'PARSTOCK_HUB_URL',
    default: 'https://huggingface.co',
    meaning: 'Hub that models come from, with the paths of Hugging Face.',
    wanted: 'an http or https address',
    parse: webAddress,
  },
  hubToken: {
    name: 'PARSTOCK_HUB_TOKEN',
    default: null,
    defaultMeaning: 'no token',
    meaning: 'Token for the hub; sent to its own host alone.',
    wanted: 'a word without spaces',
    secret: true,
    parse: (value) => (/^[\x21-\x7e]{1,500}$/.test(value) ? value : undefined),
  },
};

/** The table as docs/operating.md shows it. */
export function renderConfigurationTable(): string {
  const rows = Object.values(configurationTable).map((entry) => {
    const byDefault = entry.defaultMeaning ?? `\`${entry.default}\``;
    return `| \`${entry.name}\` | ${byDefault} | ${entry.meaning} |`;
  });
  return ['| variable | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}
