import { posix } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import {
  createNetwork,
  engineInfo,
  engineVersion,
  inspectNetwork,
  runProxy,
  startContainer,
} from '../commands/docker.ts';
import { readEngine, readEngineFolder } from '../commands/docker-output.ts';
import { freeSpace } from '../commands/folder.ts';
import { ROLE_LABEL, SERVICE_LABEL } from '../configuration/names.ts';
import type { CommandOutcome } from '../hosts/host.ts';
import { lastWords } from '../hosts/run-checked.ts';
import type { Site, Step } from './deploy.ts';
import { findContainer } from './serving.ts';

/** 20.10 is the oldest that knows host-gateway and --pull. */
const OLDEST_ENGINE = 20;
const LEAST_FREE_MEGABYTES = 1024;

/** Everything that can be known beforehand is asked before anything is touched. */
export const preflight: Step = {
  name: 'preflight',
  title: 'Check the host',
  do: async (site, deploy) => {
    const [engine, info] = await Promise.all([checkEngine(site), site.look(engineInfo())]);
    const { architectures } = deploy;
    if (architectures.length > 0 && !architectures.includes(engine.architecture))
      throw new Refusal('host_not_ready', {
        where: site.host.name,
        found: `an engine for ${engine.architecture}`,
        wanted: `one of those that the image is built for: ${architectures.join(', ')}`,
      });
    const free = await checkDisk(site, info);
    return `engine ${engine.version} on ${engine.architecture}, ${free} MB free; ${deploy.way.words}`;
  },
};

async function checkEngine(site: Site) {
  const outcome = await site.look(engineVersion());
  const where = site.host.name;
  const wanted = 'Docker Engine that this user may use (group docker)';
  if (outcome.code !== 0)
    throw new Refusal('host_not_ready', { where, found: lastWords(outcome), wanted });
  const engine = readEngine(outcome.stdout);
  if (Number.parseInt(engine.version, 10) < OLDEST_ENGINE)
    throw new Refusal('host_not_ready', {
      where,
      found: `Docker Engine ${engine.version}`,
      wanted: `${OLDEST_ENGINE}.10 or newer`,
    });
  return engine;
}

/** Free megabytes where images, volumes and our folder lie; refuses too few. */
async function checkDisk(site: Site, info: CommandOutcome): Promise<number> {
  const { folder } = site.destination;
  const engineFolder = info.code === 0 ? readEngineFolder(info.stdout) : '/';
  // Without rights on the engine's folder, its nearest readable parent lies on the same disk most often.
  const outcome = await site.look(freeSpace([folder, engineFolder, posix.dirname(engineFolder)]));
  const free = outcome.stdout
    .split('\n')
    .slice(1)
    .map((line) => Number(line.trim().split(/\s+/)[3]))
    .filter((kilobytes) => Number.isFinite(kilobytes))
    .map((kilobytes) => Math.floor(kilobytes / 1024));
  const least = Math.min(...free);
  if (free.length > 0 && least < LEAST_FREE_MEGABYTES)
    throw new Refusal('host_not_ready', {
      where: site.host.name,
      found: `${least} MB free on its disk`,
      wanted: `at least ${LEAST_FREE_MEGABYTES} MB: parstock prune may help`,
    });
  return least;
}

/** The network and the proxy are ours, and made once per host. */
export const proxy: Step = {
  name: 'proxy',
  title: 'Make sure of the proxy',
  do: async (site) => {
    const { network, proxy: settings } = site.destination.settings;
    const labels = { [SERVICE_LABEL]: settings.name, [ROLE_LABEL]: 'proxy' };
    if ((await site.look(inspectNetwork(network))).code !== 0)
      await site.act(createNetwork(network, labels), { doing: 'making the network' });
    const found = await findContainer(site.host, settings.name);
    if (found?.running) return 'runs';
    if (found) {
      await site.act(startContainer(found.name), { doing: 'starting the proxy' });
      return 'started again';
    }
    const words = runProxy({ ...settings, network, labels });
    await site.act(words, { doing: 'starting the proxy', timeoutSeconds: 300 });
    return 'set up';
  },
};
