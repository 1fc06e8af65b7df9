/** A seeded generator of one's own per series: results do not depend on workers or on order. */

/** A repeatable stream of random numbers. */
export interface Random {
  /** Uniform in (0,1), never 0 and never 1. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Whole number in [0, n). */
  integer(n: number): number;
  /** A stream of its own, fixed by this stream's key and the label, not by what was drawn. */
  split(label: string): Random;
}

/**
 * Makes the stream that belongs to a key and a seed.
 * `key` any text, for example a series id · `seed` integer · returns Random
 * source Doty-Humphrey, PractRand sfc32; keys mixed with the finaliser of MurmurHash3
 */
export function seededRandom(key: string, seed: number): Random {
  let a = mix(key, seed ^ 0x9e3779b9);
  let b = mix(key, seed ^ 0x243f6a88);
  let c = mix(key, seed ^ 0xb7e15162);
  let counter = 1;
  let spare = Number.NaN;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const uniform = (): number => (next() + 0.5) / 4294967296;
  const normal = (): number => {
    if (!Number.isNaN(spare)) {
      const kept = spare;
      spare = Number.NaN;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return {
    uniform,
    normal,
    integer: (n) => Math.floor(uniform() * n),
    split: (label) => seededRandom(`${key}/${label}`, seed),
  };
}

function mix(key: string, seed: number): number {
  let hash = seed | 0;
  for (let i = 0; i < key.length; i++) {
    hash = Math.imul(hash ^ key.charCodeAt(i), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
