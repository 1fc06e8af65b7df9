import { Refusal } from '../contract/errors.ts';
import { findApproval, writeApproval } from './approvals.ts';
import { releaseLease } from './commands/folder.ts';
import type { Deployment } from './configuration/schema.ts';
import {
  type Delivery,
  type DeliveryRequest,
  deliver,
  type PlannedDelivery,
  planOn,
  type Target,
} from './deliver.ts';
import type { Host } from './hosts/host.ts';
import { openHost } from './hosts/open-host.ts';
import { readJournal } from './journal/journal.ts';
import { findLease, type HeldLease } from './journal/lease.ts';
import { findImage } from './registry/registry-client.ts';
import { contractOf } from './schema-way.ts';
import { type HostStatus, statusOf } from './status.ts';
import { closingSteps } from './steps/closing.ts';
import type { Destination } from './steps/deploy.ts';
import { destinationOf, openDestination } from './steps/open-destination.ts';
import { readHostState } from './steps/serving.ts';
import { rollbackTarget, versionsOf } from './versions.ts';

/** What every operation needs: the file, the surroundings, and which destination. */
export interface Surroundings {
  readonly deployment: Deployment;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** Who asks, for the journal and approvals. */
  readonly who: string;
}

/** What an operation is told from outside: who asks, how it is checked, who listens. */
export type OperationRequest = Omit<
  DeliveryRequest,
  'destination' | 'hosts' | 'kind' | 'target' | 'now' | 'checks' | 'approvedBy' | 'closing'
> & {
  readonly checksFor: (destination: Destination) => DeliveryRequest['checks'];
};

/** Opens the hosts of a destination for some work, and closes them whatever comes of it. */
export async function withHosts<T>(
  { deployment, env }: Surroundings,
  options: { destination: Destination; work: (hosts: readonly Host[]) => Promise<T> },
): Promise<T> {
  const { ssh } = deployment;
  const hosts = options.destination.settings.hosts.map((host) => openHost(host, { ssh, env }));
  try {
    return await options.work(hosts);
  } finally {
    for (const host of hosts) await host.close().catch(() => undefined);
  }
}

/** Looks a version up in the registry: a tag, with or without v, or a digest. */
export async function findTarget(
  destination: Pick<Destination, 'image' | 'registry' | 'registryPassword'>,
  version: string,
): Promise<Target> {
  const { image: repository, registry, registryPassword } = destination;
  const credentials =
    registry && registryPassword !== undefined
      ? { username: registry.username, password: registryPassword }
      : undefined;
  const image = await findImage(version, { repository, credentials });
  return { ...image, contract: contractOf(image.labels) };
}

/** Takes a version to a destination that either needs no approval or has it. */
export async function deployVersion(
  around: Surroundings,
  request: OperationRequest & { name: string; version: string },
): Promise<Delivery> {
  return withVersion(around, {
    ...request,
    work: (found) => deliver({ ...request, ...found, ...outside(around, request, found) }),
  });
}

/** What deployVersion would do. */
export async function planDelivery(
  around: Surroundings,
  request: { name: string; version: string },
): Promise<PlannedDelivery> {
  return withVersion(around, {
    ...request,
    work: (found) =>
      planOn(found.hosts[0]!, { ...found, closing: closingSteps(found.destination) }),
  });
}

/** Goes back to a version that served before. */
export async function rollBack(
  around: Surroundings,
  request: OperationRequest & { name: string; version: string | undefined },
): Promise<Delivery> {
  return withEarlier(around, {
    ...request,
    work: (found) => deliver({ ...request, ...found, ...outside(around, request, found) }),
  });
}

/** What rollBack would do. */
export async function planRollback(
  around: Surroundings,
  request: { name: string; version: string | undefined },
): Promise<PlannedDelivery> {
  return withEarlier(around, {
    ...request,
    work: (found) =>
      planOn(found.hosts[0]!, { ...found, closing: closingSteps(found.destination) }),
  });
}

/** What an operation found out before it begins. */
type Found = Pick<DeliveryRequest, 'destination' | 'hosts' | 'kind' | 'target' | 'approvedBy'>;

function outside({ now }: Surroundings, request: OperationRequest, { destination }: Found) {
  return { now, checks: request.checksFor(destination), closing: closingSteps(destination) };
}

async function withVersion<T>(
  around: Surroundings,
  options: { name: string; version: string; work: (found: Found) => Promise<T> },
): Promise<T> {
  const { name, version, work } = options;
  const destination = openDestination(around.deployment, { name, env: around.env });
  const target = await findTarget(destination, version);
  return withHosts(around, {
    destination,
    work: async (hosts) => {
      const host = hosts[0]!;
      const approvedBy = await refuseUnapproved(destination, { host, digest: target.digest });
      return work({ destination, hosts, kind: 'deploy', target, approvedBy });
    },
  });
}

async function withEarlier<T>(
  around: Surroundings,
  options: { name: string; version: string | undefined; work: (found: Found) => Promise<T> },
): Promise<T> {
  const { name, version: wanted, work } = options;
  const destination = openDestination(around.deployment, { name, env: around.env });
  const { folder, settings } = destination;
  return withHosts(around, {
    destination,
    work: async (hosts) => {
      const kept = versionsOf(await readJournal(hosts[0]!, folder), settings.keep);
      const { serving } = await readHostState(hosts[0]!, destination);
      const target = rollbackTarget(kept, { serving: serving?.digest, wanted });
      // What served before was approved then.
      return work({ destination, hosts, kind: 'rollback', target, approvedBy: null });
    },
  });
}

async function refuseUnapproved(
  destination: Destination,
  { host, digest }: { host: Host; digest: string },
): Promise<string | null> {
  if (!destination.settings.approval) return null;
  const approval = await findApproval(host, { folder: destination.folder, digest });
  if (approval) return approval.by;
  throw new Refusal('approval_missing', {
    where: destination.name,
    found: `no approval of ${digest}`,
    next: `parstock approve ${destination.name} ${digest}`,
  });
}

/** The digest that serves on a destination and passed everything there. */
export async function passedOn(around: Surroundings, name: string): Promise<string> {
  const destination = destinationOf(around.deployment, name);
  return withHosts(around, {
    destination,
    work: async (hosts) => {
      const states = await statusOf(destination, hosts);
      const digests = new Set(states.map(({ serving }) => serving?.digest));
      const [digest] = digests;
      const passed = states.every(
        ({ versions, serving, unfinished }) =>
          serving?.ready && unfinished.length === 0 && versions[0]?.digest === serving.digest,
      );
      if (digest !== undefined && digests.size === 1 && passed) return digest;
      throw new Refusal('nothing_to_deploy', {
        where: name,
        found: [...digests].map((one) => one ?? 'nothing').join(', '),
        wanted: 'one version that passed its deploy there, and serves',
      });
    },
  });
}

/** Writes an approval of a digest down, or takes it back. */
export async function approve(
  around: Surroundings,
  { name, digest, given }: { name: string; digest: string; given: boolean },
): Promise<void> {
  const destination = destinationOf(around.deployment, name);
  const approval = { digest, by: around.who, at: around.now().toISOString(), given };
  await withHosts(around, {
    destination,
    work: (hosts) => writeApproval(hosts[0]!, { folder: destination.folder, approval }),
  });
}

/** What serves on a destination, host by host. */
export async function destinationStatus(around: Surroundings, name: string): Promise<HostStatus[]> {
  const destination = destinationOf(around.deployment, name);
  return withHosts(around, { destination, work: (hosts) => statusOf(destination, hosts) });
}

/** Ends the leases of a destination; gives those that there were. Their holder is refused from then on. */
export async function unlock(around: Surroundings, name: string): Promise<HeldLease[]> {
  const destination = destinationOf(around.deployment, name);
  const { folder } = destination;
  return withHosts(around, {
    destination,
    work: async (hosts) => {
      const ended: HeldLease[] = [];
      for (const host of hosts) {
        const lease = await findLease(host, folder);
        if (!lease) continue;
        await host.run(releaseLease(folder, lease.token));
        ended.push(lease);
      }
      return ended;
    },
  });
}
