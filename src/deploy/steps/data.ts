import {
  copyVolume,
  createVolume,
  listVolumes,
  removeContainer,
  removeVolume,
} from '../commands/docker.ts';
import { readNames } from '../commands/docker-output.ts';
import { DEPLOY_LABEL, ROLE_LABEL, SERVICE_LABEL } from '../configuration/names.ts';
import type { Site, Step } from './deploy.ts';
import { findContainer } from './serving.ts';

const COPY_SECONDS = 600;

/**
 * The new version works on a copy of the embedded database, in a volume of its own. The old volume
 * stays as it was: the way back is to start the old version again, and nothing has to be copied back.
 */
export const copyData: Step = {
  name: 'copy',
  title: 'Copy the data',
  do: async (site, deploy) => {
    const { volume, previous } = site.facts;
    const { service } = site.destination;
    const labels = { [SERVICE_LABEL]: service, [DEPLOY_LABEL]: deploy.id };
    const data = { ...labels, [ROLE_LABEL]: 'data' };
    await site.act(createVolume(volume!, data), { doing: 'making a volume' });
    if (!previous?.volume) return `${volume}, empty`;
    const words = copyVolume({
      image: deploy.reference,
      from: previous.volume,
      to: volume!,
      name: copyName(site),
      labels: { ...labels, [ROLE_LABEL]: 'copy' },
    });
    await site.act(words, { doing: 'copying the data', timeoutSeconds: COPY_SECONDS });
    return `${previous.volume} → ${volume}`;
  },
  undo: async (site) => {
    const { volume } = site.facts;
    if (volume === null) return;
    if (await findContainer(site.host, copyName(site)))
      await site.act(removeContainer(copyName(site)), { doing: 'ending the copy' });
    const { service } = site.destination;
    const { stdout } = await site.look(listVolumes(`${SERVICE_LABEL}=${service}`));
    if (readNames(stdout).includes(volume))
      await site.act(removeVolume(volume), { doing: 'removing the copy' });
  },
};

function copyName(site: Site): string {
  return `${site.facts.container}-copy`;
}
