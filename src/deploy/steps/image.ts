import { Refusal } from '../../contract/errors.ts';
import { execute, inspectImage, pullImage, signIn, signOut } from '../commands/docker.ts';
import { splitRepository } from '../registry/registry-client.ts';
import type { Step } from './deploy.ts';
import { findContainer } from './serving.ts';

const PULL_SECONDS = 600;
const BACKUP_SECONDS = 1800;

/** By digest: what was tested is what runs, whatever became of a tag. */
export const pull: Step = {
  name: 'pull',
  title: 'Pull the image',
  do: async (site, { reference }) => {
    if ((await site.look(inspectImage(reference))).code === 0) return 'already there';
    const { registry, registryPassword, image, folder } = site.destination;
    if (!registry || registryPassword === undefined) {
      await site.act(pullImage(reference), { doing: 'pulling', timeoutSeconds: PULL_SECONDS });
      return 'pulled';
    }
    const { host } = splitRepository(image);
    const configFolder = `${folder}/registry`;
    await site.act(signIn({ registry: host, username: registry.username, configFolder }), {
      doing: 'signing in to the registry',
      input: registryPassword,
    });
    try {
      const words = pullImage(reference, configFolder);
      await site.act(words, { doing: 'pulling', timeoutSeconds: PULL_SECONDS });
    } finally {
      // The password must not stay in a file of the host.
      await site.act(signOut(host, configFolder), { doing: 'signing out of the registry' });
    }
    return 'pulled, signed in and out';
  },
};

/** A backup that was restored into a scratch database and counted, before a migration touches the data. */
export const backup: Step = {
  name: 'backup',
  title: 'Back up the data',
  do: async (site, { way }) => {
    const { previous } = site.facts;
    if (!way.migrates || previous === null) return 'not needed: the release does not migrate';
    const running = await findContainer(site.host, previous.container);
    if (!running?.running)
      throw new Refusal('host_not_ready', {
        where: site.host.name,
        found: `${previous.container} does not run`,
        wanted: 'the version that serves, to back its data up',
      });
    const { stdout } = await site.act(execute(previous.container, ['parstock', 'backup']), {
      doing: 'backing up',
      timeoutSeconds: BACKUP_SECONDS,
    });
    return lastLine(stdout) || 'made and verified';
  },
};

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
