import type { Step } from '../steps/deploy.ts';
import { prune } from './prune.ts';

/** The end of a deploy: what it made superfluous goes. A failure is noted, and fails nothing. */
export const pruneStep: Step = {
  name: 'prune',
  title: 'Remove what nobody needs any more',
  optional: true,
  do: async (site, deploy) => {
    const { host, destination } = site;
    const { items } = await prune(host, {
      destination,
      dryRun: false,
      measure: false,
      current: deploy.id,
      // By way of the lease: a deployer that has lost it removes nothing.
      act: (words, options) =>
        site
          .act(words, { ...options, doing: 'removing' })
          .catch((error: Error) => ({ code: 1, stdout: '', stderr: error.message })),
    });
    const left = items.filter((item) => item.left !== null);
    const gone = `${items.length - left.length} removed`;
    return left.length === 0 ? gone : `${gone}, ${left.length} left: ${left[0]!.left}`;
  },
};
