/** Sums of derivatives by bin: the only step of growing a tree that touches every row. */

import type { BinnedTable } from './binning.ts';

/**
 * Derivatives as whole numbers, so that their sums are exact: no order of adding, and no number of
 * threads, changes a bit. One number holds both, so that a bin is one addition.
 * source Shi et al. (2022), Quantized training of gradient boosting decision trees, arXiv:2207.09682
 */
export interface WholeDerivatives {
  /** Per row: gradient · `radix` + second derivative, both whole. */
  readonly values: Float64Array;
  /** Above the sum of all second derivatives; a power of two. */
  radix: number;
  gradientUnit: number;
  hessianUnit: number;
}

/** Sums by bin in the form of WholeDerivatives. */
export type Histogram = Float64Array;

/** Whole numbers up to here are exact in a double. */
const EXACT_BITS = 52;
/** Of these, for second derivatives that differ: then either is as fine as 2⁻²⁶ of the sum of all. */
const HESSIAN_BITS = 26;

export function newDerivatives(rows: number): WholeDerivatives {
  return { values: new Float64Array(rows), radix: 1, gradientUnit: 1, hessianUnit: 1 };
}

/**
 * Rounds the derivatives of the rows in use to whole numbers as fine as there is room for their sums.
 * `rows` fewer than 2²⁵ · `hessian` ≥ 0, or undefined where every second derivative is 1
 */
export function roundDerivatives(
  into: WholeDerivatives,
  of: { rows: Int32Array; gradient: Float64Array; hessian: Float64Array | undefined },
): void {
  const { rows, gradient, hessian } = of;
  const { values } = into;
  const hessianBits = hessian ? HESSIAN_BITS : Math.ceil(Math.log2(rows.length + 1));
  const radix = 2 ** hessianBits;
  into.radix = radix;
  // Rounding adds less than one a row to a sum.
  const room = 2 ** (EXACT_BITS - hessianBits) - rows.length;
  into.gradientUnit = sizeOf(gradient, rows) / room || 1;
  into.hessianUnit = hessian ? sizeOf(hessian, rows) / (radix - 1 - rows.length) || 1 : 1;
  const scale = 1 / into.gradientUnit;
  if (hessian === undefined) {
    for (let i = 0; i < rows.length; i++)
      values[rows[i]!] = Math.floor(gradient[rows[i]!]! * scale + 0.5) * radix + 1;
    return;
  }
  const secondScale = 1 / into.hessianUnit;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    // At least one, so that a bin with a row in it does not look empty.
    const second = Math.max(1, Math.floor(hessian[row]! * secondScale + 0.5));
    values[row] = Math.floor(gradient[row]! * scale + 0.5) * radix + second;
  }
}

function sizeOf(values: Float64Array, rows: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) sum += Math.abs(values[rows[i]!]!);
  return sum;
}

export function newHistogram({ words, stride }: BinnedTable): Histogram {
  return new Float64Array(words * 4 * stride);
}

/** Adds the derivatives of some rows up by bin, for all features at once. */
export function buildHistogram(
  into: Histogram,
  table: BinnedTable,
  of: { rows: Int32Array; derivatives: WholeDerivatives },
): void {
  into.fill(0);
  addByBin(into, table, { rows: of.rows, values: of.derivatives.values });
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
