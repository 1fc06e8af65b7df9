/** Grows one tree leaf by leaf: the leaf whose split saves most is split next. */

import type { BinnedTable } from './binning.ts';
import {
  buildHistogram,
  type Histogram,
  newHistogram,
  subtractHistogram,
  type WholeDerivatives,
} from './histogram.ts';
import { type Split, SplitFinder, type SplitRules } from './split.ts';
import { leftBins, type Tree } from './tree.ts';

/** How large a tree may become. */
export interface GrowthRules extends SplitRules {
  readonly mostLeaves: number;
  /** Splits from the root to a leaf, at most. */
  readonly mostDepth: number;
}

/** What a tree is grown on. */
interface Growth {
  /** Rows in use; their order is changed. */
  readonly rows: Int32Array;
  readonly derivatives: WholeDerivatives;
  /** Features in use, ascending. */
  readonly features: Int32Array;
}

/** A grown tree, and the rows of each of its leaves. */
export interface Grown {
  readonly tree: Tree;
  /** By leaf: the place of its first row in `rows`, and of the first of the next. */
  readonly rowsOf: readonly Int32Array[];
}

interface Leaf {
  /** Its rows, part of those in use. */
  rows: Int32Array;
  gradient: number;
  hessian: number;
  depth: number;
  histogram: Histogram | undefined;
  split: Split | undefined;
  /** Where the split above points to it. */
  parent: number;
  isLeft: boolean;
}

interface Draft {
  readonly splits: Split[];
  readonly left: number[];
  readonly right: number[];
}

/** Grows trees on one table; histograms are kept from tree to tree. */
export class TreeGrower {
  readonly #table: BinnedTable;
  readonly #rules: GrowthRules;
  readonly #finder: SplitFinder;
  readonly #free: Histogram[] = [];
  readonly #scratch: Int32Array;
  readonly #outputs: number;

  constructor(table: BinnedTable, rules: GrowthRules, outputs: number) {
    this.#table = table;
    this.#rules = rules;
    this.#finder = new SplitFinder(table, rules);
    this.#scratch = new Int32Array(table.rows);
    this.#outputs = outputs;
  }

  /**
   * Grows one tree; its leaves have no scores yet.
   * `growth` rows, whole derivatives, features · returns Grown
   * source Ke et al. (2017), LightGBM, NeurIPS 30: leaf-wise, the larger child's histogram by subtraction
   */
  grow(growth: Growth): Grown {
    const draft: Draft = { splits: [], left: [], right: [] };
    const leaves: Leaf[] = [this.#root(growth)];
    while (leaves.length < this.#rules.mostLeaves) {
      let best: Leaf | undefined;
      for (const leaf of leaves)
        if (leaf.split !== undefined && !(leaf.split.gain <= (best?.split?.gain ?? 0))) best = leaf;
      if (best === undefined) break;
      const last = leaves.length + 1 === this.#rules.mostLeaves;
      leaves.push(this.#divide(best, { leaves, draft, growth, last }));
    }
    for (const leaf of leaves) this.#release(leaf);
    return { tree: this.#finish(draft, leaves.length), rowsOf: leaves.map(({ rows }) => rows) };
  }

  #root(growth: Growth): Leaf {
    const leaf = newLeaf(growth.rows, { depth: 0, parent: -1, isLeft: false });
    addUp(leaf, growth.derivatives);
    leaf.histogram = this.#take();
    buildHistogram(leaf.histogram, this.#table, growth);
    this.#look(leaf, growth);
    return leaf;
  }

  #take(): Histogram {
    return this.#free.pop() ?? newHistogram(this.#table);
  }

  #release(leaf: Leaf): void {
    if (leaf.histogram !== undefined) this.#free.push(leaf.histogram);
    leaf.histogram = undefined;
  }

  #look(leaf: Leaf, { derivatives, features }: Growth): void {
    const { gradient, hessian, depth } = leaf;
    const sums = { rows: leaf.rows.length, gradient, hessian, derivatives, features };
    leaf.split =
      depth < this.#rules.mostDepth ? this.#finder.find(leaf.histogram!, sums) : undefined;
  }

  /** Splits a leaf; it becomes the left child, and the right one is returned. */
  #divide(
    leaf: Leaf,
    at: { leaves: readonly Leaf[]; draft: Draft; growth: Growth; last: boolean },
  ): Leaf {
    const { leaves, draft, growth, last } = at;
    const node = draft.splits.length;
    draft.splits.push(leaf.split!);
    draft.left.push(~leaves.indexOf(leaf));
    draft.right.push(~leaves.length);
    if (leaf.parent >= 0) (leaf.isLeft ? draft.left : draft.right)[leaf.parent] = node;
    const cut = this.#partition(leaf.rows, leaf.split!);
    const depth = leaf.depth + 1;
    const right = newLeaf(leaf.rows.subarray(cut), { depth, parent: node, isLeft: false });
    Object.assign(leaf, { rows: leaf.rows.subarray(0, cut), depth, parent: node, isLeft: true });
    addUp(leaf, growth.derivatives);
    addUp(right, growth.derivatives);
    if (last) leaf.split = undefined;
    else this.#hand(leaf, right, growth);
    return right;
  }

  /** Gives both children their histograms and their best splits. */
  #hand(left: Leaf, right: Leaf, growth: Growth): void {
    const leftIsSmaller = left.rows.length <= right.rows.length;
    const smaller = leftIsSmaller ? left : right;
    const larger = leftIsSmaller ? right : left;
    const parent = left.histogram!;
    left.histogram = undefined;
    const { leastRows, mostDepth } = this.#rules;
    // Too few rows for another split: neither child needs to be looked at.
    if (larger.rows.length < 2 * leastRows || left.depth >= mostDepth) {
      this.#free.push(parent);
      left.split = undefined;
      return;
    }
    smaller.histogram = this.#take();
    const { derivatives } = growth;
    buildHistogram(smaller.histogram, this.#table, { rows: smaller.rows, derivatives });
    subtractHistogram(parent, smaller.histogram);
    larger.histogram = parent;
    this.#look(left, growth);
    this.#look(right, growth);
  }

  /** Brings the rows that go left to the front, in their order; returns how many they are. */
  #partition(rows: Int32Array, split: Split): number {
    const { feature, bin, left, missingLeft } = split;
    const column = this.#table.columns[feature]!;
    const one = { feature: [feature], bin: [bin], categories: [left], missingLeft: [+missingLeft] };
    const side = leftBins(one, 0, this.#table);
    const scratch = this.#scratch;
    let front = 0;
    let back = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      const goesLeft = side[column[row]!]!;
      // Both are written, and one is kept: a branch here would be guessed wrong half of the time.
      rows[front] = row;
      scratch[back] = row;
      front += goesLeft;
      back += 1 - goesLeft;
    }
    rows.set(scratch.subarray(0, back), front);
    return front;
  }

  #finish({ splits, left, right }: Draft, leafCount: number): Tree {
    const { cuts, categorical } = this.#table;
    return {
      feature: Int32Array.from(splits, ({ feature }) => feature),
      threshold: Float64Array.from(splits, ({ feature, bin }) =>
        categorical[feature] ? Number.NaN : (cuts[feature]![bin] ?? Number.POSITIVE_INFINITY),
      ),
      bin: Int32Array.from(splits, ({ bin }) => bin),
      categories: splits.map((split) => split.left),
      missingLeft: Uint8Array.from(splits, ({ missingLeft }) => +missingLeft),
      left: Int32Array.from(left),
      right: Int32Array.from(right),
      gain: Float64Array.from(splits, ({ gain }) => gain),
      leaves: new Float64Array(leafCount * this.#outputs),
    };
  }
}

function newLeaf(rows: Int32Array, at: Pick<Leaf, 'depth' | 'parent' | 'isLeft'>): Leaf {
  return { rows, gradient: 0, hessian: 0, histogram: undefined, split: undefined, ...at };
}

/** Sums over the rows of a leaf, exact as those of its bins. */
function addUp(leaf: Leaf, of: WholeDerivatives): void {
  const { values, radix, gradientUnit, hessianUnit } = of;
  const { rows } = leaf;
  let sum = 0;
  for (let i = 0; i < rows.length; i++) sum += values[rows[i]!]!;
  const whole = Math.floor(sum / radix);
  leaf.gradient = whole * gradientUnit;
  leaf.hessian = (sum - whole * radix) * hessianUnit;
}
