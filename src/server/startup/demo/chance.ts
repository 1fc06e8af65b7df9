/** A number in [0, 1) that depends on the words alone: made-up data is the same on every machine. */
export function chance(...words: readonly string[]): number {
  // FNV-1a, then a final mix, since close inputs must not give close outputs.
  let hash = 0x811c9dc5;
  for (const character of words.join('/')) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** One of the choices. */
export function pick<T>(choices: readonly T[], ...words: readonly string[]): T {
  return choices[Math.floor(chance(...words) * choices.length)] as T;
}
