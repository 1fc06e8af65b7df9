import { randomBytes } from 'node:crypto';
import { keepFile } from '../commands/folder.ts';
import type { Host } from '../hosts/host.ts';
import { runChecked } from '../hosts/run-checked.ts';
import type { Lease } from '../journal/lease.ts';
import type { Destination } from './deploy.ts';

/** The server's setting by which it knows its deployer: smoke tests, accuracy checks, history. */
export const DEPLOY_KEY = 'PARSTOCK_DEPLOY_KEY';

const KEY_FILE = 'deploy-key';

/**
 * Every server of a host has the same deploy key, made at the first deploy and kept in our folder there,
 * readable by its owner alone. deploy.yml may name another.
 */
export async function withDeployKey(
  destination: Destination,
  { host, lease }: { host: Host; lease: Lease },
): Promise<Destination> {
  if (destination.secrets.has(DEPLOY_KEY)) return destination;
  const { stdout } = await runChecked(
    { ...host, run: lease.run },
    keepFile(destination.folder, KEY_FILE),
    { doing: 'keeping the deploy key', input: randomBytes(32).toString('base64url') },
  );
  return {
    ...destination,
    secrets: new Map([...destination.secrets, [DEPLOY_KEY, stdout.trim()]]),
  };
}
