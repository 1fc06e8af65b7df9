import { addDays, dayNear } from '../format/date.ts';
import type { Change } from './re-forecast.ts';

export const kindWords: Record<Change['kind'], string> = {
  unobserved: 'sold out: not observed',
  promotion: 'promotion',
  'no-promotion': 'no promotion',
};

/** Which days a what-if may speak of. */
export interface Bounds {
  /** First day with sales. */
  readonly first: string;
  /** Last day that the forecast knew. */
  readonly origin: string;
  /** Last day of the forecast. */
  readonly last: string;
}

export function changeWords({ from, to, kind }: Change): string {
  const days = from === to ? dayNear(from) : `${dayNear(from)} to ${dayNear(to)}`;
  return `${days}: ${kindWords[kind]}`;
}

/** What is wrong with a change, as a sentence for its field; null where nothing is. */
export function changeProblem(change: Change, bounds: Bounds): string | null {
  const { from, to, kind } = change;
  if (!from || !to) return 'Give both days.';
  if (to < from) return `Ends before it begins: choose ${dayNear(from)} or later.`;
  const latest = kind === 'unobserved' ? bounds.origin : bounds.last;
  if (from < bounds.first || to > latest)
    return `Choose days from ${dayNear(bounds.first)} to ${dayNear(latest)}.`;
  return null;
}

/** Days that a reader is likely to ask about first. */
export function firstGuess(kind: Change['kind'], bounds: Bounds): { from: string; to: string } {
  if (kind === 'unobserved') return { from: addDays(bounds.origin, -6), to: bounds.origin };
  const from = addDays(bounds.origin, 1);
  const week = addDays(bounds.origin, 7);
  return { from, to: week < bounds.last ? week : bounds.last };
}
