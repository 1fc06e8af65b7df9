import { engineVersion, inspectContainers, listContainers } from '../commands/docker.ts';
import { type ContainerFacts, readContainers, readNames } from '../commands/docker-output.ts';
import { listRoutes, type Route, readRoutes } from '../commands/proxy.ts';
import { SERVICE_LABEL } from '../configuration/names.ts';
import type { Host } from '../hosts/host.ts';
import { runChecked } from '../hosts/run-checked.ts';
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
  const words = listContainers(`${SERVICE_LABEL}=${service}`);
  const [routes, listed] = await Promise.all([
    host.run(listRoutes(settings.proxy.name)),
    runChecked(host, words, { code: 'host_not_ready', doing: 'listing the containers' }),
  ]);
  const route = readRoutes(routes.code === 0 ? routes.stdout : '').find(
    (one) => one.service === service,
  );
  const names = readNames(listed.stdout);
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

/** Containers by name; one that is not there is left out. An engine that does not answer is refused. */
export async function inspect(host: Host, names: readonly string[]): Promise<ContainerFacts[]> {
  const { code, stdout } = await host.run(inspectContainers(names));
  // The engine has one code for "not there" and "does not answer": only the first is an answer.
  if (code !== 0)
    await runChecked(host, engineVersion(), {
      code: 'host_not_ready',
      doing: 'asking the engine',
    });
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

/**
 * The route of a destination; undefined where there is none, or no proxy. A proxy that is there and does
 * not answer is refused: a pause that it holds must not be taken for none.
 */
export async function findRoute(host: Host, destination: Destination): Promise<Route | undefined> {
  const { service, settings } = destination;
  const { name } = settings.proxy;
  if (!(await findContainer(host, name))) return undefined;
  const { stdout } = await runChecked(host, listRoutes(name), { doing: 'asking the proxy' });
  return readRoutes(stdout).find((one) => one.service === service);
}
