/** How much a file may ask of the server. */
export interface ReadingLimits {
  /** Bytes after unpacking. */
  readonly maxUnpackedBytes: number;
  /** How many times larger than packed; sales files reach 50, a gzip bomb 1,000. */
  readonly maxRatio: number;
}

/** 16 GiB unpacked are some 600 million sales rows. */
export const defaultReadingLimits: ReadingLimits = { maxUnpackedBytes: 2 ** 34, maxRatio: 300 };

/** Below this size the ratio proves nothing: a small file of equal rows packs very well. */
export const ratioFreeBytes = 64 * 2 ** 20;

/** A longer row is a quote that was never closed, or no table at all. */
export const maxRowCharacters = 1_000_000;

/** One step of work between two returns to the event loop: some 2,500 rows, a few milliseconds. */
export const chunkBytes = 64 * 1024;
