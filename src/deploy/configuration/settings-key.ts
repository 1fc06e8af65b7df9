import { createHash } from 'node:crypto';
import type { DestinationSettings } from './schema.ts';

/**
 * A short key of how a server is configured: the same settings, the same key. Secrets take part by
 * name and reference only, so that the key, which anybody on the host may read, tells nothing of them.
 */
export function settingsKey(settings: DestinationSettings): string {
  const { environment, secrets, volumes, mode, domain, tls, network, stopSeconds } = settings;
  const parts = { environment, secrets, volumes, mode, domain, tls, network, stopSeconds };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}
