/** Where to split a leaf: the cut of one feature that saves most loss. */

import { type BinCuts, MOST_BINS } from './binning.ts';
import type { Histogram, WholeDerivatives } from './histogram.ts';

/** What a split has to keep to. */
export interface SplitRules {
  /** Fewest rows of a leaf. */
  readonly leastRows: number;
  /** Smallest sum of second derivatives of a leaf. */
  readonly leastHessian: number;
  /** Penalty on the square of a leaf. */
  readonly lambda: number;
}

/** Sums over the rows of a leaf. */
export interface LeafSums {
  readonly rows: number;
  readonly gradient: number;
  readonly hessian: number;
}

/** A split of a leaf in two. */
export interface Split {
  readonly feature: number;
  /** Last bin that goes left; of a categorical feature −1. */
  readonly bin: number;
  /** Bins that go left, of a categorical feature. */
  readonly left: readonly number[] | undefined;
  readonly missingLeft: boolean;
  /** Loss saved, in the unit of the gradients' squares. */
  readonly gain: number;
}

/** Categories are ordered by their gradient; one of few rows is drawn to the middle by this many. */
const CATEGORY_PRIOR = 10;
/** Categories can be grouped in so many ways that a gain has to be surer: a penalty on such leaves. */
const CATEGORY_LAMBDA = 10;

interface Best {
  feature: number;
  bin: number;
  left: readonly number[] | undefined;
  missingLeft: boolean;
  gain: number;
}

/** Bins of one feature of one leaf, in the unit of the derivatives. */
interface Columns {
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

/** Finds splits; holds the room for one feature, so that nothing is allocated per leaf. */
export class SplitFinder {
  readonly #cuts: BinCuts;
  readonly #rules: SplitRules;
  readonly #columns: Columns = {
    gradient: new Float64Array(MOST_BINS),
    hessian: new Float64Array(MOST_BINS),
  };
  readonly #order = new Int32Array(MOST_BINS);
  readonly #best: Best = newBest();

  constructor(cuts: BinCuts, rules: SplitRules) {
    this.#cuts = cuts;
    this.#rules = rules;
  }

  /**
   * The best split of a leaf.
   * `histogram` of its rows · `features` that may be used, ascending · returns Split, or undefined where none is worth it
   * source Ke et al. (2017), LightGBM, NeurIPS 30; ties go to the lower feature, and there to the higher bin
   */
  find(
    histogram: Histogram,
    leaf: LeafSums & { derivatives: WholeDerivatives; features: Int32Array },
  ): Split | undefined {
    if (leaf.rows < 2 * this.#rules.leastRows) return undefined;
    const best = Object.assign(this.#best, newBest());
    best.gain = gainOf(leaf.gradient, leaf.hessian + this.#rules.lambda);
    const own = best.gain;
    for (let i = 0; i < leaf.features.length; i++) {
      const feature = leaf.features[i]!;
      const bins = this.#cuts.counts[feature]!;
      const missing = this.#read(histogram, { feature, bins, derivatives: leaf.derivatives });
      if (this.#cuts.categorical[feature]) this.#scanCategories(feature, leaf);
      else {
        this.#scan(feature, leaf, bins - 2);
        if (missing) this.#scanMissingRight(feature, leaf, bins - 2);
      }
    }
    return best.feature < 0 || !(best.gain > own) ? undefined : { ...best, gain: best.gain - own };
  }

  /** Unpacks one feature; says whether any row of the leaf misses it. */
  #read(
    histogram: Histogram,
    of: { feature: number; bins: number; derivatives: WholeDerivatives },
  ): boolean {
    const { gradient, hessian } = this.#columns;
    const { radix, gradientUnit, hessianUnit } = of.derivatives;
    const at = of.feature * this.#cuts.stride;
    for (let bin = 0; bin < of.bins; bin++) {
      const value = histogram[at + bin]!;
      const whole = Math.floor(value / radix);
      gradient[bin] = whole * gradientUnit;
      hessian[bin] = (value - whole * radix) * hessianUnit;
    }
    return hessian[of.bins - 1]! > 0;
  }

  /** From the highest bin down; what is missing stays on the left. */
  #scan(feature: number, leaf: LeafSums, last: number): void {
    const { gradient, hessian } = this.#columns;
    const { leastRows, leastHessian, lambda } = this.#rules;
    const best = this.#best;
    const rowsPer = leaf.rows / leaf.hessian;
    let rightGradient = 0;
    let rightHessian = 0;
    for (let bin = last; bin > 0; bin--) {
      rightGradient += gradient[bin]!;
      rightHessian += hessian[bin]!;
      const rightRows = Math.round(rightHessian * rowsPer);
      if (rightRows < leastRows || rightHessian < leastHessian) continue;
      const leftHessian = leaf.hessian - rightHessian;
      if (leaf.rows - rightRows < leastRows || leftHessian < leastHessian) break;
      const leftGradient = leaf.gradient - rightGradient;
      const gain =
        (leftGradient * leftGradient) / (leftHessian + lambda) +
        (rightGradient * rightGradient) / (rightHessian + lambda);
      if (gain > best.gain) keep(best, { feature, bin: bin - 1, missingLeft: true, gain });
    }
  }

  /** From the lowest bin up; what is missing goes right, and may be all that goes there. */
  #scanMissingRight(feature: number, leaf: LeafSums, last: number): void {
    const { gradient, hessian } = this.#columns;
    const { leastRows, leastHessian, lambda } = this.#rules;
    const best = this.#best;
    const rowsPer = leaf.rows / leaf.hessian;
    let leftGradient = 0;
    let leftHessian = 0;
    for (let bin = 0; bin <= last; bin++) {
      leftGradient += gradient[bin]!;
      leftHessian += hessian[bin]!;
      const leftRows = Math.round(leftHessian * rowsPer);
      if (leftRows < leastRows || leftHessian < leastHessian) continue;
      const rightHessian = leaf.hessian - leftHessian;
      if (leaf.rows - leftRows < leastRows || rightHessian < leastHessian) break;
      const rightGradient = leaf.gradient - leftGradient;
      const gain =
        (leftGradient * leftGradient) / (leftHessian + lambda) +
        (rightGradient * rightGradient) / (rightHessian + lambda);
      if (gain > best.gain) keep(best, { feature, bin, missingLeft: false, gain });
    }
  }

  /** Categories in the order of their mean gradient, split as if that were a number. */
  #scanCategories(feature: number, leaf: LeafSums): void {
    const { gradient, hessian } = this.#columns;
    const { leastRows, leastHessian, lambda } = this.#rules;
    const bins = this.#cuts.counts[feature]! - 1;
    let used = 0;
    for (let bin = 0; bin < bins; bin++) if (hessian[bin]! > 0) this.#order[used++] = bin;
    const score = (bin: number) => gradient[bin]! / (hessian[bin]! + CATEGORY_PRIOR);
    const order = this.#order.subarray(0, used).sort((a, b) => score(a) - score(b) || a - b);
    const rowsPer = leaf.rows / leaf.hessian;
    let leftGradient = 0;
    let leftHessian = 0;
    for (let i = 0; i < used; i++) {
      leftGradient += gradient[order[i]!]!;
      leftHessian += hessian[order[i]!]!;
      const leftRows = Math.round(leftHessian * rowsPer);
      const rightHessian = leaf.hessian - leftHessian;
      if (leftRows < leastRows || leftHessian < leastHessian) continue;
      if (leaf.rows - leftRows < leastRows || rightHessian < leastHessian) break;
      const gain =
        gainOf(leftGradient, leftHessian + lambda + CATEGORY_LAMBDA) +
        gainOf(leaf.gradient - leftGradient, rightHessian + lambda + CATEGORY_LAMBDA);
      if (!(gain > this.#best.gain)) continue;
      const left = [...order.subarray(0, i + 1)].sort((a, b) => a - b);
      keep(this.#best, { feature, bin: -1, missingLeft: false, gain, left });
    }
  }
}

function newBest(): Best {
  return { feature: -1, bin: -1, left: undefined, missingLeft: false, gain: 0 };
}

function keep(best: Best, found: Omit<Best, 'left'> & { left?: readonly number[] }): void {
  best.feature = found.feature;
  best.bin = found.bin;
  best.missingLeft = found.missingLeft;
  best.gain = found.gain;
  best.left = found.left;
}

function gainOf(gradient: number, hessian: number): number {
  return (gradient * gradient) / hessian;
}
