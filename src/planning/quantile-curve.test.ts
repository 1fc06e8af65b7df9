import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gammaQuantile, normalCdf, normalQuantile } from '../forecast/index.ts';
import { normalLoss } from './fill-rate.ts';
import { curveAtMost, curveQuantile, curveShortage, type QuantileCurve } from './quantile-curve.ts';

const LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];
const scores = Float64Array.from(LEVELS, normalQuantile);

function curveOf(units: readonly number[]): QuantileCurve {
  return { scores, units: Float64Array.from(units) };
}

/** Quantiles of any shape: rising steps, some of them flat. */
const anyCurve = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 8, maxLength: 8 })
  .map((steps) => {
    let units = 0;
    return curveOf(steps.map((step) => (units += step)));
  });

describe('a curve of quantiles', () => {
  it('meets a normal distribution exactly, inside and outside its levels', () => {
    const curve = curveOf(LEVELS.map((level) => 100 + 10 * normalQuantile(level)));
    for (const z of [-3, -1.7, -0.3, 0, 0.8, 2.1, 3.5]) {
      expect(curveQuantile(curve, z)).toBeCloseTo(100 + 10 * z, 9);
      expect(curveAtMost(curve, 100 + 10 * z)).toBeCloseTo(normalCdf(z), 9);
      expect(curveShortage(curve, 100 + 10 * z)).toBeCloseTo(10 * normalLoss(z), 9);
    }
  });

  it('is never below 0, and rises with the level', () => {
    fc.assert(
      fc.property(anyCurve, (curve) => {
        let before = 0;
        for (let z = -5; z <= 5; z += 0.1) {
          const units = curveQuantile(curve, z);
          expect(units).toBeGreaterThanOrEqual(before - 1e-9);
          before = units;
        }
      }),
      { seed: 1 },
    );
  });

  it('knows its own probabilities', () => {
    fc.assert(
      fc.property(anyCurve, fc.double({ min: 0, max: 90, noNaN: true }), (curve, x) => {
        const atMost = curveAtMost(curve, x);
        // F(x) ≥ p exactly where the quantile at p is at most x.
        for (const p of [0.02, 0.3, 0.6, 0.93, 0.995])
          if (Math.abs(p - atMost) > 1e-9)
            expect(curveQuantile(curve, normalQuantile(p)) <= x + 1e-9).toBe(atMost > p);
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it('has the shortage that numerical integration finds', () => {
    fc.assert(
      fc.property(anyCurve, fc.double({ min: 0, max: 60, noNaN: true }), (curve, x) => {
        let sum = 0;
        const width = 0.002;
        for (let z = -8 + width / 2; z < 8; z += width) {
          const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
          sum += Math.max(0, curveQuantile(curve, z) - x) * density * width;
        }
        expect(Math.abs(curveShortage(curve, x) - sum)).toBeLessThan(1e-4 * Math.max(1, sum));
      }),
      { numRuns: 40, seed: 3 },
    );
  });

  it('stays close to a gamma between its levels', () => {
    const demand = { mean: 50, sd: 30 };
    const curve = curveOf(LEVELS.map((level) => gammaQuantile(level, demand)));
    for (const level of [0.3, 0.6, 0.85, 0.93, 0.97]) {
      const wanted = gammaQuantile(level, demand);
      const found = curveQuantile(curve, normalQuantile(level));
      expect(Math.abs(found / wanted - 1)).toBeLessThan(0.02);
    }
  });
});
