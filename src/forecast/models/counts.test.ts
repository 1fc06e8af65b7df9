import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { forecast } from '../forecast.ts';
import { bootstrap } from './bootstrap.ts';
import { logLikelihood, negativeBinomial } from './negative-binomial.ts';
import { zeroInflated } from './zero-inflated.ts';

interface Wanted {
  readonly y: number[];
  readonly negativeBinomial: { level: number; size: number; likelihood: number };
  readonly zeroInflated: { idle: number; rate: number };
  readonly sums: number[];
}
const reference: { periods: number; levels: number[]; series: Record<string, Wanted> } = JSON.parse(
  readFileSync(new URL('../reference/counts.json', import.meta.url), 'utf8'),
);
const cases = Object.entries(reference.series);

describe('count models against scipy', () => {
  it.each(cases)(
    '%s: likelihood of the negative binomial',
    (_, { y, negativeBinomial: wanted }) => {
      const counts = Float64Array.from(y);
      const levels = new Float64Array(y.length).fill(wanted.level);
      const likelihood = logLikelihood(counts, { levels, size: wanted.size });
      expect(likelihood).toBeCloseTo(wanted.likelihood, 6);
    },
  );

  it.each(cases)(
    '%s: the negative binomial is no less likely',
    (_, { y, negativeBinomial: at }) => {
      const counts = Float64Array.from(y);
      const { parameters, residuals } = negativeBinomial.fit(counts, { season: 1 })!;
      const levels = counts.map((value, t) => value - residuals[t]!);
      const found = logLikelihood(counts, { levels, size: parameters.size! });
      expect(found).toBeGreaterThan(at.likelihood - 1e-6);
      if (parameters.alpha !== 0) return;
      // A Poisson has no largest size: the search ends where its bounds are.
      const size = Math.min(parameters.size!, 1000);
      expect(Math.abs(Math.log(size / Math.min(at.size, 1000)))).toBeLessThan(1e-3);
    },
  );

  it.each(cases)('%s: zero-inflated Poisson', (_, { y, zeroInflated: wanted }) => {
    const { parameters } = zeroInflated.fit(Float64Array.from(y), { season: 1 })!;
    expect(parameters.idle).toBeCloseTo(wanted.idle, 4);
    expect(parameters.rate).toBeCloseTo(wanted.rate, 4);
  });

  it.each(cases)('%s: sums of the bootstrap, against the exact convolution', (id, { y, sums }) => {
    const options = { horizon: reference.periods, season: 1, method: 'bootstrap', windows: 0 };
    const [outcome] = forecast([{ id, y }], options);
    if (!outcome!.ok) throw new Error(outcome!.code);
    const whole = outcome!.predictive.sum(0, reference.periods);
    reference.levels.forEach((level, i) => {
      expect(Math.abs(whole.quantile(level) - sums[i]!)).toBeLessThanOrEqual(1 + 0.02 * sums[i]!);
    });
  });
});

describe('count models', () => {
  it('leave amounts that are no counts, and histories without demand, to others', () => {
    for (const model of [negativeBinomial, zeroInflated]) {
      expect(model.fit(Float64Array.from([0.5, 1, 2]), { season: 1 })).toBeUndefined();
      expect(model.fit(new Float64Array(8), { season: 1 })).toBeUndefined();
    }
    expect(bootstrap.fit(Float64Array.from([1, 2, Number.NaN]), { season: 1 })).toBeUndefined();
  });

  it('draw the same sums from the same history', () => {
    const y = Float64Array.from([0, 0, 3, 0, 1, 0, 0, 5, 0, 2]);
    const tables = [1, 2].map(
      () => bootstrap.fit(y, { season: 1 })!.moments(4).sums!.at(-1)!.table,
    );
    expect(tables[0]).toEqual(tables[1]);
  });
});
