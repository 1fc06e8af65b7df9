import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { methods } from './catalogue.ts';
import { cumulativeQuantiles } from './distribution.ts';
import { forecast, type SeriesForecast } from './forecast.ts';

const LEVELS = [0.01, 0.1, 0.5, 0.9, 0.99];

const demand = fc.oneof(
  fc.integer({ min: 0, max: 30 }),
  fc.double({ min: 0, max: 1e4, noNaN: true }),
  fc.constant(0),
  fc.constant(Number.NaN),
  fc.constantFrom(5e-324, 1e-99, 1e99),
);

/** Series that shops really have, and some that they hardly can have. */
const nasty = fc.oneof(
  fc.array(demand, { minLength: 1, maxLength: 90 }),
  fc
    .tuple(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), fc.integer({ min: 1, max: 60 }))
    .map(([value, n]) => new Array<number>(n).fill(value)),
  fc
    .tuple(fc.integer({ min: 1, max: 80 }), fc.nat(79), fc.integer({ min: 1, max: 1e6 }))
    .map(([n, at, size]) => Array.from({ length: n }, (_, t) => (t === at % n ? size : 0))),
  fc
    .tuple(
      fc.integer({ min: 0, max: 60 }),
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }),
    )
    .map(([zeros, rest]) => [...new Array<number>(zeros).fill(0), ...rest]),
  fc.array(fc.double({ min: 1e-9, max: 1e-6, noNaN: true }), { minLength: 1, maxLength: 60 }),
  fc.array(fc.double({ min: 1e9, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 60 }),
);

const column = (value: fc.Arbitrary<number>) => fc.array(value, { maxLength: 100 });
const measured = fc.oneof(
  fc.double({ min: 0.01, max: 1000 }),
  fc.constantFrom(0, -1, 1e-300, 1e300, -1e300, Number.POSITIVE_INFINITY, Number.NaN),
);
/** What somebody may say is known: flags, categories, measurements and prices, too short, too long, and nonsense. */
const told = fc.option(
  fc.record(
    {
      covariates: fc.record(
        {
          flag: column(fc.constantFrom(0, 1, 1, Number.NaN)),
          kind: column(fc.nat(30)),
          measured: column(measured),
        },
        { requiredKeys: [] },
      ),
      price: column(measured),
    },
    { requiredKeys: [] },
  ),
  { nil: {} },
);

const method = fc.constantFrom('auto', ...methods.map(({ name }) => name));

function expectSound(outcome: SeriesForecast, horizon: number): void {
  expect(outcome.mean).toHaveLength(horizon);
  const sums = cumulativeQuantiles(outcome.predictive, LEVELS);
  for (const row of [outcome.mean, ...outcome.quantiles, ...sums.quantiles, sums.mean]) {
    for (const value of row) {
      expect(Number.isFinite(value)).toBe(true);
      expect(value).toBeGreaterThanOrEqual(0);
    }
  }
  for (const rows of [outcome.quantiles, sums.quantiles]) {
    for (let l = 1; l < LEVELS.length; l++) {
      for (let k = 0; k < horizon; k++) {
        expect(rows[l]![k]!).toBeGreaterThanOrEqual(rows[l - 1]![k]!);
      }
    }
  }
}

/** Amounts that are not whole units: counts have no scale. */
const amounts = fc.array(fc.double({ min: 1.01, max: 99.99, noNaN: true }), {
  minLength: 30,
  maxLength: 60,
});
/** Methods that know no unit: all but those of counts, whose searches end at the same place on any scale. */
const SCALING = [
  'naive',
  'seasonal-naive',
  'drift',
  'historic-average',
  'window-average',
  'local-level',
  'ses',
  'holt',
  'damped',
  'theta',
  'croston',
  'sba',
  'tsb',
  'adida',
  'imapa',
  'bootstrap',
  'npts',
  'ets',
  'auto',
];

describe('any series, any method', () => {
  it('gives sound numbers or a refusal, never an exception, on ten thousand series', () => {
    fc.assert(
      fc.property(
        nasty,
        told,
        method,
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(1, 4, 7, 12),
        (y, known, name, horizon, season) => {
          const [outcome] = forecast([{ id: 's', y, ...known }], {
            horizon,
            season,
            method: name,
            levels: LEVELS,
          });
          if (outcome!.ok) expectSound(outcome!, horizon);
          else expect(['empty_series', 'no_observation']).toContain(outcome!.code);
        },
      ),
      { numRuns: 10_000, seed: 11 },
    );
  }, 240_000);

  it('does not depend on the other series of a batch, or on their order', () => {
    const batches = fc.array(nasty, { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(batches, (batch) => {
        const series = batch.map((y, i) => ({ id: `s${i}`, y }));
        const options = { horizon: 5, levels: LEVELS };
        const together = forecast(series, options);
        const apart = [...series].reverse().map((one) => forecast([one], options)[0]!);
        together.forEach((outcome, i) => {
          const alone = apart[series.length - 1 - i]!;
          expect(alone.ok).toBe(outcome.ok);
          if (!outcome.ok || !alone.ok) return;
          expect(alone.quantiles).toEqual(outcome.quantiles);
          expect(alone.reason).toBe(outcome.reason);
          expect(alone.predictive.simulate(3)).toEqual(outcome.predictive.simulate(3));
        });
      }),
      { numRuns: 40, seed: 12 },
    );
  });

  it('follows the scale of demand: a power of two changes no digit', () => {
    const names = fc.constantFrom(...SCALING);
    fc.assert(
      fc.property(amounts, names, fc.integer({ min: 1, max: 9 }), (y, name, power) => {
        const factor = 2 ** power;
        const options = { horizon: 6, season: 4, method: name, levels: LEVELS };
        const [small] = forecast([{ id: 's', y }], options);
        const [large] = forecast([{ id: 's', y: y.map((value) => value * factor) }], options);
        if (!small!.ok || !large!.ok) throw new Error('both have observations');
        [small!.mean, ...small!.quantiles].forEach((row, i) => {
          const scaled = [large!.mean, ...large!.quantiles][i]!;
          row.forEach((value, k) => {
            expect(Math.abs(scaled[k]! / factor - value)).toBeLessThan(1e-6 * (1 + value));
          });
        });
      }),
      { numRuns: 150, seed: 13 },
    );
  });

  it('moves with the level of demand, where a model is linear in it', () => {
    const names = fc.constantFrom('naive', 'seasonal-naive', 'drift', 'historic-average', 'ses');
    fc.assert(
      fc.property(amounts, names, fc.integer({ min: 1, max: 500 }), (y, name, shift) => {
        const options = { horizon: 6, season: 4, method: name };
        const [low] = forecast([{ id: 's', y: y.map((value) => value + 500) }], options);
        const [high] = forecast([{ id: 's', y: y.map((value) => value + 500 + shift) }], options);
        if (!low!.ok || !high!.ok) throw new Error('both have observations');
        low!.mean.forEach((value, k) => {
          expect(Math.abs(high!.mean[k]! - shift - value)).toBeLessThan(0.01);
        });
      }),
      { numRuns: 100, seed: 14 },
    );
  });
});
