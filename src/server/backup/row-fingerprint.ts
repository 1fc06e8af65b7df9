const NEWLINE = 10;

/**
 * Counts the rows of a stream of COPY text and adds up their hashes: equal sets of rows give equal
 * fingerprints, in whatever order they are read. It finds what went astray, not what was forged; the
 * archive's own seals are there for that.
 */
export class RowFingerprint {
  rows = 0;
  #first = 1;
  #second = 2;
  #firstSum = 0;
  #secondSum = 0;

  update(chunk: Uint8Array): void {
    let first = this.#first;
    let second = this.#second;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      // COPY writes a line feed inside a value as \n: the byte itself ends a row, always.
      if (byte === NEWLINE) {
        this.rows++;
        this.#firstSum = (this.#firstSum + spread(first ^ second)) >>> 0;
        this.#secondSum = (this.#secondSum + spread(second + 0x9e3779b9)) >>> 0;
        first = 1;
        second = 2;
      } else {
        first = Math.imul(first ^ byte, 0x01000193);
        second = Math.imul(second + byte, 0x85ebca6b) ^ (second >>> 15);
      }
    }
    this.#first = first;
    this.#second = second;
  }

  /** Sixteen hexadecimal digits. */
  digest(): string {
    return hex(this.#firstSum) + hex(this.#secondSum);
  }
}

/** Every bit of the hash of a row reaches every bit of the sum (the finisher of MurmurHash3). */
function spread(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
