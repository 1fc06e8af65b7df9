import { expect, test } from 'vitest';
import { seededRandom } from '../numeric/random.ts';
import type { FeatureTable } from './binning.ts';
import { boostTrees } from './boost.ts';
import { quantileLoss, SQUARED } from './losses.ts';
import type { Tree } from './tree.ts';
import { TreeWalk } from './tree-walk.ts';

const random = seededRandom('walk', 1);
const names = ['size', 'often missing', 'category', 'the same for eight rows'];

function tableOf(rows: number): FeatureTable {
  const values = new Float32Array(rows * names.length);
  for (let row = 0; row < rows; row++) {
    const missing = random.uniform() < 0.4;
    const own = [random.normal(), missing ? Number.NaN : random.normal(), random.integer(9)];
    values.set([...own, Math.floor(row / 8) % 5 || Number.NaN], row * names.length);
  }
  return { rows, names, values, categorical: names.map((name) => name === 'category') };
}

/** Row by row, as a tree is read. */
function leafOf(tree: Tree, row: Float32Array): number {
  let node = tree.feature.length === 0 ? -1 : 0;
  while (node >= 0) {
    const value = row[tree.feature[node]!]!;
    const missing = Number.isNaN(value) && tree.missingLeft[node] === 1;
    const left =
      tree.categories[node]?.includes(value) ?? (missing || value <= tree.threshold[node]!);
    node = (left ? tree.left : tree.right)[node]!;
  }
  return ~node;
}

const taught = tableOf(600);
const targets = Float64Array.from({ length: 600 }, (_, row) => {
  const [size, other, category, same] = taught.values.subarray(row * names.length);
  return (
    size! * (other! > 0 ? 2 : 1) + (category! % 3) + (same || 0) * (Number.isNaN(other!) ? 3 : 1)
  );
});
const options = { rounds: 20, leastRows: 5 };
const model = boostTrees(taught, targets, { ...options, loss: SQUARED });
const levels = boostTrees(taught, targets, { ...options, loss: quantileLoss(0.2, 0.5, 0.9) });

test('has splits of every kind to walk through', () => {
  const used = new Set(model.trees.flatMap(({ feature }) => [...feature]));
  expect(used.size).toBe(names.length);
  const kept = new Set(model.trees.flatMap(({ missingLeft }) => [...missingLeft]));
  expect(kept).toEqual(new Set([0, 1]));
});

test.each([0, 1, 7, 31, 32, 33, 100])(
  'brings each of %i rows to the leaves that are its own',
  (rows) => {
    const table = tableOf(rows);
    for (const { start, trees } of [model, levels]) {
      const outputs = start.length;
      const none = Float64Array.from({ length: rows * outputs }, (_, i) => start[i % outputs]!);
      const expected = none.slice();
      for (let row = 0; row < rows; row++)
        for (const tree of trees) {
          const leaf = leafOf(tree, (table.values as Float32Array).subarray(row * names.length));
          for (let k = 0; k < outputs; k++)
            expected[row * outputs + k]! += tree.leaves[leaf * outputs + k]!;
        }
      const walk = new TreeWalk({ names, trees });
      for (const time of [1, 2]) {
        const scores = none.slice();
        walk.addTo(scores, table);
        expect({ time, scores }).toEqual({ time, scores: expected });
      }
    }
  },
);
