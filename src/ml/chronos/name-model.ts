import { getModel } from '../models/find-model.ts';

/** A model as it is called in settings and results. */
export interface NamedModel {
  /** Name in results, for example `chronos-bolt-tiny`. */
  readonly method: string;
  /** What a reader calls it, for example `Chronos-Bolt tiny`. */
  readonly title: string;
}

/** How a model is called, by the word that settings have for it. */
export function nameModel(word: string): NamedModel {
  const { name } = getModel(word);
  // A checkpoint of one's own is named by its owner, too.
  const method = name.split('--').at(-1)!;
  const known = /^chronos-(bolt|2)(?:-(.+))?$/.exec(method);
  if (!known) return { method, title: method };
  const family = known[1] === 'bolt' ? 'Chronos-Bolt' : 'Chronos-2';
  return { method, title: known[2] ? `${family} ${known[2]}` : family };
}
