import { homedir } from 'node:os';
import type { Deployment, DestinationSettings } from '../configuration/schema.ts';
import type { Host } from './host.ts';
import { openLocalHost } from './local-host.ts';
import { openSshHost } from './ssh-host.ts';

/** Opens a host of a destination: `local` is this machine, everything else goes over ssh. */
export function openHost(
  host: DestinationSettings['hosts'][number],
  options: { ssh: Deployment['ssh']; env: Readonly<Record<string, string | undefined>> },
): Host {
  const { ssh, env } = options;
  if (host === 'local') return openLocalHost({ home: env.HOME ?? homedir(), env });
  const address = typeof host === 'string' ? { address: host } : host;
  return openSshHost({ ...address, ...ssh });
}
