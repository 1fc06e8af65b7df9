import { z } from 'zod';
import { Refusal } from '../contract/errors.ts';
import type { Host } from './hosts/host.ts';
import { readJournal } from './journal/journal.ts';
import type { DatabaseState, ImageContract } from './schema-way.ts';

const PATIENCE_MILLISECONDS = 5_000;

const statusSchema = z.object({
  schema: z.object({ database: z.string().nullable(), minReader: z.string().nullish() }),
});

/** Contracts of all versions that the journal of a host tells of: who migrated, and what it asks since. */
export async function knownContracts(host: Host, folder: string): Promise<ImageContract[]> {
  const stories = await readJournal(host, folder);
  return stories.flatMap(({ plan }) => (plan.contract ? [plan.contract] : []));
}

/**
 * How the database of the version that serves stands. A version that does not answer any more must not
 * keep a better one away: then the journal's last migration stands for the answer.
 */
export async function readDatabaseState(
  reach: (container: string) => Promise<string>,
  options: { container: string; version: string; contracts: readonly ImageContract[] },
): Promise<DatabaseState | null> {
  const { container, version, contracts } = options;
  const told = await askStatus(reach, container);
  if (told === undefined) return contracts.at(-1) ?? null;
  if (told.database === null) return null;
  const migrated = contracts.find(({ schema }) => schema === told.database);
  // Where nobody knows, only the version that serves is known to read these data.
  return { schema: told.database, minReader: told.minReader ?? migrated?.minReader ?? version };
}

async function askStatus(reach: (container: string) => Promise<string>, container: string) {
  try {
    const answer = await fetch(`${await reach(container)}/status`, {
      signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
    });
    return statusSchema.safeParse(await answer.json()).data?.schema;
  } catch (error) {
    if (error instanceof Refusal && error.code !== 'host_not_ready') throw error;
    return undefined;
  }
}
