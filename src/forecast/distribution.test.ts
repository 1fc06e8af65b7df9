import { describe, expect, it } from 'vitest';
import { cumulativeQuantiles, makePredictive } from './distribution.ts';
import { linearMoments } from './moments.ts';
import { seededRandom } from './numeric/random.ts';
import { COUNT, empiricalShape, GAMMA, NORMAL, type Shape } from './shape.ts';

const HORIZON = 12;
const skewed = empiricalShape(
  Float64Array.from({ length: 500 }, (_, i) => -Math.log((i + 0.5) / 500)),
)!;

function predictive(shape: Shape, { mean = 40, sigma = 6 } = {}) {
  const moments = linearMoments({
    mean: new Float64Array(HORIZON).fill(mean),
    sigma,
    echo: () => 0.2,
  });
  return makePredictive({ moments, shape, key: 'example', seed: 4 });
}

/** Mean, standard deviation and 90 % quantile of the sums of sample paths. */
function sampled(paths: Float64Array, from: number, to: number) {
  const sums = new Float64Array(paths.length / HORIZON);
  for (let row = 0; row < sums.length; row++) {
    for (let k = from; k < to; k++) sums[row]! += paths[row * HORIZON + k]!;
  }
  const mean = sums.reduce((a, b) => a + b) / sums.length;
  const variance = sums.reduce((a, b) => a + (b - mean) ** 2, 0) / sums.length;
  return { mean, sd: Math.sqrt(variance), p90: sums.sort()[Math.floor(0.9 * sums.length)]! };
}

describe('predictive distribution', () => {
  it.each([
    ['normal', NORMAL],
    ['gamma', GAMMA],
    ['count', COUNT],
    ['empirical', skewed],
  ] as const)('%s: sums agree with sample paths', (_, shape) => {
    const said = predictive(shape);
    const paths = said.simulate(20_000);
    for (const [from, to] of [
      [0, 1],
      [0, HORIZON],
      [3, 8],
    ] as const) {
      const own = said.sum(from, to);
      const drawn = sampled(paths, from, to);
      expect(Math.abs(own.mean / drawn.mean - 1)).toBeLessThan(0.01);
      // A Gaussian copula gives skewed or whole demand a little less correlation than the shocks have.
      expect(Math.abs(own.sd / drawn.sd - 1)).toBeLessThan(0.07);
      expect(Math.abs(own.quantile(0.9) / drawn.p90 - 1)).toBeLessThan(0.03);
    }
  });

  it('knows the variance of a random walk and of its sum', () => {
    const moments = linearMoments({ mean: Float64Array.of(9, 9, 9), sigma: 2, echo: () => 1 });
    const said = makePredictive({ moments, shape: NORMAL, key: 'walk', seed: 1 });
    expect(Array.from(said.sd, (sd) => sd ** 2)).toEqual([4, 8, 12].map((v) => expect.closeTo(v)));
    // Var(3ε₁ + 2ε₂ + ε₃) = (9 + 4 + 1) σ².
    expect(said.sum(0, 3).sd ** 2).toBeCloseTo(56, 10);
    expect(said.sum(1, 3).sd ** 2).toBeCloseTo((4 + 4 + 1) * 4, 10);
  });

  it('gives whole units for counts, and the Poisson for counts without excess variance', () => {
    const said = predictive(COUNT, { mean: 3.2, sigma: 0.5 });
    expect([0.9, 0.95, 0.99].map((level) => said.quantile(level)[0])).toEqual([6, 6, 8]);
    for (const value of said.simulate(50)) expect(Number.isInteger(value)).toBe(true);
  });

  it('is cut at zero', () => {
    const said = predictive(NORMAL, { mean: 1, sigma: 6 });
    expect(said.quantile(0.05)[0]).toBe(0);
    expect(Math.min(...said.simulate(500))).toBe(0);
    expect(predictive(NORMAL, { mean: -3, sigma: 1 }).mean[0]).toBe(0);
  });

  it('repeats its paths for a seed', () => {
    expect(predictive(COUNT).simulate(20)).toEqual(predictive(COUNT).simulate(20));
  });

  it('scales single periods and sums by their own factors', () => {
    const moments = linearMoments({
      mean: new Float64Array(HORIZON).fill(40),
      sigma: 6,
      echo: () => 0,
    });
    const parts = { moments, shape: NORMAL, key: 'scaled', seed: 1 };
    const plain = makePredictive(parts);
    const scaled = makePredictive({ ...parts, calibration: { period: 1.5, cumulative: 3 } });
    expect(scaled.sd[0]! / plain.sd[0]!).toBeCloseTo(1.5, 10);
    expect(scaled.sum(0, 1).sd / plain.sum(0, 1).sd).toBeCloseTo(1.5, 10);
    expect(scaled.sum(0, HORIZON).sd / plain.sum(0, HORIZON).sd).toBeCloseTo(3, 10);
  });
});

describe('cumulativeQuantiles', () => {
  it('is the sum from now on, for every window', () => {
    const said = predictive(COUNT);
    const table = cumulativeQuantiles(said, [0.5, 0.95]);
    for (const w of [1, 5, HORIZON]) {
      expect(table.mean[w - 1]).toBeCloseTo(said.sum(0, w).mean, 9);
      expect(table.quantiles[1]![w - 1]).toBe(said.sum(0, w).quantile(0.95));
    }
  });

  it('never falls with the window, nor with the level', () => {
    const mean = Float64Array.from({ length: HORIZON }, (_, k) => (k % 3 === 0 ? 5 : 0));
    const moments = linearMoments({ mean, sigma: 3, echo: () => -0.9 });
    const said = makePredictive({ moments, shape: NORMAL, key: 'falling', seed: 1 });
    const { quantiles } = cumulativeQuantiles(said, [0.1, 0.5, 0.9]);
    for (let w = 0; w < HORIZON; w++) {
      expect(quantiles[0]![w]!).toBeLessThanOrEqual(quantiles[1]![w]!);
      expect(quantiles[1]![w]!).toBeLessThanOrEqual(quantiles[2]![w]!);
      if (w > 0) expect(quantiles[2]![w]!).toBeGreaterThanOrEqual(quantiles[2]![w - 1]!);
    }
  });

  it('asks a predictive of another kind through its sums', () => {
    const said = predictive(NORMAL);
    const other = {
      horizon: said.horizon,
      mean: said.mean,
      quantile: (level: number) => said.quantile(level),
      sum: (from: number, to: number) => said.sum(from, to),
      simulate: (count: number) => said.simulate(count),
    };
    expect(cumulativeQuantiles(other, [0.8]).quantiles[0]).toEqual(
      cumulativeQuantiles(said, [0.8]).quantiles[0],
    );
  });
});

describe('empirical errors', () => {
  it('needs forty of them, and some spread', () => {
    expect(empiricalShape(new Float64Array(39).map((_, i) => i))).toBeUndefined();
    expect(empiricalShape(new Float64Array(100).fill(2))).toBeUndefined();
  });

  it('gives back the quantiles of what it was made from, and tends to a normal in sums', () => {
    const random = seededRandom('errors', 2);
    const errors = Float64Array.from({ length: 1000 }, () => -Math.log(random.uniform()));
    const shape = empiricalShape(errors)!;
    const one = makePredictive({
      moments: linearMoments({ mean: Float64Array.of(10), sigma: 1, echo: () => 0 }),
      shape,
      key: 'own',
      seed: 1,
    });
    // A standard exponential has its 90 % quantile 1.303 deviations above its mean.
    expect(one.quantile(0.9)[0]).toBeGreaterThan(11.15);
    expect(one.quantile(0.9)[0]).toBeLessThan(11.45);
    expect(one.quantile(0.9999)[0]!).toBeGreaterThan(one.quantile(0.995)[0]!);
  });
});
