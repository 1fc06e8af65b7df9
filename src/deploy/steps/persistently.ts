import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../../contract/errors.ts';

/** Waits between attempts to reach a host that was lost: half a minute in all. */
const WAITS_MILLISECONDS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];

/** Repeats what failed because the host could not be reached, or for another reason that may pass. */
export async function persistently<T>(work: () => Promise<T>, passes = isUnreachable): Promise<T> {
  for (const wait of WAITS_MILLISECONDS) {
    try {
      return await work();
    } catch (error) {
      if (!passes(error)) throw error;
      await sleep(wait);
    }
  }
  return work();
}

function isUnreachable(error: unknown): boolean {
  return (
    error instanceof Refusal && (error.code === 'host_unreachable' || error.code === 'host_refused')
  );
}

/** What an engine answers that is being started again; undoing is worth waiting for it. */
export function mayPass(error: unknown): boolean {
  if (isUnreachable(error)) return true;
  return (
    error instanceof Refusal &&
    (error.code === 'host_command_failed' || error.code === 'host_not_ready')
  );
}
