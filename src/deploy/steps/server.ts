import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../../contract/errors.ts';
import {
  createServer,
  environmentFile,
  keepRunning,
  type Mount,
  readLogs,
  removeContainer,
  startContainer,
  stopContainer,
} from '../commands/docker.ts';
import {
  DEPLOY_LABEL,
  DIGEST_LABEL,
  ROLE_LABEL,
  SERVICE_LABEL,
  SETTINGS_LABEL,
  VERSION_LABEL,
} from '../configuration/names.ts';
import { settingsKey } from '../configuration/settings-key.ts';
import { lastWords } from '../hosts/run-checked.ts';
import type { Deploy, Destination, Site, Step } from './deploy.ts';
import { mayPass, persistently } from './persistently.ts';
import { DATA_PATH, findContainer } from './serving.ts';

export const SERVER_PORT = 8080;
const LOOK_MILLISECONDS = 100;
const LOG_LINES = 5;

/** Makes the container of the new version: what can be done before anybody waits for it. */
export const create: Step = {
  name: 'create',
  title: 'Make the new container',
  do: async (site, deploy) => {
    const { container, warm } = site.facts;
    if (warm) return `${container} is there, warm`;
    await site.act(createServer(serverSpec(site, deploy)), {
      doing: 'making the container',
      input: environmentFile(environmentOf(site.destination, deploy.reference)),
    });
    return container;
  },
  undo: async (site) => {
    const { container, warm } = site.facts;
    if (warm || !(await findContainer(site.host, container))) return;
    await site.act(removeContainer(container), { doing: 'removing the new version' });
  },
};

/** Runs the new version; nobody is routed to it yet. */
export const start: Step = {
  name: 'start',
  title: 'Start the new version',
  do: async (site) => {
    const { container, warm } = site.facts;
    await site.act(startContainer(container), { doing: 'starting the new version' });
    return warm ? `${container}, warm` : container;
  },
  undo: async (site) => {
    const { container } = site.facts;
    if (!(await findContainer(site.host, container))?.running) return;
    const seconds = site.destination.settings.stopSeconds;
    await site.act(stopContainer(container, seconds), {
      doing: 'stopping the new version',
      timeoutSeconds: seconds + 30,
    });
  },
};

function serverSpec({ facts, destination }: Site, deploy: Deploy) {
  const { settings, service } = destination;
  const { volumes } = settings;
  const mounts: Mount[] = [
    ...(facts.volume === null ? [] : [{ from: facts.volume, to: DATA_PATH }]),
    { from: volumes.cache ?? `${service}-cache`, to: '/cache' },
    { from: volumes.backups ?? `${service}-backups`, to: '/backups' },
  ];
  return {
    name: facts.container,
    image: deploy.reference,
    network: settings.network,
    mounts,
    stopSeconds: settings.stopSeconds,
    port: SERVER_PORT,
    labels: {
      [SERVICE_LABEL]: service,
      [ROLE_LABEL]: 'server',
      [DEPLOY_LABEL]: deploy.id,
      [DIGEST_LABEL]: deploy.digest,
      [VERSION_LABEL]: deploy.version,
      [SETTINGS_LABEL]: settingsKey(settings),
    },
  };
}

/** The server's environment: settings, then secrets, and its public address where a domain is known. */
export function environmentOf(
  { settings, secrets }: Destination,
  reference: string,
): Map<string, string> {
  const { domain, tls, environment } = settings;
  return new Map([
    ['PARSTOCK_IMAGE', reference],
    // Whoever stops a server has drained it at the proxy before.
    ['PARSTOCK_LAME_DUCK_SECONDS', '0'],
    ...(domain === undefined
      ? []
      : [['PARSTOCK_PUBLIC_URL', `${tls ? 'https' : 'http'}://${domain}`] as const]),
    ...Object.entries(environment).map(([name, value]) => [name, String(value)] as const),
    ...secrets,
  ]);
}

/** Waits until the new version says ready; one that ended is not waited for. */
export const ready: Step = {
  name: 'ready',
  title: 'Wait until it is ready',
  do: async (site, { signal }) => {
    const start = performance.now();
    const { container } = site.facts;
    await untilReady(site, { container, signal });
    return `after ${((performance.now() - start) / 1000).toFixed(1)} s`;
  },
};

/** A version that has proved itself is started again by the engine after a crash or a reboot. */
export const keep: Step = {
  name: 'keep',
  title: 'Let it come back by itself',
  optional: true,
  do: async (site) => {
    await persistently(() => comeBackByItself(site), mayPass);
    return undefined;
  },
  finish: comeBackByItself,
};

async function comeBackByItself(site: Site): Promise<void> {
  await site.act(keepRunning(site.facts.container), { doing: 'letting it come back by itself' });
}

/** Asks /ready until it answers 200; refuses with the last lines of the log. */
export async function untilReady(
  site: Site,
  { container, signal }: { container: string; signal?: AbortSignal },
): Promise<void> {
  const { readySeconds } = site.destination.settings;
  const deadline = performance.now() + readySeconds * 1000;
  // How often it was started again before, asked meanwhile: most looks end well without it.
  const first = findContainer(site.host, container);
  first.catch(() => undefined);
  let found = 'no answer';
  for (let look = 1; performance.now() < deadline; look++) {
    signal?.throwIfAborted();
    found = await askReady(site, container);
    if (found === '200') return;
    // The engine is asked now and then only: over ssh that costs more than a look at the port.
    if (found === NOT_LISTENING || look % 10 === 0) await refuseEnded(site, { container, first });
    await sleep(LOOK_MILLISECONDS);
  }
  await refuseEnded(site, { container, first });
  throw await notReady(site, { container, found: `${found} after ${readySeconds} s` });
}

/** No port is published: the container has ended, or is about to begin. */
const NOT_LISTENING = 'no port';

async function askReady(site: Site, container: string): Promise<string> {
  let url: string;
  try {
    url = await site.reach(container);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'host_not_ready') return NOT_LISTENING;
    throw error;
  }
  try {
    const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return String(answer.status);
  } catch {
    return 'no answer';
  }
}

async function refuseEnded(
  site: Site,
  { container, first }: { container: string; first: ReturnType<typeof findContainer> },
): Promise<void> {
  const restarts = (await first)?.restarts ?? 0;
  const state = await findContainer(site.host, container);
  if (state?.running && state.restarts === restarts) return;
  const found = state ? `it ended with exit code ${state.exitCode}` : 'the container is gone';
  throw await notReady(site, { container, found });
}

async function notReady(site: Site, about: { container: string; found: string }): Promise<Refusal> {
  const { container, found } = about;
  const logs = await site.look(readLogs(container, LOG_LINES));
  return new Refusal('version_failed', {
    where: `${site.host.name}, ${container}`,
    found,
    said: lastWords({ ...logs, stdout: `${logs.stdout}\n${logs.stderr}`, stderr: '' }),
  });
}
