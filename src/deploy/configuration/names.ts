import type { DestinationSettings } from './schema.ts';

/*
 * The names of everything that a deploy makes on a host, and the labels by which it knows them again.
 * Whatever does not carry SERVICE_LABEL is somebody else's, and is never touched.
 */

export const SERVICE_LABEL = 'org.parstock.service';
export const ROLE_LABEL = 'org.parstock.role';
export const DEPLOY_LABEL = 'org.parstock.deploy';
export const DIGEST_LABEL = 'org.parstock.digest';
export const VERSION_LABEL = 'org.parstock.version';
/** How a version was configured, secrets left out: a warm container is taken only with the same. */
export const SETTINGS_LABEL = 'org.parstock.settings';

/** Name of the service of a destination: the proxy's route and the prefix of every name. */
export function serviceName(destination: string): string {
  return `parstock-${destination}`;
}

export function containerName(destination: string, deployId: string): string {
  return `${serviceName(destination)}-${deployId}`;
}

/** The embedded database's volume: each deploy works on a copy of its own. */
export function dataVolumeName(
  destination: string,
  options: { settings: DestinationSettings; deployId: string },
): string {
  const base = options.settings.volumes.data ?? `${serviceName(destination)}-data`;
  return `${base}-${options.deployId}`;
}

/** The folder of ours on a host, below the home of the user. */
export function hostFolder(destination: string, settings: DestinationSettings): string {
  return `${settings.folder}/${serviceName(destination)}`;
}
