import { Refusal } from '../../contract/errors.ts';
import type { Host, Tunnel } from '../hosts/host.ts';
import { runChecked } from '../hosts/run-checked.ts';
import type { SiteFacts } from '../journal/entry.ts';
import { openJournal } from '../journal/journal.ts';
import { type Lease, type LeaseOwner, openLease } from '../journal/lease.ts';
import type { Destination, Site } from './deploy.ts';
import { withDeployKey } from './deploy-key.ts';
import { findContainer } from './serving.ts';

/** The lease of a destination on one host, with the ways to its containers. */
export interface Session {
  readonly host: Host;
  readonly destination: Destination;
  readonly lease: Lease;
  reach(container: string): Promise<string>;
  /** The host in the middle of one deploy. */
  siteOf(deploy: { id: string; facts: SiteFacts; now: () => Date }): Site;
  close(): Promise<void>;
}

/** Takes the lease on a host. */
export async function openSession(options: {
  host: Host;
  destination: Destination;
  owner: LeaseOwner;
  isDead: (owner: LeaseOwner) => boolean;
}): Promise<Session> {
  const { host } = options;
  const { folder } = options.destination;
  const lease = await openLease({ ...options, folder });
  const destination = await withDeployKey(options.destination, { host, lease });
  const paths = openPaths(host);
  return {
    host,
    destination,
    lease,
    reach: paths.reach,
    siteOf: ({ id, facts, now }) => ({
      host,
      destination,
      facts,
      journal: openJournal({ host, folder, token: lease.token, deployId: id, now }),
      act: (words, act) => runChecked({ ...host, run: lease.run }, words, act),
      look: (words, command) => host.run(words, command),
      reach: paths.reach,
    }),
    close: async () => {
      await paths.close();
      await lease.release();
    },
  };
}

const FRESH_MILLISECONDS = 1_000;

/** Ways from this machine to the private ports of containers; a port changes when one is restarted. */
export function openPaths(host: Host): {
  reach(container: string): Promise<string>;
  close(): Promise<void>;
} {
  const tunnels = new Map<number, Tunnel>();
  const known = new Map<string, { url: string; at: number }>();
  const reach = async (container: string) => {
    const before = known.get(container);
    if (before && performance.now() - before.at < FRESH_MILLISECONDS) return before.url;
    const port = (await findContainer(host, container))?.port;
    if (!port)
      throw new Refusal('host_not_ready', {
        where: host.name,
        found: `${container} does not listen`,
      });
    const tunnel = tunnels.get(port) ?? (await host.openTunnel(port));
    tunnels.set(port, tunnel);
    const url = `http://127.0.0.1:${tunnel.port}`;
    known.set(container, { url, at: performance.now() });
    return url;
  };
  return {
    reach,
    close: async () => {
      for (const tunnel of tunnels.values()) await tunnel.close().catch(() => undefined);
    },
  };
}
