import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { seededRandom } from '../numeric/random.ts';
import { harmonic } from './harmonic.ts';
import { harmonicsAt, regressOnHarmonics } from './harmonic-regression.ts';
import { logHarmonic } from './log-harmonic.ts';

interface Wanted {
  readonly period: number;
  readonly y: readonly number[];
  readonly regressions: readonly { phi: number; weights: readonly number[]; loglik: number }[];
}
const reference: { series: Record<string, Wanted> } = JSON.parse(
  readFileSync(new URL('../reference/harmonic.json', import.meta.url), 'utf8'),
);

describe('regressions on harmonics, against R’s arima with xreg', () => {
  it.each(Object.entries(reference.series))('%s', (_, { period, y, regressions }) => {
    const x = Float64Array.from(y);
    const ours = regressOnHarmonics(x, { period, most: 3 });
    expect(ours).toHaveLength(regressions.length);
    const constant = x.length * (1 + Math.log(2 * Math.PI));
    regressions.forEach(({ phi, weights, loglik }, harmonics) => {
      const { deviance, weights: own, phi: ownPhi } = ours[harmonics]!;
      // R also looks at errors that alternate, and at a memory that hardly ends; ours is the best within.
      if (phi < 0 || phi > 0.98) {
        expect(deviance + constant).toBeGreaterThan(-2 * loglik - 1e-6);
        return;
      }
      expect(Math.abs(deviance + constant + 2 * loglik)).toBeLessThan(1e-6);
      expect(Math.abs(ownPhi - phi)).toBeLessThan(1e-4);
      const size = Math.hypot(...weights, 1);
      weights.forEach((weight, i) => {
        expect(Math.abs(own[i]! - weight) / size).toBeLessThan(1e-4);
      });
    });
  });
});

describe('dynamic harmonic regression', () => {
  const WEEKS = 365.25 / 7;
  const year = (t: number) => 60 * Math.cos((2 * Math.PI * t) / WEEKS - 2);
  const random = seededRandom('harmonics', 4);
  const weeks = (n: number, season: (t: number) => number) =>
    Float64Array.from({ length: n }, (_, t) => 200 + season(t) + 10 * random.normal());

  it('sees a year of weeks in little more than one', () => {
    const y = weeks(66, year);
    const { mean } = harmonic.fit(y, { season: 52 })!.moments(26);
    for (const k of [3, 13, 25]) expect(Math.abs(mean[k]! - 200 - year(66 + k))).toBeLessThan(20);
  });

  it('sees none on a slope, and seldom in noise', () => {
    const slope = Float64Array.from({ length: 90 }, (_, t) => 200 + 0.8 * t + (t % 2));
    expect(harmonic.fit(slope, { season: 52 })!.parameters.harmonics).toBe(0);
    const seen = Array.from(
      { length: 40 },
      () =>
        harmonic.fit(
          weeks(90, () => 0),
          { season: 52 },
        )!.parameters.harmonics!,
    );
    expect(seen.filter((one) => one > 0).length).toBeLessThan(10);
  });

  it('draws harmonics towards none as far as chance may have made them', () => {
    const noise = seededRandom('drawn', 2);
    const errors = Array.from({ length: 70 }, () => 10 * noise.normal());
    const range = (values: Float64Array) => Math.max(...values) - Math.min(...values);
    const share = (amplitude: number) => {
      const y = Float64Array.from(errors, (e, t) => 200 + (amplitude / 60) * year(t) + e);
      const fitted = harmonic.fit(y, { season: 52 })!;
      const { weights } = regressOnHarmonics(y, { period: WEEKS, most: 3 })[
        fitted.parameters.harmonics!
      ]!;
      const whole = Float64Array.from({ length: 52 }, (_, k) =>
        harmonicsAt(weights, WEEKS, 70 + k),
      );
      return range(fitted.moments(52).mean) / range(whole);
    };
    expect(share(200)).toBeGreaterThan(0.95);
    expect(share(9)).toBeLessThan(0.93);
  });

  it('goes on from a longer history with the harmonics that it had', () => {
    const y = weeks(100, year);
    const early = harmonic.fit(y.slice(0, 70), { season: 52 })!;
    const later = early.update(y);
    expect(later.parameters.harmonics).toBe(early.parameters.harmonics);
    expect(later.residuals).toHaveLength(100);
  });

  it('says a constant, and nothing of a history without one season, or of a season too short for one', () => {
    const { mean } = harmonic.fit(new Float64Array(60).fill(7), { season: 52 })!.moments(3);
    for (const value of mean) expect(value).toBeCloseTo(7, 9);
    expect(harmonic.fit(weeks(51, year), { season: 52 })).toBeUndefined();
    expect(harmonic.fit(weeks(60, year), { season: 2 })).toBeUndefined();
    expect(harmonic.fit(new Float64Array(60).fill(Number.NaN), { season: 52 })).toBeUndefined();
  });

  it('fills in what was not observed', () => {
    const y = weeks(80, year);
    const gaps = y.map((value, t) => (t % 9 === 4 ? Number.NaN : value));
    const [whole, missing] = [y, gaps].map(
      (x) => harmonic.fit(x, { season: 52 })!.moments(13).mean,
    );
    for (let k = 0; k < 13; k++) expect(Math.abs(whole![k]! - missing![k]!)).toBeLessThan(15);
  });

  it('in logarithms, the harmonics of a year are factors', () => {
    const y = Float64Array.from({ length: 90 }, (_, t) =>
      Math.exp(5 + 0.01 * t + year(t) / 100 + 0.03 * random.normal()),
    );
    const { mean } = logHarmonic.fit(y, { season: 52 })!.moments(13);
    mean.forEach((value, k) => {
      expect(Math.abs(Math.log(value) - 5 - 0.01 * (90 + k) - year(90 + k) / 100)).toBeLessThan(
        0.2,
      );
    });
    expect(logHarmonic.fit(y.with(3, 0), { season: 52 })).toBeUndefined();
  });
});

test('harmonics at a period are the sum of their waves', () => {
  const weights = Float64Array.of(2, 3, 0.5, 0);
  expect(harmonicsAt(weights, 12, 0)).toBeCloseTo(2.5, 12);
  expect(harmonicsAt(weights, 12, 3)).toBeCloseTo(3 - 0.5, 12);
  expect(harmonicsAt(weights, 12, 15)).toBeCloseTo(3 - 0.5, 12);
});
