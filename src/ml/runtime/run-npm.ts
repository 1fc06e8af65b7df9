import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ErrorCode } from '../../contract/errors.ts';
import { Refusal } from '../../contract/errors.ts';
import { findNpm } from './find-npm.ts';

const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const GUARD = new URL(`./npm-guard.${EXTENSION}`, import.meta.url);
const MOST_WORDS = 4000;

const ARGUMENTS = [
  'ci',
  '--ignore-scripts',
  '--omit=dev',
  '--no-audit',
  '--no-fund',
  '--no-progress',
  '--no-update-notifier',
  '--loglevel=error',
  '--logs-max=0',
  // Trying again is our own business, with longer pauses than npm's.
  '--fetch-retries=1',
  '--fetch-timeout=60000',
];

export interface NpmRun {
  /** Folder with package.json and package-lock.json; everything that npm writes stays below it. */
  readonly folder: string;
  /** A file whose lock npm's process holds as long as it lives. */
  readonly lockPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Installs what the lockfile names; refuses with the reason, sorted by npm's own error code. */
export async function runNpm(run: NpmRun): Promise<void> {
  const npm = findNpm({ execPath: process.execPath, env: run.env });
  if (!npm) throw new Refusal('runtime_no_npm', { looked: 'beside Node, npm_execpath, PATH' });
  const { code, signal, words } = await spawnNpm(npm, run);
  run.signal.throwIfAborted();
  if (code === 0) return;
  throw refusalFor(words, code ?? signal);
}

function spawnNpm(npm: string, { folder, lockPath, env, signal }: NpmRun) {
  const own = join(folder, '.npm');
  const child = spawn(
    process.execPath,
    ['--import', GUARD.href, npm, ...ARGUMENTS, `--cache=${own}`],
    {
      cwd: folder,
      env: {
        ...environmentFor(env),
        ONNXRUNTIME_NODE_INSTALL: 'skip',
        NODE_NO_WARNINGS: '1',
        PARSTOCK_NPM_LOCK: lockPath,
        PARSTOCK_NPM_PARENT: String(process.pid),
        TMPDIR: own,
      },
      stdio: ['pipe', 'ignore', 'pipe'],
      signal,
      killSignal: 'SIGKILL',
    },
  );
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-MOST_WORDS);
  });
  // The guard hears of our end through this pipe; its own end is heard through 'close'.
  child.stdin.on('error', () => undefined);
  return new Promise<{ code: number | null; signal: string | null; words: string }>((resolve) => {
    child.on('error', (error) => {
      words += error.message;
    });
    child.on('close', (code, ended) => resolve({ code, signal: ended, words }));
  });
}

/** npm needs the way out (proxies, registry), and none of our settings, which hold secrets. */
function environmentFor(env: NpmRun['env']): Record<string, string | undefined> {
  const ours =
    /^PARSTOCK_|^npm_(package_|lifecycle_|command$|config_(local_)?prefix$|config_global)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.test(name)));
}

const CODES: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^(ENOSPC|EDQUOT)$/, 'cache_full'],
  [/^EINTEGRITY$/, 'runtime_wrong_package'],
  [/^E4\d\d$|^(ETARGET|ENEEDAUTH|EAUTHUNKNOWN)$/, 'runtime_registry_refused'],
  [/^E5\d\d$/, 'runtime_registry_failed'],
  [/^(EACCES|EROFS|EPERM)$/, 'volume_not_writable'],
  [
    /^(ENOTFOUND|EAI_\w+|ECONN\w+|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|EPIPE|ERR_SOCKET_TIMEOUT|FETCH_ERROR|E?CERT\w*|\w*CERT\w*)$/,
    'runtime_registry_unreachable',
  ],
];

/** By npm's code, which is stable, never by its sentences. */
export function refusalFor(words: string, ended: number | string | null): Refusal {
  const found = /^npm (?:error|ERR!) code (\S+)/m.exec(words)?.[1];
  const code = CODES.find(([pattern]) => found !== undefined && pattern.test(found))?.[1];
  return new Refusal(code ?? 'runtime_not_installed', {
    found: found ?? `npm ended with ${ended}`,
  });
}
