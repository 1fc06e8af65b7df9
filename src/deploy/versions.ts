import { Refusal } from '../contract/errors.ts';
import type { Target } from './deliver.ts';
import type { DeployStory } from './journal/entry.ts';

/** A version that was deployed to a destination, and stayed. */
export interface KeptVersion extends Target {
  readonly since: string;
}

/** Versions that served, the newest first, each once; what serves now is the first. */
export function versionsOf(stories: readonly DeployStory[], keep: number): KeptVersion[] {
  const seen = new Set<string>();
  return stories
    .filter(({ outcome }) => outcome === 'done')
    .reverse()
    .filter(({ plan }) => !seen.has(plan.digest) && seen.add(plan.digest))
    .slice(0, keep)
    .map(({ plan, finishedAt }) => {
      const { digest, version, contract } = plan;
      return { digest, version, contract, architectures: [], since: finishedAt ?? plan.at };
    });
}

/** The version to go back to: the one named, or the one before what serves now. */
export function rollbackTarget(
  kept: readonly KeptVersion[],
  { serving, wanted }: { serving: string | undefined; wanted: string | undefined },
): KeptVersion {
  const others = kept.filter(({ digest }) => digest !== serving);
  const found =
    wanted === undefined
      ? others[0]
      : others.find(({ digest, version }) => [digest, version, `v${version}`].includes(wanted));
  if (found) return found;
  const names = others.map(({ version, digest }) => `${version} (${digest.slice(0, 19)})`);
  throw new Refusal('nothing_to_deploy', {
    found: wanted ?? 'no version before this one',
    wanted: names.length > 0 ? `one of ${names.join(', ')}` : 'an earlier deploy',
  });
}
