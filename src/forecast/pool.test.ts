import { describe, expect, it } from 'vitest';
import { forecast, type SeriesForecast } from './index.ts';
import type { Moments } from './moments.ts';
import { seededRandom } from './numeric/random.ts';
import { LEVEL, MOVING, MOVING_YEAR, weighPool } from './pool.ts';

const said = (names: readonly string[], length: number) => {
  const one: Moments = { horizon: 1, mean: Float64Array.of(5), factor: Float64Array.of(1) };
  return { names, length, moments: names.map(() => one) };
};

describe('weights of a pool', () => {
  const names = ['historic-average', 'local-level', 'imapa', 'tsb'];

  it('of one level move from those that stand to those that drift, the longer the history', () => {
    const [held, likely, imapa, tsb] = weighPool(LEVEL, said(names, 12));
    expect(held! + likely!).toBeGreaterThan(0.9);
    expect(likely).toBeGreaterThan(held!);
    expect(imapa).toBe(tsb);
    const later = weighPool(LEVEL, said(names, 120));
    expect(later[2]! + later[3]!).toBeGreaterThan(0.7);
  });

  it('sum to one, whoever could be fitted', () => {
    for (const some of [names, names.slice(0, 3), names.slice(1), names.slice(0, 2)])
      for (const pool of [LEVEL, MOVING, MOVING_YEAR]) {
        const weights = weighPool(pool, said(some, 30));
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
      }
  });
});

describe('those who see a year and those who do not', () => {
  const names = ['ets', 'mstl', 'theta', 'log-mstl', 'arima', 'ces'];
  const seen = (weights: readonly number[]) => weights[1]! + weights[3]!;

  it('share evenly before a backtest, however few they are', () => {
    expect(seen(weighPool(MOVING_YEAR, said(names, 140)))).toBeCloseTo(0.5, 12);
    expect(weighPool(MOVING_YEAR, said(names.slice(0, 2), 140))).toEqual([0.5, 0.5]);
  });

  it('share evenly where a backtest was unfair: most could not see a season then that they see now', () => {
    const errors = names.map((name) => (name.endsWith('mstl') ? 0.5 : 1));
    const weights = weighPool({ ...MOVING_YEAR, outgrown: true }, { ...said(names, 30), errors });
    expect(seen(weights)).toBeCloseTo(0.5, 12);
  });

  it('share by the inverse of their squared errors after it', () => {
    const errors = names.map((name) => (name.endsWith('mstl') ? 0.5 : 1));
    const weights = weighPool(MOVING_YEAR, { ...said(names, 140), errors });
    expect(seen(weights)).toBeCloseTo(0.8, 12);
    expect(weights[0]).toBeCloseTo(0.05, 12);
    const exact = names.map((name) => (name.endsWith('mstl') ? 0 : 1));
    expect(seen(weighPool(MOVING_YEAR, { ...said(names, 140), errors: exact }))).toBeGreaterThan(
      0.99,
    );
  });
});

describe('where a backtest proves little', () => {
  const random = seededRandom('weeks', 3);
  const told = (y: readonly number[], horizon: number) => {
    const [outcome] = forecast([{ id: 'weeks', y }], { horizon, season: 52 });
    return (outcome as SeriesForecast).choice;
  };
  const steady = Array.from({ length: 70 }, () => 4 + random.integer(9));
  const names = (y: readonly number[], horizon: number) =>
    told(y, horizon).members.map(({ method }) => method);

  it('noise in small counts has one level, whatever came near in eight weeks of it', () => {
    expect(names(steady, 8)).toEqual(['historic-average', 'local-level', 'imapa', 'tsb']);
  });

  it('small counts that drift may stop drifting, large ones go on', () => {
    const drifting = steady.map((units, t) => units + 3 * Math.floor(t / 5));
    expect(names(drifting, 8)).toEqual(expect.arrayContaining(['ets', 'theta', 'local-level']));
    const large = drifting.map((units) => 100 * units);
    expect(names(large, 8)).toEqual(expect.arrayContaining(['ets', 'theta']));
    expect(names(large, 8)).not.toContain('local-level');
  });

  it('a year of weeks is seen in less than three of them, where weeks resemble those of the year before', () => {
    const noise = seededRandom('year', 5);
    const usual = (t: number) => 1000 * (1 + 0.4 * Math.sin((2 * Math.PI * t) / 52));
    const weeks = (season: (t: number) => number) =>
      Array.from({ length: 143 }, (_, t) => season(t) * (1 + 0.05 * noise.normal()) + 0.5);
    const summer = weeks(usual);
    expect(names(summer, 13)).toEqual(expect.arrayContaining(['mstl', 'log-mstl', 'ets']));
    expect(
      names(
        weeks(() => 1000),
        13,
      ),
    ).not.toContain('mstl');
    const missed = (method: string) => {
      const [said] = forecast([{ id: 'weeks', y: summer }], { horizon: 13, season: 52, method });
      if (!said?.ok) throw new Error('refused');
      return said.mean.reduce((sum, mean, k) => sum + Math.abs(mean - usual(143 + k)), 0);
    };
    expect(missed('auto')).toBeLessThan(0.8 * missed('ets'));
  });

  it('a year is seen in the first of them by harmonics, of weeks and of months, and by nobody in noise', () => {
    const noise = seededRandom('first year', 2);
    const waves = (n: number, year: number, amplitude: number) =>
      Array.from({ length: n }, (_, t) =>
        Math.round(1000 + amplitude * Math.cos((2 * Math.PI * t) / year) + 40 * noise.normal()),
      );
    const ahead = (y: readonly number[], season: number, method = 'auto') => {
      const [said] = forecast([{ id: 'year', y }], { horizon: season / 4, season, method });
      return said as SeriesForecast;
    };
    for (const [n, season, scored] of [
      [14, 12, false],
      [20, 12, true],
      [60, 52, false],
      [90, 52, true],
    ] as const) {
      const y = waves(n, season, 400);
      const members = ahead(y, season).choice.members.map(({ method }) => method);
      expect(members).toEqual(expect.arrayContaining(['harmonic', 'log-harmonic']));
      const missed = (method: string) =>
        ahead(y, season, method).mean.reduce(
          (sum, mean, k) =>
            sum + Math.abs(mean - 1000 - 400 * Math.cos((2 * Math.PI * (n + k)) / season)),
          0,
        );
      // Before they could be scored, half of the say is theirs.
      if (scored) expect(missed('auto')).toBeLessThan(0.5 * missed('ets'));
      const still = Array.from({ length: 10 }, () => ahead(waves(n, season, 0), season));
      const seeing = still.filter(({ choice: { members } }) =>
        members.some(({ method, form }) => method.endsWith('harmonic') && !form.startsWith('0 ')),
      );
      expect(seeing.length).toBeLessThan(5);
    }
  });

  it('what every model sees in two years of months is left to all of them', () => {
    const noise = seededRandom('third year', 2);
    const y = Array.from({ length: 40 }, (_, t) => 500 + 200 * Math.cos(t) + 40 * noise.normal());
    const [said] = forecast([{ id: 'months', y }], { horizon: 6, season: 12 });
    const { scores } = said as SeriesForecast;
    expect(scores.map(({ method }) => method)).not.toContain('harmonic');
  });

  it('one level is said with what it is uncertain by, the more the fewer weeks tell it', () => {
    const widths = [8, 16, 64].map((weeks) => {
      const [said] = forecast([{ id: 'weeks', y: steady.slice(-weeks) }], {
        horizon: 4,
        season: 52,
      });
      return (said as SeriesForecast).calibration;
    });
    expect(widths.map(({ period }) => period)).toEqual([1 + 2 / 8, 1 + 2 / 16, 1 + 2 / 64]);
    expect(widths.map(({ cumulative }) => cumulative)).toEqual([1 + 1 / 8, 1 + 1 / 16, 1 + 1 / 64]);
  });

  it('twenty scored weeks of a long history are believed', () => {
    const long = Array.from({ length: 400 }, () => 4 + random.integer(9));
    expect(told(long, 20).candidates).toBeGreaterThan(told(steady, 8).candidates);
  });
});
