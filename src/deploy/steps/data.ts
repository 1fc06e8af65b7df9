import { copyAheadIn, copyRestIn, startCopyHelper } from '../commands/copy-volume.ts';
import { createVolume, listVolumes, removeContainer, removeVolume } from '../commands/docker.ts';
import { readNames } from '../commands/docker-output.ts';
import { DEPLOY_LABEL, ROLE_LABEL, SERVICE_LABEL } from '../configuration/names.ts';
import { runChecked } from '../hosts/run-checked.ts';
import type { Site, Step } from './deploy.ts';
import { findContainer } from './serving.ts';

const COPY_SECONDS = 600;

/** Made before requests are held: what need not be done while somebody waits. */
export const makeVolume: Step = {
  name: 'volume',
  title: 'Make a volume for the data',
  do: async (site, deploy) => {
    const { volume } = site.facts;
    const labels = { ...labelsOf(site, deploy.id), [ROLE_LABEL]: 'data' };
    await site.act(createVolume(volume!, labels), { doing: 'making a volume' });
    return volume!;
  },
  undo: async (site) => {
    const { volume } = site.facts;
    const { service } = site.destination;
    const words = listVolumes(`${SERVICE_LABEL}=${service}`);
    const { stdout } = await runChecked(site.host, words, { doing: 'listing the volumes' });
    if (volume !== null && readNames(stdout).includes(volume))
      await site.act(removeVolume(volume), { doing: 'removing the copy' });
  },
};

/**
 * The new version works on a copy of the embedded database, in a volume of its own. Most of it is copied
 * while the old version still serves, so that nobody waits for it.
 */
export const copyBefore: Step = {
  name: 'ahead',
  title: 'Copy the data ahead',
  do: async (site, deploy) => {
    const { volume, previous } = site.facts;
    if (!previous?.volume) return 'there are none yet';
    const helper = startCopyHelper({
      image: deploy.reference,
      from: previous.volume,
      to: volume!,
      name: copyName(site),
      labels: { ...labelsOf(site, deploy.id), [ROLE_LABEL]: 'copy' },
    });
    await site.act(helper, { doing: 'starting to copy' });
    await site.act(copyAheadIn(copyName(site)), {
      doing: 'copying the data',
      timeoutSeconds: COPY_SECONDS,
    });
    return `${previous.volume} → ${volume}`;
  },
  undo: async (site) => {
    if (await findContainer(site.host, copyName(site)))
      await site.act(removeContainer(copyName(site)), { doing: 'ending the copy' });
  },
};

/**
 * What has changed since, now that nobody writes. The old volume stays as it was: the way back is to
 * start the old version again, and nothing has to be copied back.
 */
export const copyRest: Step = {
  name: 'copy',
  title: 'Copy what has changed since',
  do: async (site) => {
    if (!site.facts.previous?.volume) return 'there are none yet';
    await site.act(copyRestIn(copyName(site)), {
      doing: 'copying the rest of the data',
      timeoutSeconds: COPY_SECONDS,
    });
    return 'the copy is the same as the original';
  },
};

function labelsOf(site: Site, deployId: string): Record<string, string> {
  return { [SERVICE_LABEL]: site.destination.service, [DEPLOY_LABEL]: deployId };
}

function copyName(site: Site): string {
  return `${site.facts.container}-copy`;
}
