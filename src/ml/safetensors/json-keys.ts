/**
 * The first key that occurs twice in one object of a JSON text, or null. `JSON.parse` keeps the last
 * of two equal keys without a word: two readers of one file could then see different tensors.
 * The text is valid JSON.
 */
export function findRepeatedKey(text: string): string | null {
  const objects: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{') objects.push(new Set());
    else if (character === '[') objects.push(null);
    else if (character === '}' || character === ']') objects.pop();
    else if (character === '"') {
      const token = text.slice(at, endOfString(text, at));
      at += token.length - 1;
      const keys = objects.at(-1);
      if (!keys || !/^\s*:/.test(text.slice(at + 1, at + 65))) continue;
      // Two spellings of one key (an escape, a letter) are the same key.
      const key = JSON.parse(token) as string;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return null;
}

/** By hand: a regular expression runs out of stack on a string of a few megabytes. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}
