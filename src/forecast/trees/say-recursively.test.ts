import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../numeric/normal.ts';
import { seededRandom } from '../numeric/random.ts';
import { forecastTrees, type TreeOptions } from './forecast-trees.ts';
import { makePanel, type PanelSeries } from './panel.ts';
import { featureNames, SeriesFeatures } from './series-features.ts';
import { drawRows } from './training-rows.ts';

const START = Date.UTC(2023, 0, 2);
const OPTIONS: TreeOptions = {
  horizon: 14,
  season: 1,
  horizons: 'recursive',
  settings: { rounds: 120 },
};

const CENTRE = 20;
const ECHO = -0.8;
const SHOCK = 1.5;
const LAST = 23;

/** Autoregressions of first order: what comes is known from the period before, for every distance. */
function echoes(count: number): PanelSeries[] {
  return Array.from({ length: count }, (_, i) => {
    const random = seededRandom(`echo ${i}`, 1);
    let level = CENTRE;
    const y = Float64Array.from({ length: 300 }, (_, t) => {
      level = CENTRE + ECHO * (level - CENTRE) + SHOCK * random.normal();
      return t === 299 ? LAST : level;
    });
    return { id: `echo ${i}`, y };
  });
}

function walks(count: number): PanelSeries[] {
  return Array.from({ length: count }, (_, i) => {
    const random = seededRandom(`walk ${i}`, 1);
    let level = 400;
    const y = Float64Array.from({ length: 320 }, () => {
      level += 4 * random.normal();
      return level;
    });
    return { id: `walk ${i}`, y };
  });
}

describe('recursive horizons', () => {
  it('find mean and spread of an autoregression, at every distance', () => {
    const series = echoes(32);
    const { external, importance } = forecastTrees(series, OPTIONS);
    const ends = external.map(({ said }) => said.at(-1)!);
    const average = (of: (end: (typeof ends)[number]) => number) =>
      ends.reduce((sum, end) => sum + of(end), 0) / ends.length;
    let variance = 0;
    for (let k = 0; k < OPTIONS.horizon; k++) {
      const mean = CENTRE + ECHO ** (k + 1) * (LAST - CENTRE);
      variance = ECHO ** 2 * variance + SHOCK ** 2;
      const width = 2 * normalQuantile(0.9) * Math.sqrt(variance);
      const at = OPTIONS.horizon;
      expect(Math.abs(average((end) => end.mean![k]!) - mean)).toBeLessThan(0.6);
      const found = average(({ quantiles }) => quantiles[4 * at + k]! - quantiles[k]!);
      expect(Math.abs(found / width - 1)).toBeLessThan(0.2);
    }
    expect(importance[0]!.feature).toBe('last value');
  });

  it('grow wider along a random walk, and keep to its level', () => {
    const series = walks(12);
    const { external } = forecastTrees(series, OPTIONS);
    const widths = new Float64Array(OPTIONS.horizon);
    external.forEach(({ said }, i) => {
      const { quantiles, mean, horizon } = said.at(-1)!;
      widths.forEach((_, k) => {
        widths[k]! += quantiles[4 * horizon + k]! - quantiles[k]!;
      });
      const last = series[i]!.y[319]!;
      expect(Math.abs(mean!.at(-1)! - last)).toBeLessThan(0.15 * last);
    });
    expect(widths[4]!).toBeGreaterThan(1.5 * widths[0]!);
    expect(widths[13]!).toBeGreaterThan(1.15 * widths[4]!);
  });

  it('are taught the next period alone', () => {
    const row = (horizons: 'direct' | 'recursive') => {
      const panel = makePanel(walks(9), { ...OPTIONS, horizons });
      const { earlier, later } = drawRows(panel, { most: 5000, seed: 1 });
      return [earlier, later].map(({ table: { names, values, rows } }) =>
        Array.from(
          { length: rows },
          (_, r) => values[r * names.length + names.indexOf('horizon')]!,
        ),
      );
    };
    const [earlier, later] = row('recursive');
    expect(new Set(earlier)).toEqual(new Set([1]));
    expect(new Set(later)).toEqual(new Set([1]));
    expect(new Set(row('direct')[0]).size).toBe(OPTIONS.horizon);
  });

  it('use what is known of the days to come, at each of them', () => {
    const promotion = (i: number) =>
      Float64Array.from({ length: 300 + OPTIONS.horizon }, (_, t) => Number((t + i) % 6 === 0));
    const series = Array.from({ length: 10 }, (_, i) => ({
      id: `item ${i}`,
      y: promotion(i)
        .slice(0, 300)
        .map((flag) => (1 + i) * (flag === 1 ? 12 : 4)),
      covariates: { promotion: promotion(i) },
    }));
    // What is tested is what recursion does with a rule, not by what chance so few rows find it.
    const { external } = forecastTrees(series, { ...OPTIONS, settings: { featureShare: 1 } });
    external.forEach(({ said }, i) => {
      said.at(-1)!.mean!.forEach((value, k) => {
        const wanted = (1 + i) * (promotion(i)[300 + k] === 1 ? 12 : 4);
        expect(Math.abs(value - wanted)).toBeLessThan(0.25 * wanted);
      });
    });
  });

  it('see on a path what they would see had it been the history', () => {
    const demand = fc.oneof(fc.nat(50), fc.constant(Number.NaN));
    const flags = fc.array(fc.nat(2), { minLength: 120, maxLength: 120 });
    fc.assert(
      fc.property(
        fc.array(demand, { minLength: 20, maxLength: 80 }),
        fc.array(fc.nat(50), { minLength: 1, maxLength: 20 }),
        fc.nat(15),
        flags,
        (past, path, unseen, promotion) => {
          const about = { id: 'a', start: START, covariates: { promotion }, category: 'c' };
          const known = past.length - unseen;
          const walked = [...past.slice(0, known), ...path];
          const series = { ...about, y: past };
          const { plan: own } = makePanel([series], { horizon: 1, frequency: 'D' }).ground;
          // Of the others nothing is known after the origin, however far a path goes.
          const sold = Float64Array.from({ length: 100 }, (_, t) => 1 + (t % 5));
          const first = START / 86_400_000;
          const plan = { ...own, panelDemand: { first, values: sold } };
          const seen = { ...own, panelDemand: { first, values: sold.slice(0, known) } };
          const width = featureNames(plan).length;
          const row = (features: SeriesFeatures) => {
            const into = new Float64Array(width);
            features.fill(into, { at: 0, known: walked.length, target: walked.length });
            return into;
          };
          const history = SeriesFeatures.of(series, plan);
          const fork = history.fork(known, path.length);
          const other = history.fork(known, path.length);
          path.forEach((y, k) => {
            fork.add(known + k, y);
            other.add(known + k, 1000);
          });
          expect(row(fork)).toEqual(row(SeriesFeatures.of({ ...about, y: walked }, seen)));
        },
      ),
      { numRuns: 150 },
    );
  });
});
