import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../contract/errors.ts';
import { takeFileLock } from './file-lock.ts';
import { refuseFullCache } from './full-cache.ts';
import { pause } from './pause.ts';

export interface LockOptions {
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  /** How long to wait for another process; it may be fetching a model. */
  readonly waitMs: number;
  readonly onWait?: () => void;
}

const LOOK_MS = 500;

/** Does what writes into the cache, while no other process or container does. */
export async function withCacheLock<T>(options: LockOptions, work: () => Promise<T>): Promise<T> {
  const { cacheDir, signal, waitMs, onWait } = options;
  const until = performance.now() + waitMs;
  for (let lock = take(cacheDir); ; lock = take(cacheDir)) {
    if (lock) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    if (performance.now() >= until) throw new Refusal('cache_busy', { path: cacheDir });
    onWait?.();
    await pause(LOOK_MS, signal);
  }
}

function take(cacheDir: string) {
  try {
    mkdirSync(cacheDir, { recursive: true });
    return takeFileLock(join(cacheDir, 'install.lock'));
  } catch (error) {
    return refuseFullCache(error, cacheDir);
  }
}
