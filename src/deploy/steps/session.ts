import { connect } from 'node:net';
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
    const fresh = known.get(container);
    if (fresh && performance.now() - fresh.at < FRESH_MILLISECONDS) return fresh.url;
    const port = (await findContainer(host, container))?.port;
    if (!port)
      throw new Refusal('host_not_ready', {
        where: host.name,
        found: `${container} does not listen`,
      });
    const before = tunnels.get(port);
    // A way that was opened before the host was lost leads nowhere; the engine may give its port out anew.
    const tunnel = before && (await isOpen(before.port)) ? before : await host.openTunnel(port);
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

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.on('connect', () => end(true));
    socket.on('error', () => end(false));
  });
}
