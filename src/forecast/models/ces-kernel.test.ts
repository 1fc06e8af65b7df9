import { expect, test } from 'vitest';
import { seededRandom } from '../numeric/random.ts';
import {
  type CesSeason,
  cesPass,
  cesSlope,
  copyOf,
  emptyStates,
  firstStates,
  newTrace,
} from './ces-kernel.ts';

const WEIGHTS: Readonly<Record<CesSeason, readonly number[]>> = {
  none: [1.3, 0.95],
  simple: [1.2, 0.9],
  partial: [1.3, 0.95, 0.2],
  full: [1.3, 0.95, 1.1, 0.97],
};

test.each(Object.keys(WEIGHTS) as CesSeason[])('%s: slopes are those of the squares', (season) => {
  const random = seededRandom('ces-kernel', 1);
  const y = Float64Array.from({ length: 40 }, (_, t) => 20 + 5 * (t % 4) + random.normal());
  const form = { season, m: season === 'none' ? 1 : 4 };
  const first = firstStates(y, form, Float64Array.of(-7, -2, 3, 6));
  const squaresAt = (weights: Float64Array) => cesPass(y, { form, weights, states: copyOf(first) });
  const weights = Float64Array.from(WEIGHTS[season]);
  const trace = newTrace(y.length);
  cesPass(y, { form, weights, states: copyOf(first) }, trace);
  weights.forEach((weight, which) => {
    const [up, down] = [1e-5, -1e-5].map((step) => squaresAt(weights.with(which, weight + step)));
    const slope = cesSlope(trace, { form, weights, slopes: emptyStates(form) }, which);
    expect(slope / ((up! - down!) / 2e-5)).toBeCloseTo(1, 5);
  });
});
