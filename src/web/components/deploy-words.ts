import type { Tone } from '../format/words.ts';
import type { Deploy, DeployList } from '../queries/deploys.ts';

type Word = readonly [string, Tone];

const states: Readonly<Record<Deploy['state'], Word>> = {
  succeeded: ['Succeeded', 'accent'],
  failed: ['Failed', 'danger'],
  undone: ['Undone', 'warn'],
  stuck: ['Needs a person', 'danger'],
};

export function deployState(state: Deploy['state']): Word {
  return states[state];
}

const kinds: Readonly<Record<Deploy['kind'], string>> = {
  deploy: 'Deploy',
  promote: 'Promotion',
  rollback: 'Rollback',
};

export function deployKind(kind: Deploy['kind']): string {
  return kinds[kind];
}

/** Enough of a digest to tell two apart. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}

/** Milliseconds of a step, as a person reads them. */
export function took(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * The delivery that brought what serves now, by the digest that the server was started from; by its
 * version alone where nobody told it. Null where none fits: somebody started it by hand.
 */
export function servedBy({ serving, items }: DeployList): Deploy | null {
  const succeeded = items.filter(({ state }) => state === 'succeeded');
  const { image, version } = serving;
  const fits = image
    ? ({ digest }: Deploy) => image.includes(digest)
    : (deploy: Deploy) => deploy.version === version;
  return succeeded.find(fits) ?? null;
}

export function changeInWords(change: number | null): string {
  if (change === null) return '–';
  const share = `${Math.abs(100 * change).toFixed(1)} %`;
  if (Math.abs(change) < 0.0005) return 'unchanged';
  return change > 0 ? `${share} worse` : `${share} better`;
}
