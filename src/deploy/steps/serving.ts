import { inspectContainers, listContainers } from '../commands/docker.ts';
import { type ContainerFacts, readContainers, readNames } from '../commands/docker-output.ts';
import { listRoutes, type Route, readRoutes } from '../commands/proxy.ts';
import { SERVICE_LABEL } from '../configuration/names.ts';
import type { Host } from '../hosts/host.ts';
import type { SiteFacts } from '../journal/entry.ts';
import type { Destination } from './deploy.ts';

/** What is on a host, asked of the engine and the proxy; the journal has no say in it. */
export interface HostState {
  /** Whether the proxy runs. */
  readonly proxy: boolean;
  readonly route: Route | undefined;
  /** The container that the proxy sends requests to; absent where it is gone. */
  readonly serving: ContainerFacts | undefined;
  /** All containers of this destination, the newest first. */
  readonly containers: readonly ContainerFacts[];
}

export const DATA_PATH = '/data';

/** Looks at everything that belongs to a destination on one host. */
export async function readHostState(host: Host, destination: Destination): Promise<HostState> {
  const { service, settings } = destination;
  const routes = await host.run(listRoutes(settings.proxy.name));
  const route = readRoutes(routes.code === 0 ? routes.stdout : '').find(
    (one) => one.service === service,
  );
  const listed = await host.run(listContainers(`${SERVICE_LABEL}=${service}`));
  const names = readNames(listed.code === 0 ? listed.stdout : '');
  const containers = names.length === 0 ? [] : await inspect(host, names);
  const target = route?.target.split(':')[0];
  return {
    proxy: routes.code === 0,
    route,
    serving: containers.find(({ name }) => name === target),
    containers: containers
      .filter(({ deployId }) => deployId !== '')
      .sort((a, b) => (a.deployId < b.deployId ? 1 : -1)),
  };
}

/** Containers by name; one that is not there is left out. */
export async function inspect(host: Host, names: readonly string[]): Promise<ContainerFacts[]> {
  const { stdout } = await host.run(inspectContainers(names));
  return readContainers(stdout);
}

/** One container by name, if it is there. */
export async function findContainer(host: Host, name: string): Promise<ContainerFacts | undefined> {
  return (await inspect(host, [name]))[0];
}

/**
 * What serves before a deploy. Where the proxy has lost its routes, it is the newest container that
 * runs: the next switch brings the route back.
 */
export function previousOf(state: HostState): SiteFacts['previous'] {
  const found = state.serving ?? state.containers.find(({ running }) => running);
  if (!found) return null;
  const { name, digest, version, volumes } = found;
  return { container: name, digest, version, volume: volumes[DATA_PATH] ?? null };
}
