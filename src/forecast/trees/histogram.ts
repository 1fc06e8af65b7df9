/** Sums of derivatives by bin: the only step of growing a tree that touches every row. */

import type { BinnedTable } from './binning.ts';

/**
 * Derivatives as whole numbers, so that their sums are exact: no order of adding, and no number of
 * threads, changes a bit. With constant second derivatives one number holds gradient and count.
 * source Shi et al. (2022), Quantized training of gradient boosting decision trees, arXiv:2207.09682
 */
export interface WholeDerivatives {
  /** Whether every second derivative is 1. */
  readonly packed: boolean;
  /** Per row: gradient · `radix` + 1 where they are packed, else first and second side by side. */
  readonly values: Float64Array;
  /** What one row counts for in the gradient's number, a power of two. */
  radix: number;
  gradientUnit: number;
  hessianUnit: number;
}

/** Sums by bin in the form of WholeDerivatives; where second ones vary, the two of a bin side by side. */
export type Histogram = Float64Array;

/** Whole numbers up to here are exact in a double. */
const EXACT_BITS = 52;
const MOST_BITS = 30;

export function newDerivatives(rows: number, constantHessian: boolean): WholeDerivatives {
  return {
    packed: constantHessian,
    values: new Float64Array(constantHessian ? rows : 2 * rows),
    radix: 1,
    gradientUnit: 1,
    hessianUnit: 1,
  };
}

/** Rounds the derivatives of the rows in use to whole numbers as fine as a double has room for. */
export function roundDerivatives(
  into: WholeDerivatives,
  of: { rows: Int32Array; gradient: Float64Array; hessian: Float64Array },
): void {
  const { rows, gradient, hessian } = of;
  const rowBits = Math.ceil(Math.log2(rows.length + 1));
  const { packed, values } = into;
  const bits = Math.min(MOST_BITS, EXACT_BITS - (packed ? 2 : 1) * rowBits);
  into.radix = packed ? 2 ** rowBits : 1;
  into.gradientUnit = largest(gradient, rows) / 2 ** bits || 1;
  const scale = 1 / into.gradientUnit;
  if (packed) {
    const { radix } = into;
    for (let i = 0; i < rows.length; i++)
      values[rows[i]!] = Math.floor(gradient[rows[i]!]! * scale + 0.5) * radix + 1;
    return;
  }
  into.hessianUnit = largest(hessian, rows) / 2 ** bits || 1;
  const secondScale = 1 / into.hessianUnit;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    values[2 * row] = Math.floor(gradient[row]! * scale + 0.5);
    values[2 * row + 1] = Math.floor(hessian[row]! * secondScale + 0.5);
  }
}

function largest(values: Float64Array, rows: Int32Array): number {
  let most = 0;
  for (let i = 0; i < rows.length; i++) {
    const size = Math.abs(values[rows[i]!]!);
    if (size > most) most = size;
  }
  return most;
}

export function newHistogram({ words, stride }: BinnedTable, constantHessian: boolean): Histogram {
  return new Float64Array(words * 4 * stride * (constantHessian ? 1 : 2));
}

/** Adds the derivatives of some rows up by bin, for all features at once. */
export function buildHistogram(
  into: Histogram,
  table: BinnedTable,
  of: { rows: Int32Array; derivatives: WholeDerivatives },
): void {
  into.fill(0);
  const { packed, values } = of.derivatives;
  if (packed) addByBin(into, table, { rows: of.rows, values });
  else addBothByBin(into, table, { rows: of.rows, values });
}

/**
 * The same with second derivatives of their own: both sums of a bin lie in one line of the cache. Two
 * rows at a time here, too.
 */
function addBothByBin(
  into: Histogram,
  { bins, words, stride }: BinnedTable,
  { rows, values }: { rows: Int32Array; values: Float64Array },
): void {
  const step = 2 * stride;
  const even = rows.length & ~1;
  for (let i = 0; i < even; i += 2) {
    const p = rows[i]!;
    const q = rows[i + 1]!;
    const gradientP = values[2 * p]!;
    const hessianP = values[2 * p + 1]!;
    const gradientQ = values[2 * q]!;
    const hessianQ = values[2 * q + 1]!;
    const baseP = p * words;
    const baseQ = q * words;
    for (let j = 0, at = 0; j < words; j++, at += 4 * step) {
      const wordP = bins[baseP + j]!;
      const wordQ = bins[baseQ + j]!;
      const aP = at | ((wordP & 255) << 1);
      into[aP]! += gradientP;
      into[aP | 1]! += hessianP;
      const bP = (at + step) | ((wordP >>> 7) & 510);
      into[bP]! += gradientP;
      into[bP | 1]! += hessianP;
      const cP = (at + 2 * step) | ((wordP >>> 15) & 510);
      into[cP]! += gradientP;
      into[cP | 1]! += hessianP;
      const dP = (at + 3 * step) | ((wordP >>> 23) & 510);
      into[dP]! += gradientP;
      into[dP | 1]! += hessianP;
      const aQ = at | ((wordQ & 255) << 1);
      into[aQ]! += gradientQ;
      into[aQ | 1]! += hessianQ;
      const bQ = (at + step) | ((wordQ >>> 7) & 510);
      into[bQ]! += gradientQ;
      into[bQ | 1]! += hessianQ;
      const cQ = (at + 2 * step) | ((wordQ >>> 15) & 510);
      into[cQ]! += gradientQ;
      into[cQ | 1]! += hessianQ;
      const dQ = (at + 3 * step) | ((wordQ >>> 23) & 510);
      into[dQ]! += gradientQ;
      into[dQ | 1]! += hessianQ;
    }
  }
  if (even === rows.length) return;
  const last = rows[even]!;
  for (let f = 0; f < words * 4; f++) {
    const at = 2 * (f * stride + binOf(bins, words, { row: last, feature: f }));
    into[at]! += values[2 * last]!;
    into[at + 1]! += values[2 * last + 1]!;
  }
}

/**
 * The inner loop: one word has the bins of four features, and two rows are under way at a time, so
 * that an addition seldom waits for the one before it.
 */
function addByBin(
  into: Float64Array,
  { bins, words, stride }: BinnedTable,
  { rows, values }: { rows: Int32Array; values: Float64Array },
): void {
  const even = rows.length & ~1;
  for (let i = 0; i < even; i += 2) {
    const a = rows[i]!;
    const b = rows[i + 1]!;
    const valueA = values[a]!;
    const valueB = values[b]!;
    const baseA = a * words;
    const baseB = b * words;
    for (let j = 0, at = 0; j < words; j++, at += 4 * stride) {
      const wordA = bins[baseA + j]!;
      const wordB = bins[baseB + j]!;
      into[at | (wordA & 255)]! += valueA;
      into[(at + stride) | ((wordA >>> 8) & 255)]! += valueA;
      into[(at + 2 * stride) | ((wordA >>> 16) & 255)]! += valueA;
      into[(at + 3 * stride) | (wordA >>> 24)]! += valueA;
      into[at | (wordB & 255)]! += valueB;
      into[(at + stride) | ((wordB >>> 8) & 255)]! += valueB;
      into[(at + 2 * stride) | ((wordB >>> 16) & 255)]! += valueB;
      into[(at + 3 * stride) | (wordB >>> 24)]! += valueB;
    }
  }
  if (even === rows.length) return;
  const last = rows[even]!;
  for (let f = 0; f < words * 4; f++)
    into[f * stride + binOf(bins, words, { row: last, feature: f })]! += values[last]!;
}

function binOf(
  bins: BinnedTable['bins'],
  words: number,
  { row, feature }: { row: number; feature: number },
): number {
  return (bins[row * words + (feature >> 2)]! >>> (8 * (feature & 3))) & 255;
}

/** Turns the histogram of a parent into that of its larger child, given the smaller one's. */
export function subtractHistogram(parent: Histogram, smaller: Histogram): void {
  for (let i = 0; i < parent.length; i++) parent[i]! -= smaller[i]!;
}
