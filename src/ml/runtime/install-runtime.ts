import { copyFile, mkdir, readdir, rename, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import { takeFileLock } from '../file-lock.ts';
import { refuseFullCache } from '../full-cache.ts';
import { removeFolder } from '../remove-folder.ts';
import { syncFolder } from '../write-durably.ts';
import { checkRuntime } from './check-runtime.ts';
import { refuseForeignMachine } from './fits-machine.ts';
import { removeUnused } from './in-use.ts';
import { RUNTIME_SOURCE, runtimeFolder, runtimeName } from './load-runtime.ts';
import { filesBelow, pruneRuntime } from './prune-runtime.ts';
import { runNpm } from './run-npm.ts';
import { findDamage, readManifest, writeManifest } from './runtime-manifest.ts';

export interface RuntimeProgress {
  readonly phase: 'installing' | 'verifying';
  /** What lies on the disk by now, and about how much it will be before it is pruned. */
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface RuntimeOptions {
  readonly cacheDir: string;
  /** Folder with package.json and lockfile. */
  readonly source?: URL;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: RuntimeProgress) => void;
  /** How long one try may take; npm alone would wait for a dripping connection for ever. */
  readonly deadlineMs?: number;
}

const PARTIAL = '.partial';
const DEADLINE_MS = 20 * 60_000;
const LOOK_MS = 1000;
/** Measured: packed and unpacked packages lie side by side for a moment. */
const ABOUT_BYTES = 400e6;

/** Whether the runtime is there and works: sizes as listed, and it computes in a child process. */
export async function isRuntimeReady(
  options: Pick<RuntimeOptions, 'cacheDir' | 'source' | 'signal'> & {
    /** Reads every byte. */
    thorough?: boolean;
    /** False: its files are looked at, and it is not tried out. */
    load?: boolean;
  },
): Promise<boolean> {
  const folder = runtimeFolder(options.cacheDir, options.source);
  const manifest = await readManifest(folder);
  if (!manifest) return false;
  if (await findDamage(folder, { manifest, thorough: options.thorough ?? false })) return false;
  if (options.load ?? true) await checkRuntime(folder, options.signal);
  return true;
}

/**
 * Installs the runtime once, from nothing: into a folder beside, pruned, tried out, and only then
 * renamed into place. The caller holds the lock of the cache. Leaves no half state however it ends.
 */
export async function installRuntime(options: RuntimeOptions): Promise<string> {
  const { cacheDir, source = RUNTIME_SOURCE } = options;
  const final = runtimeFolder(cacheDir, source);
  const partial = `${final}${PARTIAL}`;
  await mkdir(dirname(final), { recursive: true });
  await sweepPartials(cacheDir, options.signal);
  try {
    await fill(partial, options);
    await removeFolder(final);
    await rename(partial, final);
    await syncFolder(dirname(final));
  } catch (error) {
    await removeFolder(partial);
    return refuseFullCache(error, cacheDir);
  }
  await removeUnused(dirname(final), runtimeName(source));
  return final;
}

async function fill(partial: string, options: RuntimeOptions): Promise<void> {
  const { source = RUNTIME_SOURCE, signal, onProgress, now } = options;
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  refuseForeignMachine();
  await refuseTooLittleRoom(dirname(partial));
  await mkdir(join(partial, '.npm'), { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    await copyFile(new URL(name, source), join(partial, name));
  const late = AbortSignal.timeout(deadlineMs);
  const watch = watchSize(partial, onProgress);
  try {
    const either = AbortSignal.any([signal, late]);
    await runNpm({ folder: partial, lockPath: npmLock(options), env: options.env, signal: either });
  } catch (error) {
    if (late.aborted && !signal.aborted)
      throw new Refusal('runtime_too_slow', { waitedSeconds: deadlineMs / 1000 });
    throw error;
  } finally {
    watch.stop();
  }
  onProgress?.({ phase: 'verifying', bytes: ABOUT_BYTES, totalBytes: ABOUT_BYTES });
  await pruneRuntime(partial);
  await checkRuntime(partial, signal);
  await writeManifest(partial, now());
}

function npmLock({ cacheDir }: Pick<RuntimeOptions, 'cacheDir'>): string {
  return join(cacheDir, 'runtime', 'npm.lock');
}

/** Half-made folders of installers that were killed, once their npm is gone as well. */
async function sweepPartials(cacheDir: string, signal: AbortSignal): Promise<void> {
  const path = npmLock({ cacheDir });
  for (let lock = takeFileLock(path); ; lock = takeFileLock(path)) {
    signal.throwIfAborted();
    if (lock) {
      lock.release();
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const folder = join(cacheDir, 'runtime');
  for (const name of await readdir(folder))
    if (name.endsWith(PARTIAL)) await removeFolder(join(folder, name));
}

/** Said before a hundred megabytes are fetched for nothing. */
async function refuseTooLittleRoom(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free < ABOUT_BYTES)
    throw new Refusal('cache_full', {
      path: folder,
      found: inMegabytes(free),
      wanted: inMegabytes(ABOUT_BYTES),
    });
}

function inMegabytes(bytes: number): string {
  return `${Math.floor(bytes / 1e6)} MB free`;
}

/** Looks once a second how much npm has written: it says nothing itself. */
function watchSize(folder: string, onProgress: RuntimeOptions['onProgress']) {
  let stopped = false;
  let timer: NodeJS.Timeout;
  const look = async () => {
    const bytes = await bytesBelow(folder).catch(() => 0);
    if (stopped) return;
    onProgress?.({
      phase: 'installing',
      bytes: Math.min(bytes, ABOUT_BYTES * 0.99),
      totalBytes: ABOUT_BYTES,
    });
    timer = setTimeout(look, LOOK_MS).unref();
  };
  timer = setTimeout(look, 0);
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for (const path of await filesBelow(folder))
    bytes += (await stat(join(folder, path)).catch(() => null))?.size ?? 0;
  return bytes;
}
