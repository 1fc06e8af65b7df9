import type { ContainerFacts } from '../commands/docker-output.ts';
import type { DeployStory } from '../journal/entry.ts';
import { versionsOf } from '../versions.ts';

/** Something of ours that nobody needs any more. */
export interface PruneItem {
  readonly kind: 'container' | 'volume' | 'image';
  readonly name: string;
  /** In words, for the list of a dry run. */
  readonly why: string;
}

/** What is on a host, and what the journals say of it. */
export interface PruneFacts {
  readonly repository: string;
  /** Versions that a rollback may go to, the serving one included. */
  readonly keep: number;
  readonly stories: readonly DeployStory[];
  /** Journals of other destinations on the same host, each with its own number of versions. */
  readonly others: readonly (readonly DeployStory[])[];
  /** Containers with this destination's label, the newest first; the serving one by name. */
  readonly containers: readonly ContainerFacts[];
  readonly serving: string | undefined;
  /** Volumes with this destination's label and the role of data. */
  readonly volumes: readonly string[];
  /** Digests of the repository that the engine has. */
  readonly imageDigests: readonly string[];
  /** Digests under which any container on the host names the repository, whoever's it is. */
  readonly usedDigests: readonly string[];
}

/**
 * What may go: stopped containers but the one that a rollback would start again, copies of the data that
 * no container is left for, images of versions that nobody goes back to. Everything is by name; nothing
 * is named that does not carry our label or stand in our journal.
 */
export function planPrune(facts: PruneFacts): PruneItem[] {
  // While a deploy has not ended, what it made and what it would go back to are needed.
  if (facts.stories.some(({ outcome }) => outcome === null)) return [];
  // And whoever is called to help wants to find everything there.
  if (facts.stories.at(-1)?.outcome === 'stuck') return [];
  const containers = oldContainers(facts);
  const gone = new Set(containers.map(({ name }) => name));
  const staying = facts.containers.filter(({ name }) => !gone.has(name));
  return [...containers, ...oldVolumes(facts, staying), ...oldImages(facts, staying)];
}

function oldContainers({ containers, serving, stories, keep }: PruneFacts): PruneItem[] {
  // Nobody serves: which one should, is for a person to say.
  if (serving === undefined) return [];
  const kept = versionsOf(stories, keep).map(({ digest }) => digest);
  const stopped = containers.filter(({ name, running }) => !running && name !== serving);
  const digest = containers.find(({ name }) => name === serving)?.digest;
  const warm = stopped.find((one) => one.digest !== digest && kept.includes(one.digest));
  return stopped
    .filter((one) => one !== warm)
    .map(({ name, version }) => ({
      kind: 'container',
      name,
      why: `stopped, version ${version || 'unknown'}`,
    }));
}

function oldVolumes({ volumes, serving }: PruneFacts, staying: readonly ContainerFacts[]) {
  if (serving === undefined) return [];
  const used = new Set(staying.flatMap((container) => Object.values(container.volumes)));
  return volumes
    .filter((name) => !used.has(name))
    .map((name): PruneItem => ({ kind: 'volume', name, why: 'data of a version before' }));
}

function oldImages(facts: PruneFacts, staying: readonly ContainerFacts[]): PruneItem[] {
  const { repository, stories, others, keep, imageDigests, usedDigests } = facts;
  const needed = new Set([
    ...[stories, ...others].flatMap((journal) =>
      versionsOf(journal, keep).map(({ digest }) => digest),
    ),
    ...staying.map(({ digest }) => digest),
    ...usedDigests,
  ]);
  // What never stood in this destination's journal was brought here by somebody else.
  const ours = new Map(stories.map(({ plan }) => [plan.digest, plan.version]));
  return imageDigests
    .filter((digest) => ours.has(digest) && !needed.has(digest))
    .map((digest) => ({
      kind: 'image',
      name: `${repository}@${digest}`,
      why: `version ${ours.get(digest)}, older than the last ${keep}`,
    }));
}
