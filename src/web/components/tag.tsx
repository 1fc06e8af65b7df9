import type { Tone } from '../format/words.ts';

/** A state in a word; the tone repeats what the word says. */
export function Tag({ word: [label, tone] }: { word: readonly [string, Tone] }) {
  return <span className={tone === 'plain' ? 'tag' : `tag ${tone}`}>{label}</span>;
}
