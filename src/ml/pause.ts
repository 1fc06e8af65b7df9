import { setTimeout as sleep } from 'node:timers/promises';

/** Waits; rejects at once when the work is called off. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal });
}

/** Doubling pauses up to a longest, each off by up to a fifth so that replicas do not march in step. */
export function backoff(
  failures: number,
  { firstMs, longestMs, random }: { firstMs: number; longestMs: number; random: () => number },
): number {
  const even = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(even * (0.8 + 0.4 * random()));
}
