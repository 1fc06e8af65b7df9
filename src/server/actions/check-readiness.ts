import { Refusal } from '../../contract/index.ts';
import type { Database } from '../store/database.ts';
import { refuseNewerSchema } from '../store/schema-state.ts';
import { readSetupFacts } from '../store/setup.ts';

const DEADLINE_MS = 2_000;

interface ReadinessContext {
  readonly database: Database;
}

/** Refuses while requests cannot be served: as `checkDatabase` does, and before set-up is complete. */
export async function checkReadiness({ database }: ReadinessContext): Promise<void> {
  const { tenantId, hasAdministrator } = await beforeDeadline(
    database.withHousekeeping(async (tx) => {
      await refuseNewerSchema(tx);
      return readSetupFacts(tx);
    }),
  );
  if (!tenantId || !hasAdministrator) throw new Refusal('setup_not_complete');
}

/** Refuses while the database does not answer in time, or asks for a newer program. */
export async function checkDatabase({ database }: ReadinessContext): Promise<void> {
  await beforeDeadline(database.withHousekeeping(refuseNewerSchema));
}

async function beforeDeadline<T>(asked: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const refusal = new Refusal('database_unreachable', { waitedMs: DEADLINE_MS });
  const timer = setTimeout(() => late.reject(refusal), DEADLINE_MS);
  try {
    return await Promise.race([asked, late.promise]);
  } finally {
    clearTimeout(timer);
    // Past the deadline its failure has no listener left.
    asked.catch(() => {});
  }
}
