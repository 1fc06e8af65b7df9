import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecast } from '../forecast.ts';
import { seededRandom } from '../numeric/random.ts';
import {
  forecastTrees,
  planTrees,
  sayTrees,
  type TreeOptions,
  tryTrees,
} from './forecast-trees.ts';
import { type PanelSeries, TREE_HORIZONS } from './panel.ts';
import { featureNames, SeriesFeatures } from './series-features.ts';
import { fitHead } from './tree-heads.ts';

const START = Date.UTC(2023, 0, 2);
const WEEK = [1, 0.8, 0.7, 0.8, 1, 1.6, 1.9];
const OPTIONS: TreeOptions = {
  horizon: 14,
  frequency: 'D',
  settings: { rounds: 60, mostRows: 8000 },
};

/** A shop: weekly patterns of many sizes, promotions that treble demand, days without stock. */
function shop(count: number, days: number, ahead = OPTIONS.horizon): PanelSeries[] {
  return Array.from({ length: count }, (_, i) => {
    const random = seededRandom(`shop ${i}`, 1);
    const level = 4 * (i + 1);
    const promotion = Float64Array.from({ length: days + ahead }, (_, t) =>
      Number(Math.floor(t / 5) % 7 === i % 7),
    );
    const y = Float64Array.from({ length: days }, (_, t) => {
      const mean = level * WEEK[t % 7]! * (promotion[t] === 1 ? 3 : 1);
      const sold = Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
      return random.uniform() < 0.03 ? Number.NaN : sold;
    });
    return { id: `item ${i}`, y, start: START, covariates: { promotion }, category: `c${i % 3}` };
  });
}

function truth(i: number, t: number, promotion: number): number {
  return 4 * (i + 1) * WEEK[t % 7]! * (promotion === 1 ? 3 : 1);
}

function expectSound(series: readonly PanelSeries[], options: TreeOptions): void {
  const { external } = forecastTrees(series, options);
  expect(external).toHaveLength(series.length);
  external.forEach(({ said, levels }, i) => {
    for (const { quantiles, mean, horizon } of said) {
      expect(quantiles).toHaveLength(levels.length * horizon);
      for (const value of [...quantiles, ...mean!]) {
        expect(Number.isFinite(value)).toBe(true);
        expect(value).toBeGreaterThanOrEqual(0);
      }
      for (let at = horizon; at < quantiles.length; at++)
        expect(quantiles[at]!).toBeGreaterThanOrEqual(quantiles[at - horizon]!);
    }
    for (const method of ['auto', 'trees']) {
      const of = { ...options, method, external: ['trees'] };
      const [outcome] = forecast([{ ...series[i]!, external: [external[i]!] }], of);
      if (!outcome!.ok) expect(outcome).toHaveProperty('code');
      else expect([...outcome!.mean].every((value) => value >= 0)).toBe(true);
    }
  });
}

describe('trees over all series', () => {
  it('see week, size and promotion, also of those to come', () => {
    const series = shop(12, 300);
    const { external, importance } = forecastTrees(series, OPTIONS);
    let error = 0;
    let demand = 0;
    external.forEach(({ said }, i) => {
      const { mean, known, horizon } = said.at(-1)!;
      expect(known).toBe(300);
      for (let k = 0; k < horizon; k++) {
        const wanted = truth(i, known + k, series[i]!.covariates!.promotion![known + k]!);
        error += Math.abs(mean![k]! - wanted);
        demand += wanted;
      }
    });
    expect(error / demand).toBeLessThan(0.12);
    expect(importance.length).toBeGreaterThan(3);
    expect(importance.slice(0, 6).some(({ feature }) => /state|promotion/.test(feature))).toBe(
      true,
    );
  });

  it('see the week of hours that bear no date', () => {
    const mean = (i: number, t: number): number =>
      (5 + i) * (8 + 6 * Math.sin((Math.PI * t) / 12)) * (t % 168 < 48 ? 0.4 : 1.2);
    const series = Array.from({ length: 10 }, (_, i): PanelSeries => {
      const random = seededRandom(`hours ${i}`, 1);
      const draw = (_: unknown, t: number): number =>
        Math.max(0, mean(i, t) + Math.sqrt(mean(i, t)) * random.normal());
      return { id: `item ${i}`, y: Float64Array.from({ length: 720 }, draw) };
    });
    const options: TreeOptions = { horizon: 48, frequency: 'H', settings: OPTIONS.settings };
    let error = 0;
    let demand = 0;
    forecastTrees(series, options).external.forEach(({ said }, i) => {
      const last = said.at(-1)!;
      last.mean!.forEach((value, k) => {
        error += Math.abs(value - mean(i, last.known + k));
        demand += mean(i, last.known + k);
      });
    });
    expect(error / demand).toBeLessThan(0.06);
  });

  it('are a candidate of auto that names itself, or says why it is not there', () => {
    const series = shop(10, 320);
    const { external } = forecastTrees(series, OPTIONS);
    const outcomes = series.map(
      (one, i) => forecast([{ ...one, external: [external[i]!] }], OPTIONS)[0]!,
    );
    const scored = outcomes.filter((one) => one.ok && one.scores.some((s) => s.method === 'trees'));
    expect(scored).toHaveLength(10);
    const few = forecastTrees(series.slice(0, 3), OPTIONS).external[0]!;
    expect(few.said).toEqual([]);
    const [alone] = forecast([{ ...series[0]!, external: [few] }], OPTIONS);
    expect(alone!.ok && alone!.reason).toMatch(/only 3 of 3 series have history .* 8 are needed/);
  });

  it.each(TREE_HORIZONS)(
    '%s, are the same for every order and share of the work, and for every seed its own',
    (horizons) => {
      const series = shop(9, 320);
      const options = { ...OPTIONS, horizons };
      const once = forecastTrees(series, options);
      const plan = planTrees(series, options);
      const fitted = [...plan.tasks].reverse().map(fitHead);
      const heads = fitted.reverse();
      const share = tryTrees({ ...plan, heads }, [...series].reverse(), options);
      const tried = { ...plan, heads, share };
      expect(sayTrees(tried, series, options)).toEqual(once);
      const part = sayTrees(tried, series.slice(3, 5), options);
      expect(part.external).toEqual(once.external.slice(3, 5));
      expect(forecastTrees(series, { ...options, seed: 2 })).not.toEqual(once);
    },
  );

  it('leave out a series that ended long before the others, and learn from it', () => {
    const series = shop(10, 320);
    const early = { ...series[0]!, y: (series[0]!.y as Float64Array).slice(0, 280) };
    const { external } = forecastTrees([early, ...series.slice(1)], OPTIONS);
    expect(external[0]!.unavailable).toBe('its sales end 40 periods before the latest');
    expect(external[1]!.said.length).toBeGreaterThan(0);
  });

  it.each(TREE_HORIZONS)('%s, know nothing of what comes after an origin', (horizons) => {
    // Long enough for what all sell together to be looked at.
    const series = shop(9, 520);
    const options = { ...OPTIONS, horizons };
    const { external } = forecastTrees(series, options);
    const known = external[4]!.said[0]!.known;
    const changed = series.map((one) => ({
      ...one,
      y: (one.y as Float64Array).map((value, t) => (t < known ? value : 1000 - t)),
    }));
    const again = forecastTrees(changed, options).external;
    external.forEach(({ said }, i) => {
      expect(again[i]!.said[0]).toEqual(said[0]);
      expect(again[i]!.said.at(-1)).not.toEqual(said.at(-1));
    });
  });

  it('take features of the past alone', () => {
    const plan = planTrees(shop(9, 320), OPTIONS).ground.plan;
    const width = featureNames(plan).length;
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(50), fc.constant(Number.NaN)), { minLength: 40, maxLength: 200 }),
        fc.nat(30),
        fc.nat(13),
        (past, cut, ahead) => {
          const known = past.length - cut;
          const row = (y: number[]) => {
            const promotion = Float64Array.from({ length: 230 }, (_, t) => Number(t % 9 === 0));
            const one = { id: 'a', y, start: START, covariates: { promotion }, category: 'c1' };
            const into = new Float64Array(width);
            SeriesFeatures.of(one, plan).fill(into, { at: 0, known, target: known + ahead });
            return into;
          };
          expect(row(past.map((value, t) => (t < known ? value : 77)))).toEqual(row(past));
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each(TREE_HORIZONS)(
    '%s, stay sound beside short, constant, empty, unobserved and enormous series',
    (horizons) => {
      const nasty: PanelSeries[] = [
        { id: 'one', y: [3], start: START },
        { id: 'two', y: [0, 5], start: START },
        { id: 'zeros', y: new Float64Array(320), start: START },
        { id: 'constant', y: new Float64Array(320).fill(7), start: START },
        {
          id: 'gaps',
          y: Float64Array.from({ length: 320 }, (_, t) => (t % 3 ? Number.NaN : t)),
          start: START,
        },
        { id: 'unobserved', y: new Float64Array(320).fill(Number.NaN), start: START },
        { id: 'empty', y: [], start: START },
        { id: 'infinite', y: [1, Number.POSITIVE_INFINITY], start: START },
        {
          id: 'spike',
          y: Float64Array.from({ length: 320 }, (_, t) => (t === 150 ? 1e9 : 0)),
          start: START,
        },
        { id: 'tiny', y: new Float64Array(320).fill(1e-9), start: START },
      ].map((one) => ({ ...one, start: START + (320 - one.y.length) * 86_400_000 }));
      expectSound([...nasty, ...shop(9, 320)], { ...OPTIONS, horizons });
    },
  );

  it('do without dates, covariates, seasons and names', () => {
    const bare = shop(9, 320).map(({ id, y }) => ({ id, y }));
    expectSound(bare, { ...OPTIONS, season: 1 });
    expectSound(bare, { ...OPTIONS, frequency: 'W', horizon: 8 });
    expectSound(
      bare.map((one) => ({ ...one, start: START })),
      { ...OPTIONS, frequency: 'M', horizon: 6 },
    );
  });
});
