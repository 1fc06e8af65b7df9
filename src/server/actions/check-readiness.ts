import { Refusal } from '../../contract/index.ts';
import type { AccessContext } from './authenticate.ts';
import { readSetup } from './read-setup.ts';

const DEADLINE_MS = 2_000;

/** Refuses while the database does not answer in time or set-up is not complete. */
export async function checkReadiness(context: AccessContext): Promise<void> {
  const asked = readSetup(context);
  const late = Promise.withResolvers<never>();
  const refusal = new Refusal('database_unreachable', { waitedMs: DEADLINE_MS });
  const timer = setTimeout(() => late.reject(refusal), DEADLINE_MS);
  try {
    const status = await Promise.race([asked, late.promise]);
    if (status.state !== 'completed') throw new Refusal('setup_not_complete');
  } finally {
    clearTimeout(timer);
    // Past the deadline its failure has no listener left.
    asked.catch(() => {});
  }
}
