import { describe, expect, it } from 'vitest';
import { forecast, type SeriesForecast } from './forecast.ts';
import { seededRandom } from './numeric/random.ts';
import type { Series } from './types.ts';

const LEVELS = [0.1, 0.5, 0.9];
const DAY_OF_WEEK = [0.7, 0.8, 0.8, 0.9, 1.1, 1.4, 1.3];
const YEAR = 365.25;

type Options = Partial<Parameters<typeof forecast>[1]>;

/** Forecasts one series, and holds what must be true of every forecast. */
function said(series: Omit<Series, 'id'>, options: Options = {}): SeriesForecast {
  const [outcome] = forecast([{ id: 'sku', ...series }], {
    horizon: 14,
    levels: LEVELS,
    ...options,
  });
  if (!outcome!.ok) throw new Error(outcome!.code);
  for (const row of [outcome!.mean, ...outcome!.quantiles]) {
    for (const value of row) {
      expect(Number.isFinite(value)).toBe(true);
      expect(value).toBeGreaterThanOrEqual(0);
    }
  }
  return outcome as SeriesForecast;
}

/** Mean absolute error of the mean against what would have come without noise. */
function missedBy({ mean }: SeriesForecast, truth: (k: number) => number): number {
  return mean.reduce((sum, value, k) => sum + Math.abs(value - truth(k)), 0) / mean.length;
}

/** Daily units about a level that may depend on the day, with a weekly pattern and noise. */
function daily(n: number, level: (t: number) => number, noise = 3): number[] {
  const random = seededRandom('hard', 5);
  return Array.from({ length: n }, (_, t) =>
    Math.max(0, Math.round(level(t) * DAY_OF_WEEK[t % 7]! + noise * random.normal())),
  );
}

const flags = (n: number, on: (t: number) => boolean) =>
  Array.from({ length: n }, (_, t) => (on(t) ? 1 : 0));

describe('short and plain series', () => {
  it('length 1: goes on, and scatters as counts do', () => {
    const { mean, quantiles, choice } = said({ y: [9] });
    expect([...mean]).toEqual(new Array(14).fill(9));
    expect(quantiles[2]![0]!).toBeGreaterThan(quantiles[0]![0]!);
    expect(choice.code).toBe('by_rule');
  });

  it('length 2: lies between the two', () => {
    for (const value of said({ y: [4, 8] }).mean) {
      expect(value).toBeGreaterThanOrEqual(4);
      expect(value).toBeLessThanOrEqual(8);
    }
  });

  it.each([60, 100, 140, 300])(
    'the same week over %i days: goes on, and the noise of counting is not added to it',
    (n) => {
      const week = [30, 8, 8, 10, 12, 20, 40];
      const y = Array.from({ length: n }, (_, t) => week[t % 7]!);
      const { predictive } = said({ y }, { frequency: 'D' });
      const truth = Array.from({ length: 13 }, (_, k) => week[(n + k) % 7]!);
      const total = truth.reduce((sum, units) => sum + units, 0);
      for (const level of [0.05, 0.95])
        expect(Math.abs(predictive.sum(0, 13).quantile(level) / total - 1)).toBeLessThan(0.02);
    },
  );

  it.each([3, 10, 60, 400])('constant over %i periods: stays, without spread to speak of', (n) => {
    const { mean, quantiles } = said({ y: new Array(n).fill(20.5) });
    for (let k = 0; k < 14; k++) {
      expect(mean[k]!).toBeCloseTo(20.5, 6);
      if (n > 3) expect(quantiles[2]![k]! - quantiles[0]![k]!).toBeLessThan(0.1);
    }
  });

  it.each([1, 5, 50, 700])('all zeros over %i periods: nothing', (n) => {
    const { mean, quantiles } = said({ y: new Array(n).fill(0) });
    expect(Math.max(...mean, ...quantiles.flatMap((row) => [...row]))).toBe(0);
  });

  it.each([10, 60, 400])('one spike in %i periods: is not repeated', (n) => {
    const y = new Array<number>(n).fill(0);
    y[Math.floor(n / 2)] = 100;
    const { mean, quantiles } = said({ y });
    expect(Math.max(...mean)).toBeLessThan(100 / 3);
    expect(Math.max(...quantiles[1]!)).toBe(0);
  });

  it('errors whose squares are beyond all numbers: are weighed all the same', () => {
    for (const season of [1, 4])
      for (const y of [
        [5e-324, 0, 1e-99, 0, 1e99, 5e-324],
        [Number.NaN, Number.NaN, 1e-99, 1e-99, 0, 0, 1e99],
      ])
        said({ y }, { season });
  });

  it('one spike on steady sales: is not taken for the new level', () => {
    const y = daily(200, () => 40);
    y[150] = 2000;
    const { mean } = said({ y });
    expect(mean.reduce((sum, value) => sum + value, 0) / 14).toBeLessThan(1.4 * 40);
  });
});

describe('series that change', () => {
  it('trend break: follows the new level, not the mean of both', () => {
    const y = daily(300, (t) => (t < 200 ? 100 : 30));
    expect(missedBy(said({ y }), (k) => 30 * DAY_OF_WEEK[(300 + k) % 7]!)).toBeLessThan(6);
  });

  it('a trend that stops: does not run on for long', () => {
    const y = daily(300, (t) => (t < 240 ? 20 + t / 2 : 140));
    const { mean } = said({ y }, { horizon: 28 });
    expect(mean.reduce((sum, value) => sum + value, 0) / 28).toBeLessThan(165);
  });

  it('leading zeros: a product’s life begins with its first sale', () => {
    const y = [...new Array(500).fill(0), ...daily(60, () => 30)];
    expect(missedBy(said({ y }), (k) => 30 * DAY_OF_WEEK[(60 + k) % 7]!)).toBeLessThan(8);
  });

  it('a few leading zeros of a slow product: are demand like any other', () => {
    const random = seededRandom('slow', 2);
    const slow: number[] = Array.from({ length: 40 }, () => (random.uniform() < 0.4 ? 2 : 0));
    const rate = (slow.reduce((a, b) => a + b, 0) / 43) * 0.999;
    const { mean } = said({ y: [0, 0, 0, ...slow] }, { method: 'historic-average', windows: 0 });
    expect(mean[0]!).toBeCloseTo(rate, 1);
  });
});

describe('periods that are not what they seem', () => {
  it('stock-outs: a masked day is no day without demand', () => {
    const y = daily(280, () => 50);
    for (let t = 230; t < 270; t++) y[t] = Number.NaN;
    const truth = (k: number) => 50 * DAY_OF_WEEK[(280 + k) % 7]!;
    const masked = missedBy(said({ y }), truth);
    const counted = missedBy(said({ y: y.map((units) => units || 0) }), truth);
    expect(masked).toBeLessThan(6);
    expect(masked).toBeLessThan(counted);
  });

  it('missing days: gaps at random cost little', () => {
    const y = daily(280, () => 50);
    const random = seededRandom('gaps', 1);
    const holed = y.map((units) => (random.uniform() < 0.3 ? Number.NaN : units));
    expect(missedBy(said({ y: holed }), (k) => 50 * DAY_OF_WEEK[k % 7]!)).toBeLessThan(7);
  });

  it('every Sunday missing: Sundays are forecast all the same', () => {
    const y = daily(280, () => 50).map((units, t) => (t % 7 === 6 ? Number.NaN : units));
    expect(said({ y }).mean).toHaveLength(14);
  });

  it('a last period that is not over: does not pull the forecast down', () => {
    const random = seededRandom('weeks', 4);
    const weeks = Array.from({ length: 60 }, () => Math.round(200 + 10 * random.normal()));
    const y = [...weeks, 25];
    const options = { horizon: 6, frequency: 'W' } as const;
    const unfinished = said({ y, unfinished: true }, options);
    expect(missedBy(unfinished, () => 200)).toBeLessThan(10);
    expect(missedBy(said({ y }, options), () => 200)).toBeGreaterThan(
      missedBy(unfinished, () => 200),
    );
    expect(forecast([{ id: 'one', y: [25], unfinished: true }], options)[0]).toMatchObject({
      ok: false,
      code: 'no_observation',
    });
  });
});

describe('patterns and what is known in advance', () => {
  it('weekly and yearly pattern: less error than seasonal naive through the year', () => {
    const level = (t: number) => 100 * (1 + 0.5 * Math.sin((2 * Math.PI * t) / YEAR));
    const y = daily(1200, level, 8);
    const missed = (method: string) =>
      [900, 960, 1020, 1080, 1140, 1200].reduce((sum, n) => {
        const outcome = said({ y: y.slice(0, n) }, { method, horizon: 28 });
        return sum + missedBy(outcome, (k) => level(n + k) * DAY_OF_WEEK[(n + k) % 7]!);
      }, 0);
    expect(missed('auto')).toBeLessThan(0.8 * missed('seasonal-naive'));
  });

  it('moving holidays: a flagged day is forecast like those before it, on whatever date it falls', () => {
    const holidays = [90, 440, 812, 1006];
    const y = daily(1000, (t) => (holidays.includes(t) ? 160 : 40));
    const holiday = flags(1014, (t) => holidays.includes(t));
    const { mean } = said({ y, covariates: { holiday } });
    expect(mean[6]!).toBeGreaterThan(2 * mean[5]!);
    expect(mean[7]!).toBeLessThan(100);
  });

  it('promotions known ahead: lift the days that they are planned on, and no others', () => {
    const promoted = (t: number) => t % 23 < 3;
    const y = daily(400, (t) => (promoted(t) ? 90 : 30));
    const outcome = said({ y, covariates: { promotion: flags(414, promoted) } });
    const level = (k: number) => (promoted(400 + k) ? 90 : 30);
    expect(missedBy(outcome, (k) => level(k) * DAY_OF_WEEK[(400 + k) % 7]!)).toBeLessThan(12);
  });

  it.each(['ets', 'theta', 'npts'])(
    'promotions that are not known yet: %s expects as many of them as there were',
    (method) => {
      const promoted = (t: number) => t % 23 < 6;
      const y = daily(400, (t) => (promoted(t) ? 90 : 30));
      const promotion = flags(414, promoted).map((flag, t) => (t < 400 ? flag : Number.NaN));
      const outcome = said({ y, covariates: { promotion } }, { method });
      const level = 30 + (60 * 6) / 23;
      expect(missedBy(outcome, (k) => level * DAY_OF_WEEK[(400 + k) % 7]!)).toBeLessThan(12);
    },
  );
});
