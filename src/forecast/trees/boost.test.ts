import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../numeric/random.ts';
import type { FeatureTable } from './binning.ts';
import { type BoostOptions, boostTrees, predictTrees } from './boost.ts';
import { featureImportance } from './importance.ts';
import { lossNamed, quantileLoss, SQUARED, tweedieLoss } from './losses.ts';

interface Case {
  readonly loss: string;
  readonly weighted: boolean;
  readonly rounds: number;
  readonly parameter: number;
  readonly lambda_: number;
  readonly depth: number;
  readonly least_rows: number;
  readonly least_hessian: number;
  readonly said: readonly number[];
  readonly splits: readonly number[];
  readonly gain: readonly number[];
}

const reference: {
  rows: number;
  x: readonly (number | null)[];
  y: readonly number[];
  w: readonly number[];
  cases: readonly Case[];
} = JSON.parse(readFileSync(new URL('../reference/trees.json', import.meta.url), 'utf8'));

function tableOf(values: readonly number[], names: readonly string[]): FeatureTable {
  return {
    rows: values.length / names.length,
    names,
    values: Float64Array.from(values),
    categorical: names.map(() => false),
  };
}

describe('boosted trees against LightGBM', () => {
  const names = ['a', 'b', 'c', 'd'];
  const all = reference.x.map((value) => value ?? Number.NaN);
  const known = tableOf(all.slice(0, reference.rows * names.length), names);
  const targets = Float64Array.from(reference.y.slice(0, reference.rows));

  it.each(reference.cases)('$loss, lambda $lambda_, depth $depth, weighted $weighted', (one) => {
    const model = boostTrees(known, targets, {
      loss: lossNamed(one.loss, [one.parameter])!,
      rounds: one.rounds,
      mostLeaves: 8,
      leastRows: one.least_rows,
      leastHessian: one.least_hessian,
      lambda: one.lambda_,
      mostDepth: one.depth,
      weights: one.weighted ? Float64Array.from(reference.w) : undefined,
    });
    const said = predictTrees(model, tableOf(all, names));
    let worst = 0;
    one.said.forEach((value, row) => {
      worst = Math.max(worst, Math.abs(said[row]! - value) / (1 + Math.abs(value)));
    });
    expect(worst).toBeLessThan(1e-6);
    const importance = featureImportance(model);
    const total = one.gain.reduce((sum, value) => sum + value, 0);
    for (const { feature, gain, splits } of importance) {
      const place = names.indexOf(feature);
      expect(splits).toBe(one.splits[place]);
      expect(gain).toBeCloseTo(one.gain[place]! / total, 4);
    }
  });
});

/** Demand that depends on two features, a category and chance; some values are missing. */
function sample(rows: number, seed: number): { table: FeatureTable; targets: Float64Array } {
  const random = seededRandom('sample', seed);
  const names = ['size', 'noise', 'kind', 'gap'];
  const targets = new Float64Array(rows);
  const values = new Float64Array(rows * names.length);
  for (let row = 0; row < rows; row++) {
    const [size, kind] = [random.uniform(), random.integer(12)];
    const gap = random.uniform() < 0.2 ? Number.NaN : random.uniform();
    values.set([size, random.uniform(), kind, gap], row * names.length);
    const mean = 3 * size + (kind % 3 === 1 ? 4 : 0) + (Number.isNaN(gap) ? 2 : 0);
    targets[row] = Math.max(0, mean + 0.3 * random.normal());
  }
  return { table: { rows, names, values, categorical: [false, false, true, false] }, targets };
}

function errorOf(said: Float64Array, targets: Float64Array): number {
  return targets.reduce((sum, value, i) => sum + Math.abs(value - said[i]!), 0) / targets.length;
}

describe('boosted trees', () => {
  const now = sample(3000, 1);
  const later = sample(800, 2);
  const options: BoostOptions = { loss: SQUARED, rounds: 80 };

  it('learn categories and what it means that a value is missing', () => {
    const model = boostTrees(now.table, now.targets, options);
    expect(errorOf(predictTrees(model, later.table), later.targets)).toBeLessThan(0.27);
    const [first, second] = featureImportance(model);
    expect([first!.feature, second!.feature].sort()).toEqual(['kind', 'size']);
    expect(featureImportance(model).reduce((sum, { gain }) => sum + gain, 0)).toBeCloseTo(1, 12);
  });

  it('put as much below a quantile as its level says', () => {
    const many = sample(10_000, 2);
    for (const level of [0.1, 0.5, 0.9]) {
      const loss = quantileLoss(level);
      const model = boostTrees(now.table, now.targets, { ...options, rounds: 30, loss });
      const said = predictTrees(model, many.table);
      const below = many.targets.filter((value, i) => value <= said[i]!).length;
      expect(Math.abs(below / many.targets.length - level)).toBeLessThan(0.03);
    }
  });

  it('say several quantiles with one set of trees as well as with one set each', () => {
    // What widens demand is told by one feature, what moves it by another.
    const random = seededRandom('widths', 1);
    const draw = (rows: number) => {
      const values = Float64Array.from({ length: 2 * rows }, () => random.uniform());
      const targets = Float64Array.from(
        { length: rows },
        (_, row) =>
          10 + 2 * values[2 * row]! + (values[2 * row + 1]! > 0.5 ? 3 : 0.3) * random.normal(),
      );
      return { table: tableOf([...values], ['place', 'width']), targets };
    };
    const [known, unknown] = [draw(4000), draw(8000)];
    const learn = (levels: readonly number[]) => {
      const loss = quantileLoss(...levels);
      const model = boostTrees(known.table, known.targets, { loss, rounds: 60, leastRows: 50 });
      const said = predictTrees(model, unknown.table);
      const costs = Array.from(unknown.targets, (target, row) => loss.error(target, said, row));
      return { model, said, cost: costs.reduce((sum, cost) => sum + cost, 0) / costs.length };
    };
    const levels = [0.1, 0.3, 0.5, 0.7, 0.9];
    const together = learn(levels);
    const apart = levels.map((level) => learn([level]));
    const cost = apart.reduce((sum, one) => sum + one.cost, 0) / levels.length;
    expect(together.cost / cost).toBeLessThan(1.01);
    // The splits, which are most of the work, are those of one model and not of five.
    const sets = apart.map(({ model }) => model.trees.length);
    expect(together.model.trees.length).toBeLessThanOrEqual(Math.max(...sets));
    levels.forEach((level, k) => {
      const below = unknown.targets.filter(
        (target, row) => target <= together.said[row * levels.length + k]!,
      );
      expect(Math.abs(below.length / unknown.targets.length - level)).toBeLessThan(0.03);
    });
  });

  it('say no negative mean under Tweedie, though nothing else was ever seen but zero', () => {
    const zeros = new Float64Array(now.targets.length);
    const loss = tweedieLoss(1.5);
    const said = predictTrees(boostTrees(now.table, zeros, { ...options, loss }), later.table);
    expect(said.every((value) => value >= 0 && value < 1e-6)).toBe(true);
  });

  it('stop where later rows are forecast no better, and keep the best round', () => {
    const model = boostTrees(now.table, now.targets, {
      loss: SQUARED,
      rounds: 1000,
      patience: 10,
      later: { table: later.table, targets: later.targets },
    });
    const least = Math.min(...model.errors);
    expect(model.trees.length).toBeLessThan(500);
    expect(model.trees).toHaveLength(model.errors.indexOf(least));
    expect(model.errors).toHaveLength(model.trees.length + 11);
  });

  it('stop where what the last rounds bettered is little of the whole', () => {
    const tail = { table: later.table, targets: later.targets };
    const all = { loss: SQUARED, rounds: 1000, patience: 10, later: tail };
    const patient = boostTrees(now.table, now.targets, all);
    const hasty = boostTrees(now.table, now.targets, { ...all, leastGain: 0.05 });
    const [first, last] = [hasty.errors[0]!, Math.min(...hasty.errors)];
    expect(hasty.errors.length).toBeLessThan(patient.errors.length);
    expect(hasty.errors).toEqual(patient.errors.slice(0, hasty.errors.length));
    expect(Math.min(...hasty.errors.slice(0, -10)) - last).toBeLessThan(0.05 * (first - last));
    expect(
      Math.min(...hasty.errors.slice(0, -11)) - Math.min(...hasty.errors.slice(0, -1)),
    ).toBeGreaterThanOrEqual(0.05 * (first - last) * 0.99);
  });

  it('take no weights where leaves are quantiles', () => {
    const weights = new Float64Array(now.targets.length).fill(2);
    const weighed = { ...options, loss: quantileLoss(0.5), weights };
    expect(() => boostTrees(now.table, now.targets, weighed)).toThrow('quantile loss');
  });

  it('are the same to the last bit for a seed, and others for another', () => {
    const shares = { ...options, rowShare: 0.6, featureShare: 0.7 };
    const grown = (seed: number) => boostTrees(now.table, now.targets, { ...shares, seed });
    expect(grown(1).trees).toEqual(grown(1).trees);
    expect(grown(2).trees).not.toEqual(grown(1).trees);
    expect(errorOf(predictTrees(grown(1), later.table), later.targets)).toBeLessThan(0.3);
  });

  it('do not depend on the order of the rows: sums are exact', () => {
    const width = now.table.names.length;
    const order = Array.from(now.targets, (_, row) => row).reverse();
    const values = Float64Array.from(
      order.flatMap((row) => [...now.table.values.subarray(row * width, (row + 1) * width)]),
    );
    const turned = { ...now.table, values };
    const targets = Float64Array.from(order, (row) => now.targets[row]!);
    const a = boostTrees(now.table, now.targets, { ...options, rounds: 1 });
    const b = boostTrees(turned, targets, { ...options, rounds: 1 });
    const { gain: gainA, leaves: leavesA, ...formA } = a.trees[0]!;
    const { gain: gainB, leaves: leavesB, ...formB } = b.trees[0]!;
    expect(formA).toEqual(formB);
    leavesA.forEach((value, leaf) => {
      expect(value).toBeCloseTo(leavesB[leaf]!, 12);
      expect(gainA[leaf] ?? 0).toBeCloseTo(gainB[leaf] ?? 0, 6);
    });
  });

  it.each([
    ['one row', 1],
    ['fewer rows than a leaf', 5],
  ])('say the mean of %s', (_, rows) => {
    const few = sample(rows, 3);
    const mean = few.targets.reduce((sum, value) => sum + value, 0) / rows;
    const said = predictTrees(boostTrees(few.table, few.targets, options), later.table);
    expect(said.every((value) => Math.abs(value - mean) < 1e-12)).toBe(true);
  });
});
