import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  boltQuantiles,
  empiricalQuantile,
  interpolateQuantile,
  probabilityMasses,
  weightedQuantiles,
} from './quantile-levels.ts';

const levels = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const values = [1, 2, 4, 8, 16, 32, 64, 128, 256];

test('interpolates between levels, and stays level beyond them', () => {
  const at = (level: number) => interpolateQuantile({ levels, values }, level);
  expect(levels.map(at)).toEqual(values);
  expect(at(0.25)).toBeCloseTo(3, 12);
  expect(at(0.01)).toBe(1);
  expect(at(0.999)).toBe(256);
});

test('takes empirical quantiles as NumPy does by default', () => {
  // numpy.quantile([1, 2, 4, 8], [0, .1, .5, .9, 1])
  const sample = [1, 2, 4, 8];
  const found = [0, 0.1, 0.5, 0.9, 1].map((level) => empiricalQuantile(sample, level));
  for (const [i, wanted] of [1, 1.3, 3, 6.8, 8].entries()) expect(found[i]).toBeCloseTo(wanted, 12);
});

test('Bolt answers trained levels as they are, and others from the values with doubled ends', () => {
  expect(boltQuantiles({ levels, values }, [0.9, 0.1])).toEqual([256, 1]);
  const [below, beside, above] = boltQuantiles({ levels, values }, [0.02, 0.55, 0.99]);
  expect(below).toBe(1);
  expect(beside).toBeCloseTo(24, 9);
  expect(above).toBe(256);
});

test('probability masses are those of the middle between levels, and sum to one', () => {
  const masses = probabilityMasses([0.1, 0.5, 0.9]);
  for (const [i, wanted] of [0.25, 0.4, 0.25].entries())
    expect(masses[i]).toBeCloseTo(wanted / 0.9, 12);
});

test('weighted quantiles rise with the level and stay within the sample', () => {
  const weighted = fc.record({
    value: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    weight: fc.double({ min: 1e-6, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(weighted, { minLength: 2, maxLength: 30 }), (sample) => {
      const given = sample.map(({ value }) => value);
      const weights = sample.map(({ weight }) => weight);
      const found = weightedQuantiles({ values: given, weights }, levels);
      const slack = 1e-9 * Math.max(1, ...given.map(Math.abs));
      for (const [i, value] of found.entries()) {
        if (i > 0) expect(value).toBeGreaterThanOrEqual(found[i - 1]! - slack);
        expect(value).toBeGreaterThanOrEqual(Math.min(...given) - slack);
        expect(value).toBeLessThanOrEqual(Math.max(...given) + slack);
      }
    }),
  );
});
