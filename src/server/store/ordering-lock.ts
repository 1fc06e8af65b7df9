import { sql } from 'kysely';
import type { Tx } from './database.ts';

/**
 * Lets one at a time decide on proposals, change orders or recompute proposals of a tenant, until the
 * transaction ends. Each of them touches rows of the others: without a common first lock, two of
 * them can wait for each other.
 */
export async function lockOrdering(tx: Tx, tenantId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('ordering:' || ${tenantId}, 0))`.execute(
    tx,
  );
}
