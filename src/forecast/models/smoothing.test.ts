import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { Model } from '../model.ts';
import { seededRandom } from '../numeric/random.ts';
import { ces } from './ces.ts';
import { dynamicTheta } from './dynamic-theta.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../reference/${name}.json`, import.meta.url), 'utf8')).series;
const series: Record<string, { m: number; y: number[] }> = read('arima');
type Said = { readonly mean: readonly number[]; readonly mse: number };
const expected: Record<string, { ces: Said; dynamicTheta: Said }> = read('smoothing');

function meanSquare(model: Model, name: string): number {
  const { m, y } = series[name]!;
  const { residuals } = model.fit(Float64Array.from(y), { season: m })!;
  const later = residuals.slice(12);
  return later.reduce((sum, e) => sum + e * e, 0) / later.length;
}

test.each(Object.keys(series))('%s: CES fits no worse than statsforecast', (name) => {
  expect(meanSquare(ces, name)).toBeLessThan(expected[name]!.ces.mse * 1.1);
});

test.each(Object.keys(series))('%s: dynamic Theta fits no worse than statsforecast', (name) => {
  expect(meanSquare(dynamicTheta, name)).toBeLessThan(expected[name]!.dynamicTheta.mse * 1.02);
});

test.each([ces, dynamicTheta])(
  '$name goes on from a longer history with the same weights',
  (model) => {
    const y = Float64Array.from(series.UKgas!.y);
    const short = model.fit(y.subarray(0, 90), { season: 4 })!;
    const { mean } = short.update(y).moments(8);
    expect(mean.length).toBe(8);
    expect(mean.every((value) => value > 0 && value < 3000)).toBe(true);
  },
);

test.each([ces, dynamicTheta])('$name on a constant says the constant', (model) => {
  const fit = model.fit(new Float64Array(30).fill(7), { season: 7 })!;
  for (const value of fit.moments(10).mean) expect(value).toBeCloseTo(7, 3);
});

describe('the search of CES', () => {
  const WEEK = [30, 20, 18, 19, 25, 40, 52];
  const LENGTHS = [178, 185, 192, 199, 206, 213, 220];

  /** Weeks with a promotion taken out, which leaves no number whole. */
  function weeks(seed: number, length: number): Float64Array {
    const random = seededRandom('engine-checks', seed);
    return Float64Array.from({ length }, (_, t) => {
      const units = WEEK[t % 7]! + Math.round(3 * random.normal());
      return t % 9 === 4 ? (3 * units) / 2.9355311393737793 : units;
    });
  }

  it.each([7, 8, 12, 15, 17, 23])(
    'ends in the same place whatever the last bits of its numbers are: weeks %i',
    (seed) => {
      for (const length of LENGTHS) {
        const y = weeks(seed, length);
        const fitted = ces.fit(y, { season: 7 })!;
        for (const power of [-52, -51, -50]) {
          const shaken = y.map((units, t) => units * (1 + (t % 3 === 0 ? 2 ** power : 0)));
          const again = ces.fit(shaken, { season: 7 })!;
          expect(again.form, `${length} periods`).toBe(fitted.form);
          const { mean } = fitted.moments(7);
          again.moments(7).mean.forEach((value, k) => {
            expect(Math.abs(value / mean[k]! - 1), `${length} periods`).toBeLessThan(1e-6);
          });
        }
      }
    },
  );
});
