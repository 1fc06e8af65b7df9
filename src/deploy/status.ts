import type { Host } from './hosts/host.ts';
import type { DeployStory } from './journal/entry.ts';
import { readJournal } from './journal/journal.ts';
import { findLease, type HeldLease } from './journal/lease.ts';
import type { Destination } from './steps/deploy.ts';
import { readHostState } from './steps/serving.ts';
import { openPaths } from './steps/session.ts';
import { type KeptVersion, versionsOf } from './versions.ts';

/** How one host of a destination is, asked of the proxy, the engine and the server itself. */
export interface HostStatus {
  readonly host: string;
  /** What the proxy sends requests to; null where nothing serves. */
  readonly serving: {
    readonly container: string;
    readonly version: string;
    readonly digest: string;
    readonly since: string;
    readonly ready: boolean;
  } | null;
  /** running, paused or stopped, as the proxy says; null without a route. */
  readonly route: string | null;
  readonly proxy: boolean;
  readonly lease: HeldLease | null;
  /** Deploys whose deployer was killed: the next run brings them to an end. */
  readonly unfinished: readonly string[];
  readonly versions: readonly KeptVersion[];
  readonly last: DeployStory | null;
}

/** Looks at a destination and changes nothing. */
export async function statusOf(
  destination: Destination,
  hosts: readonly Host[],
): Promise<HostStatus[]> {
  const all: HostStatus[] = [];
  for (const host of hosts) all.push(await hostStatus(destination, host));
  return all;
}

async function hostStatus(destination: Destination, host: Host): Promise<HostStatus> {
  const { folder, settings } = destination;
  const state = await readHostState(host, destination);
  const stories = await readJournal(host, folder);
  const { serving } = state;
  return {
    host: host.name,
    serving: serving
      ? {
          container: serving.name,
          version: serving.version,
          digest: serving.digest,
          since: serving.startedAt,
          ready: serving.running && (await isReady(host, serving.name)),
        }
      : null,
    route: state.route?.state ?? null,
    proxy: state.proxy,
    lease: (await findLease(host, folder)) ?? null,
    unfinished: stories.filter(({ outcome }) => outcome === null).map(({ id }) => id),
    versions: versionsOf(stories, settings.keep),
    last: stories.at(-1) ?? null,
  };
}

async function isReady(host: Host, container: string): Promise<boolean> {
  const paths = openPaths(host);
  try {
    const url = await paths.reach(container);
    const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(5_000) });
    return answer.ok;
  } catch {
    // Not to be reached and not ready are the same to whoever asks.
    return false;
  } finally {
    await paths.close();
  }
}
