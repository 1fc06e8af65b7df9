/** Features as bins of eight bits, four of them in a word: what a histogram is built from. */

/** Features of many rows, row after row; NaN is missing. */
export interface FeatureTable {
  readonly rows: number;
  readonly names: readonly string[];
  /** rows × names, row-major. A categorical feature has whole numbers from 0. */
  readonly values: Float64Array | Float32Array;
  /** Per feature, whether its numbers are names and not sizes. */
  readonly categorical: readonly boolean[];
}

/** How the values of every feature fall into bins. */
export interface BinCuts {
  readonly names: readonly string[];
  /** Largest value of each bin but the last, ascending; empty for a categorical feature. */
  readonly cuts: readonly Float64Array[];
  readonly categorical: readonly boolean[];
  /** Bins per feature, the last of them for what is missing. */
  readonly counts: Int32Array;
  /** Room for the bins of any feature in a histogram, a power of two. */
  readonly stride: number;
}

/** A table in bins. */
export interface BinnedTable extends BinCuts {
  readonly rows: number;
  /** Words per row. */
  readonly words: number;
  /** rows × words: feature f is byte f mod 4 of word f / 4, the first the lowest. */
  readonly bins: Uint32Array;
  /** The same by feature, for steps that look at one feature only. */
  readonly columns: readonly Uint8Array[];
}

/** Bins of a byte; the last one in use holds what is missing. */
export const MOST_BINS = 256;
/** Rows that cuts are taken from: more of them would move none by much. */
const MOST_SAMPLED = 50_000;

/**
 * Finds the cuts of every feature: one bin per distinct value where they are few, else bins of about
 * equal numbers of rows.
 * `table` finite or NaN · `most` bins per feature, 2 to 255 · returns BinCuts
 * source Ke et al. (2017), LightGBM, NeurIPS 30, § 2
 */
export function findCuts(table: FeatureTable, most = MOST_BINS - 1): BinCuts {
  const { rows, names, values, categorical } = table;
  const width = names.length;
  const step = Math.max(1, Math.ceil(rows / MOST_SAMPLED));
  const sample = new Float64Array(Math.ceil(rows / step));
  const counts = new Int32Array(width);
  const cuts = names.map((_, f) => {
    let n = 0;
    for (let row = 0; row < rows; row += step) {
      const value = values[row * width + f]!;
      if (!Number.isNaN(value)) sample[n++] = value;
    }
    const known = sample.subarray(0, n).sort();
    if (categorical[f]) {
      const largest = n === 0 ? 0 : known[n - 1]!;
      counts[f] = Math.min(MOST_BINS, largest + 2);
      return new Float64Array(0);
    }
    const found = cutSorted(known, Math.min(most, MOST_BINS - 1));
    counts[f] = found.length + 2;
    return found;
  });
  const stride = 2 ** Math.ceil(Math.log2(counts.reduce((a, b) => Math.max(a, b), 2)));
  return { names, cuts, categorical, counts, stride };
}

/** Cuts between sorted values: halfway from the last of a bin to the first of the next. */
function cutSorted(sorted: Float64Array, most: number): Float64Array {
  const cuts: number[] = [];
  const few = countDistinct(sorted, most) <= most;
  let left = sorted.length;
  let held = 0;
  for (let i = 1; i < sorted.length; i++) {
    held++;
    if (sorted[i] === sorted[i - 1]) continue;
    // What is left over is shared among the bins that are left: a frequent value takes a bin alone.
    if (!few && held < left / (most - cuts.length)) continue;
    if (cuts.length === most - 1) break;
    cuts.push(sorted[i - 1]! + (sorted[i]! - sorted[i - 1]!) / 2);
    left -= held;
    held = 0;
  }
  return Float64Array.from(cuts);
}

function countDistinct(sorted: Float64Array, most: number): number {
  let distinct = sorted.length > 0 ? 1 : 0;
  for (let i = 1; i < sorted.length && distinct <= most; i++)
    if (sorted[i] !== sorted[i - 1]) distinct++;
  return distinct;
}

/**
 * Puts a table into bins that were cut before.
 * `table` with the features of `cuts` · returns BinnedTable
 */
export function binTable(table: FeatureTable, cuts: BinCuts): BinnedTable {
  const { rows, values } = table;
  const width = cuts.names.length;
  const words = Math.max(1, Math.ceil(width / 4));
  const bins = new Uint32Array(sharedRoom(4 * rows * words));
  const columns = cuts.names.map(() => new Uint8Array(sharedRoom(rows)));
  for (let f = 0; f < width; f++) {
    const column = columns[f]!;
    const own = cuts.cuts[f]!;
    const missing = cuts.counts[f]! - 1;
    const categorical = cuts.categorical[f]!;
    const shift = 8 * (f & 3);
    for (let row = 0; row < rows; row++) {
      const value = values[row * width + f]!;
      const bin = categorical ? categoryBin(value, missing) : binOf(value, own, missing);
      column[row] = bin;
      bins[row * words + (f >> 2)]! |= bin << shift;
    }
  }
  return { ...cuts, rows, words, bins, columns };
}

/** Memory that threads can share, where the program has any: a table is then never copied to them. */
function sharedRoom(bytes: number): ArrayBufferLike {
  return typeof SharedArrayBuffer === 'undefined'
    ? new ArrayBuffer(bytes)
    : new SharedArrayBuffer(bytes);
}

/** Bin of a category; one that was not there when the cuts were made counts as missing. */
export function categoryBin(value: number, missing: number): number {
  return value >= 0 && value < missing ? value : missing;
}

function binOf(value: number, cuts: Float64Array, missing: number): number {
  if (Number.isNaN(value)) return missing;
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= cuts[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}
