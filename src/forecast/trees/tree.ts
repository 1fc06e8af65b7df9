/** One tree: splits and leaves in flat arrays. */

import { type BinnedTable, categoryBin } from './binning.ts';

/** Splits by number, the root first; a child below zero is the leaf ~child. */
export interface Tree {
  readonly feature: Int32Array;
  /** Largest value that goes left, and its bin; of a categorical feature NaN and −1. */
  readonly threshold: Float64Array;
  readonly bin: Int32Array;
  /** Categories that go left, per split of a categorical feature. */
  readonly categories: readonly (readonly number[] | undefined)[];
  /** 1 where what is missing goes left. */
  readonly missingLeft: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Loss saved by each split. */
  readonly gain: Float64Array;
  /** Leaves × outputs: the scores of each leaf, the learning rate included. */
  readonly leaves: Float64Array;
}

/**
 * Adds what a tree says of some rows in bins to their scores.
 * `scores` rows × outputs · `rows` which of them · `table` in bins of the same cuts
 */
export function addBinnedTree(
  scores: Float64Array,
  tree: Tree,
  { table, rows }: { table: BinnedTable; rows: Int32Array },
): void {
  const sides = Array.from(tree.feature, (_, node) => leftBins(tree, node, table));
  const { feature, left, right, leaves } = tree;
  const { columns } = table;
  const outputs = outputsOf(tree);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    let node = feature.length === 0 ? -1 : 0;
    while (node >= 0) {
      const bin = columns[feature[node]!]![row]!;
      node = sides[node]![bin] === 1 ? left[node]! : right[node]!;
    }
    const leaf = ~node * outputs;
    for (let k = 0; k < outputs; k++) scores[row * outputs + k]! += leaves[leaf + k]!;
  }
}

/** Scores of a leaf. */
export function outputsOf({ feature, leaves }: Pick<Tree, 'feature' | 'leaves'>): number {
  return leaves.length / (feature.length + 1);
}

/** Which bins of a split's feature go left: 1, and 0 for the others. */
export function leftBins(
  tree: {
    readonly feature: ArrayLike<number>;
    readonly bin: ArrayLike<number>;
    readonly categories: Tree['categories'];
    readonly missingLeft: ArrayLike<number>;
  },
  node: number,
  table: Pick<BinnedTable, 'counts'>,
): Uint8Array {
  const missing = table.counts[tree.feature[node]!]! - 1;
  const side = new Uint8Array(256);
  const group = tree.categories[node];
  if (group !== undefined) {
    for (const category of group) side[categoryBin(category, missing)] = 1;
    return side;
  }
  side.fill(1, 0, tree.bin[node]! + 1);
  side[missing] = tree.missingLeft[node]!;
  return side;
}
