import type { Logger } from 'pino';
import { type ScratchContext, sweepScratchTenants } from '../actions/scratch-tenants.ts';

const HOUR_MS = 3_600_000;

/**
 * Removes scratch tenants whose time is over, now and every hour; gives the way to stop. A sweep that
 * fails is told to the log alone: what it leaves, the next one finds.
 */
export async function sweepScratch(
  context: ScratchContext & { readonly log: Pick<Logger, 'info' | 'warn'> },
): Promise<() => Promise<void>> {
  const { log } = context;
  const sweep = async () => {
    try {
      const removed = await sweepScratchTenants(context);
      if (removed > 0) log.info({ removed }, 'scratch tenants of smoke tests removed');
    } catch (error) {
      log.warn({ err: error }, 'scratch tenants could not be swept');
    }
  };
  await sweep();
  let last: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    last = sweep();
  }, HOUR_MS).unref();
  return async () => {
    clearInterval(timer);
    await last;
  };
}
