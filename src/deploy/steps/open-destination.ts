import { hostFolder, serviceName } from '../configuration/names.ts';
import { settingsOf } from '../configuration/read-deployment.ts';
import type { Deployment } from '../configuration/schema.ts';
import { readSecret, readSecrets } from '../configuration/secrets.ts';
import type { Destination } from './deploy.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A destination without its secrets: enough to look at it. */
export function destinationOf(deployment: Deployment, name: string): Destination {
  const settings = settingsOf(deployment, name);
  return {
    name,
    service: serviceName(name),
    folder: hostFolder(name, settings),
    image: deployment.image,
    registry: deployment.registry,
    settings,
    secrets: new Map(),
    registryPassword: undefined,
  };
}

/** A destination with every secret looked up: a missing one is refused before a host is asked. */
export function openDestination(
  deployment: Deployment,
  options: { name: string; env: Environment },
): Destination {
  const { name, env } = options;
  const destination = destinationOf(deployment, name);
  const { secrets } = destination.settings;
  return {
    ...destination,
    secrets: readSecrets(secrets, env),
    registryPassword:
      deployment.registry &&
      readSecret('registry/password', { reference: deployment.registry.password, env }),
  };
}
