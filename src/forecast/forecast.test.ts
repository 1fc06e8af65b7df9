import { describe, expect, it } from 'vitest';
import { forecast, type SeriesForecast } from './forecast.ts';
import { seededRandom } from './numeric/random.ts';

const WEEK = [30, 20, 18, 19, 25, 40, 52];

/** Daily demand with a weekly pattern, whole units. */
function weekly(n: number, noise = 2): number[] {
  const random = seededRandom('weekly', 8);
  return Array.from({ length: n }, (_, t) =>
    Math.max(0, Math.round(WEEK[t % 7]! + noise * random.normal())),
  );
}

function one(y: readonly number[], options: Partial<Parameters<typeof forecast>[1]> = {}) {
  const [outcome] = forecast([{ id: 'sku', y }], { horizon: 14, ...options });
  if (!outcome!.ok) throw new Error(outcome!.code);
  return outcome as SeriesForecast;
}

describe('auto', () => {
  it('finds a weekly pattern, and says why it took what it took', () => {
    const outcome = one(weekly(280));
    for (let k = 0; k < 14; k++) expect(Math.abs(outcome.mean[k]! - WEEK[k % 7]!)).toBeLessThan(3);
    expect(outcome.demandClass).toBe('smooth');
    expect(outcome.scores.map(({ method }) => method)).toContain('seasonal-naive');
    expect(outcome.reason).toMatch(/: RMSSE 0\.\d+ against 0\.\d+ for seasonal naive\.$/);
    expect(outcome.choice.members.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 10);
    const best = Math.min(...outcome.scores.map(({ rmsse }) => rmsse));
    const taken = outcome.scores.find(({ method }) => method === outcome.method)!;
    expect(taken.rmsse).toBeLessThan(best * 1.3);
  });

  it('covers about what it promises', () => {
    const y = weekly(420, 4);
    let inside = 0;
    for (let origin = 280; origin < 420; origin += 14) {
      const { quantiles } = one(y.slice(0, origin), { levels: [0.1, 0.9] });
      for (let k = 0; k < 14; k++) {
        const actual = y[origin + k]!;
        if (actual >= quantiles[0]![k]! && actual <= quantiles[1]![k]!) inside++;
      }
    }
    expect(inside / 140).toBeGreaterThan(0.7);
    expect(inside / 140).toBeLessThan(0.95);
  });

  it('takes demand on days that were not observed for missing, not for zero', () => {
    const y = weekly(200);
    for (let t = 150; t < 165; t++) y[t] = Number.NaN;
    for (let t = 190; t < 200; t++) y[t] = Number.NaN;
    const outcome = one(y);
    for (let k = 0; k < 14; k++) {
      expect(Math.abs(outcome.mean[k]! - WEEK[(200 + k) % 7]!)).toBeLessThan(4);
    }
  });

  it('forecasts slow movers as counts, and not by repeating single sales', () => {
    const random = seededRandom('slow', 3);
    const y = Array.from({ length: 200 }, () =>
      random.uniform() < 0.15 ? 1 + random.integer(4) : 0,
    );
    const outcome = one(y);
    expect(['intermittent', 'lumpy']).toContain(outcome.demandClass);
    expect(outcome.method).not.toBe('seasonal-naive');
    for (const row of outcome.quantiles) {
      for (const value of row) expect(Number.isInteger(value)).toBe(true);
    }
    expect(Number.isInteger(outcome.predictive.sum(0, 9).quantile(0.97))).toBe(true);
  });

  it('leaves models of one level out where weeks repeat, also in slow demand', () => {
    const flat = ['window-average', 'historic-average', 'croston', 'sba', 'tsb'];
    const random = seededRandom('gaps', 5);
    const sold = (chance: number) => Number(random.uniform() < chance);
    const weekends = Array.from({ length: 400 }, (_, t) => sold(t % 7 < 2 ? 0.9 : 0.2));
    for (const y of [weekly(280, 10), weekends]) {
      const tried = one(y).scores.map(({ method }) => method);
      expect(tried).toEqual(expect.arrayContaining(['seasonal-naive', 'ets', 'theta']));
      expect(tried.filter((method) => flat.includes(method))).toEqual([]);
    }
    const anyDay = one(Array.from({ length: 400 }, () => sold(0.4)));
    expect(anyDay.scores.map(({ method }) => method)).toEqual(expect.arrayContaining(flat));
  });

  it('does not count the time before the first sale', () => {
    const y = [...new Array(300).fill(0), ...weekly(28)];
    const fresh = one(y, { method: 'historic-average' });
    expect(fresh.mean[0]).toBeGreaterThan(25);
    expect(fresh.demandClass).toBe('smooth');
  });

  it('gives a product that never sold nothing', () => {
    const outcome = one(new Array(60).fill(0));
    expect(outcome.demandClass).toBe('no-demand');
    expect(Math.max(...outcome.mean, ...outcome.quantiles.at(-1)!)).toBe(0);
  });

  it('spreads a single observation as a Poisson, by rule', () => {
    const outcome = one([4], { levels: [0.1, 0.9] });
    expect(outcome.choice.code).toBe('by_rule');
    expect(outcome.quantiles.map((row) => row[0])).toEqual([2, 7]);
  });
});

describe('a method asked for by name', () => {
  it('is used, and compared with seasonal naive', () => {
    const outcome = one(weekly(150), { method: 'ets' });
    expect(outcome.method).toBe('ets');
    expect(outcome.choice.members[0]!.form).toMatch(/^ETS\(/);
    expect(outcome.scores.map(({ method }) => method).sort()).toEqual(['ets', 'seasonal-naive']);
  });

  it('gives way by name and with its reason where it cannot be fitted', () => {
    const outcome = one([0, 0, 0, 0, 0, 0], { method: 'croston' });
    expect(outcome.method).not.toBe('croston');
    expect(outcome.choice).toMatchObject({ code: 'fallback', instead: 'croston' });
    expect(outcome.reason).toContain('stands in for croston');
  });
});

describe('refusals', () => {
  it('are per series, in order, and do not disturb the others', () => {
    const outcomes = forecast(
      [
        { id: 'a', y: [] },
        { id: 'b', y: [1, 2, 3] },
        { id: 'c', y: [Number.NaN, Number.NaN] },
        { id: 'd', y: [1, Number.POSITIVE_INFINITY] },
      ],
      { horizon: 3 },
    );
    expect(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.code))).toEqual([
      'empty_series',
      'ok',
      'no_observation',
      'not_finite',
    ]);
    expect(outcomes.map(({ seriesId }) => seriesId)).toEqual(['a', 'b', 'c', 'd']);
  });

  it.each([
    [{ horizon: 0 }, 'bad_horizon'],
    [{ horizon: 2.5 }, 'bad_horizon'],
    [{ horizon: 1001 }, 'bad_horizon'],
    [{ horizon: 3, season: 0 }, 'bad_season'],
    [{ horizon: 3, frequency: 'X' as 'D' }, 'bad_season'],
    [{ horizon: 3, levels: [0.5, 1] }, 'bad_level'],
    [{ horizon: 3, levels: [Number.NaN] }, 'bad_level'],
    [{ horizon: 3, method: 'oracle' }, 'unknown_method'],
    [{ horizon: 3, windows: -1 }, 'bad_windows'],
    [{ horizon: 3, seed: 0.5 }, 'bad_seed'],
  ] as const)('%j: %s', (options, code) => {
    const [outcome] = forecast([{ id: 's', y: [1, 2, 3] }], options);
    expect(outcome).toMatchObject({ ok: false, code, seriesId: 's' });
  });
});
