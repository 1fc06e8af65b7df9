import { describe, expect, it } from 'vitest';
import { seededRandom } from '../numeric/random.ts';
import { boostTrees, predictTrees } from './boost.ts';
import { quantileLoss, tweedieLoss } from './losses.ts';
import { decodeTrees, encodeTrees } from './tree-codec.ts';

const random = seededRandom('codec', 1);
const rows = 500;
const values = Float64Array.from({ length: rows * 3 }, (_, i) =>
  i % 3 === 2 ? random.integer(5) : i % 7 === 0 ? Number.NaN : random.uniform(),
);
const table = { rows, names: ['a', 'b', 'kind'], values, categorical: [false, false, true] };
const targets = Float64Array.from({ length: rows }, (_, row) => {
  const [a, , kind] = values.subarray(row * 3, row * 3 + 3);
  return (Number.isNaN(a!) ? 2 : a!) + (kind === 3 ? 1 : 0) + random.uniform();
});
const model = boostTrees(table, targets, { loss: tweedieLoss(1.4), rounds: 20 });
const text = encodeTrees(model);

describe('trees written down', () => {
  it('say the same to the last bit once they are read', () => {
    const read = decodeTrees(text);
    if (!read.ok) throw new Error(read.where);
    expect(predictTrees(read.model, table)).toEqual(predictTrees(model, table));
    expect(encodeTrees(read.model)).toBe(text);
    const several = boostTrees(table, targets, { loss: quantileLoss(0.2, 0.7), rounds: 5 });
    const again = decodeTrees(encodeTrees(several));
    if (!again.ok) throw new Error(again.where);
    expect(predictTrees(again.model, table)).toEqual(predictTrees(several, table));
    const { categories } = model.trees.find((tree) => tree.categories.some(Boolean))!;
    expect(categories.some((group) => group?.includes(3) !== group?.includes(2))).toBe(true);
  });

  const broken: [string, string, string][] = [
    ['no JSON', text.slice(0, -9), 'the text'],
    ['another format', text.replace('parstock-trees', 'lightgbm'), 'format'],
    ['another version', text.replace('"version":2', '"version":1'), 'version'],
    ['a loss that is not known', text.replace('tweedie', 'huber'), 'loss'],
    ['a loss without its parameters', text.replace('[1.4]', '[]'), 'loss'],
    ['a start too many', text.replace('"start":[', '"start":[1,'), 'start'],
    ['a list of nothing', '[]', 'format'],
    [
      'a feature that is not there',
      text.replace(/"feature":\[\d/, '"feature":[9'),
      'trees/0/feature',
    ],
    ['a circle', text.replace(/"left":\[-?\d+/, '"left":[0'), 'trees/0/left'],
    ['a leaf too few', text.replace(/"leaves":\[[^,]+,/, '"leaves":['), 'trees/0/feature'],
    [
      'a leaf that is no number',
      text.replace(/"leaves":\[[^,]+,/, '"leaves":["x",'),
      'trees/0/leaves',
    ],
  ];
  it.each(broken)('are refused with %s', (_, wrong, where) => {
    expect(decodeTrees(wrong)).toMatchObject({ ok: false, where });
  });
});
