import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  negativeBinomialCdf,
  negativeBinomialQuantile,
  poissonCdf,
  poissonQuantile,
} from './counts.ts';
import { gammaQuantile, incompleteGamma, logGamma } from './gamma.ts';
import { normalCdf, normalPdf, normalQuantile } from './normal.ts';
import { seededRandom } from './random.ts';

const reference: Record<string, number[][]> = JSON.parse(
  readFileSync(new URL('../reference/special-functions.json', import.meta.url), 'utf8'),
);

/** Each row of the fixture: arguments first, scipy's value last. */
const CHECKS: readonly [string, (row: number[]) => number, number, 'absolute' | 'relative'][] = [
  ['normalPdf', ([z]) => normalPdf(z!), 1e-13, 'relative'],
  ['normalCdf', ([z]) => normalCdf(z!), 1e-13, 'absolute'],
  ['normalQuantile', ([p]) => normalQuantile(p!), 1e-12, 'relative'],
  ['logGamma', ([x]) => logGamma(x!), 1e-12, 'relative'],
  ['incompleteGamma', ([a, x]) => incompleteGamma(a!, x!), 1e-11, 'absolute'],
  [
    'gammaQuantile',
    ([p, mean, sd]) => gammaQuantile(p!, { mean: mean!, sd: sd! }),
    1e-8,
    'relative',
  ],
  ['poissonCdf', ([x, mean]) => poissonCdf(x!, mean!), 1e-10, 'absolute'],
  ['poissonQuantile', ([p, mean]) => poissonQuantile(p!, mean!), 0, 'absolute'],
  [
    'negativeBinomialCdf',
    ([x, mean, variance]) => negativeBinomialCdf(x!, { mean: mean!, variance: variance! }),
    1e-10,
    'absolute',
  ],
  [
    'negativeBinomialQuantile',
    ([p, mean, variance]) => negativeBinomialQuantile(p!, { mean: mean!, variance: variance! }),
    0,
    'absolute',
  ],
];

describe('special functions agree with scipy', () => {
  it.each(CHECKS)('%s', (name, compute, tolerance, kind) => {
    const rows = reference[name]!;
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) {
      const wanted = row.at(-1)!;
      const bound =
        kind === 'absolute' ? tolerance : tolerance * Math.max(Math.abs(wanted), 1e-280);
      expect(Math.abs(compute(row) - wanted), `${name} ${row}`).toBeLessThanOrEqual(bound);
    }
  });
});

describe('counts too large to count', () => {
  it('are given as amounts, and come to an end', () => {
    for (const mean of [1e8, 1e15, 1e99]) {
      const sd = mean / 5;
      expect(negativeBinomialQuantile(0.5, { mean, variance: sd * sd }) / mean).toBeCloseTo(
        0.987,
        2,
      );
      expect(poissonQuantile(0.99, mean) / mean).toBeCloseTo(1, 3);
    }
  });
});

describe('vectors of the planning specification', () => {
  it('gives the smallest x with F(x) ≥ p', () => {
    const levels = [0.9, 0.95, 0.99];
    expect(levels.map((p) => poissonQuantile(p, 3.2))).toEqual([6, 6, 8]);
    expect(levels.map((p) => poissonQuantile(p, 8))).toEqual([12, 13, 15]);
    const counts = { mean: 8, variance: 20 };
    expect(levels.map((p) => negativeBinomialQuantile(p, counts))).toEqual([14, 16, 21]);
    const gamma = levels.map((p) => gammaQuantile(p, { mean: 50, sd: 30 }));
    [90.214, 107.298, 144.483].forEach((wanted, i) => {
      expect(gamma[i]).toBeCloseTo(wanted, 3);
    });
  });
});

describe('seededRandom', () => {
  it('repeats for a key and a seed, and differs between keys', () => {
    const draw = (key: string, seed: number) => {
      const random = seededRandom(key, seed);
      return Array.from({ length: 5 }, () => random.uniform());
    };
    expect(draw('a', 1)).toEqual(draw('a', 1));
    expect(draw('a', 1)).not.toEqual(draw('b', 1));
    expect(draw('a', 1)).not.toEqual(draw('a', 2));
  });

  it('has the moments of the standard normal and of the uniform', () => {
    const random = seededRandom('moments', 7);
    const n = 200_000;
    let mean = 0;
    let square = 0;
    let uniform = 0;
    for (let i = 0; i < n; i++) {
      const z = random.normal();
      mean += z / n;
      square += (z * z) / n;
      uniform += random.uniform() / n;
    }
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(Math.abs(square - 1)).toBeLessThan(0.02);
    expect(Math.abs(uniform - 0.5)).toBeLessThan(0.005);
  });
});
