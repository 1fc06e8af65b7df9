import { Refusal } from '../../contract/errors.ts';
import { letRest, stopContainer } from '../commands/docker.ts';
import { pauseRoute, removeRoute, resumeRoute, routeTo } from '../commands/proxy.ts';
import { containerName } from '../configuration/names.ts';
import type { Site, Step } from './deploy.ts';
import { mayPass, persistently } from './persistently.ts';
import { SERVER_PORT, untilReady } from './server.ts';
import { findContainer, findRoute, readHostState } from './serving.ts';

const HEALTH_SECONDS = 15;

/** External database: both versions run, requests go to the new one from one moment to the next. */
export const switchOver: Step = {
  name: 'switch',
  title: 'Switch to the new version',
  do: async (site) => {
    await route(site, site.facts.container);
    return site.facts.container;
  },
  undo: async (site) => {
    await routeBack(site);
  },
};

/** Embedded database: the old version is stopped by now, so that the way back goes through its start. */
export const switchWhilePaused: Step = {
  name: 'switch',
  title: 'Point the proxy at the new version',
  do: switchOver.do,
};

async function route(site: Site, container: string): Promise<void> {
  const { service, settings } = site.destination;
  const { proxy, domain, tls } = settings;
  const words = routeTo({
    proxy: proxy.name,
    service,
    target: `${container}:${SERVER_PORT}`,
    domain,
    tls,
    drainSeconds: proxy.drainSeconds,
    responseSeconds: proxy.responseSeconds,
    healthSeconds: HEALTH_SECONDS,
  });
  const timeoutSeconds = HEALTH_SECONDS + proxy.drainSeconds + 10;
  await site.act(words, { doing: 'switching the proxy', timeoutSeconds });
}

/** Routes to what served before; where nothing did, the route goes away. */
async function routeBack(site: Site): Promise<void> {
  const { service, settings } = site.destination;
  const { previous } = site.facts;
  if (previous) {
    const state = await findContainer(site.host, previous.container);
    if (!state?.running) await startPrevious(site);
    await route(site, previous.container);
    return;
  }
  if (await findRoute(site.host, site.destination))
    await site.act(removeRoute(settings.proxy.name, service), { doing: 'removing the route' });
}

async function startPrevious(site: Site): Promise<void> {
  const { container } = site.facts.previous!;
  const words = ['docker', 'start', container];
  await site.act(words, { doing: 'starting the old version again' });
  await untilReady(site, { container });
}

/** Requests wait at the proxy while the embedded database changes hands. */
export const pause: Step = {
  name: 'pause',
  title: 'Hold requests at the proxy',
  do: async (site) => {
    if (site.facts.previous === null) return 'nothing serves yet';
    const { service, settings } = site.destination;
    const { drainSeconds, pauseSeconds, name } = settings.proxy;
    const words = pauseRoute({ proxy: name, service, drainSeconds, pauseSeconds });
    const timeoutSeconds = drainSeconds + 30;
    try {
      await site.act(words, { doing: 'holding requests', timeoutSeconds });
    } catch (error) {
      // Asked only now: from the first request that waits on, every question costs somebody time.
      if (await findRoute(site.host, site.destination)) throw error;
      return 'nothing is routed yet';
    }
    return undefined;
  },
  undo: async (site) => {
    if (site.facts.previous) await letGoIfRouted(site, site.facts.previous.container);
  },
};

/** From here on the new version may have answered "done" to somebody: its data are the data. */
export const resume: Step = {
  name: 'resume',
  title: 'Let requests go on',
  commits: true,
  do: async (site) => {
    await letGo(site, site.facts.container);
    return undefined;
  },
  finish: (site) => letGoIfRouted(site, site.facts.container),
};

async function letGoIfRouted(site: Site, container: string): Promise<void> {
  if (await findRoute(site.host, site.destination)) await letGo(site, container);
}

/**
 * Ends a pause. A proxy that was started again in the middle of one remembers that it pauses and dies of
 * being resumed: then the route is made anew, to the same container.
 */
async function letGo(site: Site, container: string): Promise<void> {
  const { service, settings } = site.destination;
  const { name } = settings.proxy;
  try {
    await site.act(resumeRoute(name, service), { doing: 'letting requests go on' });
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'host_command_failed') throw error;
    await persistently(
      () => site.act(removeRoute(name, service), { doing: 'removing the route' }),
      mayPass,
    );
    await route(site, container);
  }
}

/** The database belongs to one process: the old version lets go of it before the new one starts. */
export const stopOld: Step = {
  name: 'stop-old',
  title: 'Stop the old version',
  do: async (site) => {
    const { previous } = site.facts;
    if (previous === null) return 'there is none';
    await stop(site, previous.container);
    return previous.container;
  },
  undo: async (site) => {
    if (site.facts.previous) await routeBack(site);
  },
};

async function stop(site: Site, container: string): Promise<void> {
  const seconds = site.destination.settings.stopSeconds;
  const { stdout } = await site.act(stopContainer(container, seconds), {
    doing: 'stopping the old version',
    timeoutSeconds: seconds + 30,
  });
  if (stdout.trim() === 'true')
    throw new Refusal('host_command_failed', {
      where: site.host.name,
      found: `${container} still runs after docker stop`,
    });
}

/** The old version is stopped and kept: a rollback to it needs neither pull nor set-up. */
export const retire: Step = {
  name: 'retire',
  title: 'Retire the old version',
  commits: true,
  optional: true,
  do: async (site) => {
    // A host that is started again at this moment would bring both versions up.
    await persistently(() => retireOthers(site), mayPass);
    const { previous } = site.facts;
    return previous === null ? 'there is none' : `${previous.container} is kept, stopped`;
  },
  finish: retireOthers,
};

/** All others of this destination that run: also one that a reboot brought up beside the one that serves. */
async function retireOthers(site: Site): Promise<void> {
  const { host, destination, facts } = site;
  const { containers } = await readHostState(host, destination);
  const others = containers.filter(
    // By their names, servers: what copies data ends by itself.
    ({ name, deployId, running }) =>
      running && name !== facts.container && name === containerName(destination.name, deployId),
  );
  for (const { name } of others) {
    await site.act(letRest(name), { doing: 'letting the old version rest' });
    await stop(site, name);
  }
}
