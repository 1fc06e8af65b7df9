import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { forecast, type SeriesForecast } from '../forecast.ts';
import { periodDeviations } from '../moments.ts';
import { seededRandom } from '../numeric/random.ts';
import { shapeQuantile } from '../shape.ts';
import { applyNpts, npts } from './npts.ts';
import { Likeness, type Weighting } from './npts-likeness.ts';

interface Case extends Weighting {
  readonly said: { mean: number; sd: number; quantiles: number[] }[];
}

const r: {
  season: number;
  levels: number[];
  y: (number | null)[];
  promotion: number[];
  cases: Case[];
} = JSON.parse(readFileSync(new URL('../reference/npts.json', import.meta.url), 'utf8'));
const y = Float64Array.from(r.y, (value) => value ?? Number.NaN);
const states = Int32Array.from(r.promotion);

describe('weighted history against R', () => {
  it.each(r.cases)('memory $memory, other phases $otherPhase, other states $otherState', (one) => {
    const { said, memory, otherPhase, otherState } = one;
    const likeness = new Likeness(y, { season: r.season, states });
    const fitted = applyNpts(likeness, { memory, otherPhase, otherState });
    const { mean, marginals } = fitted.moments(said.length);
    said.forEach((wanted, k) => {
      expect(Math.abs(mean[k]! - wanted.mean)).toBeLessThan(1e-9);
      r.levels.forEach((level, l) => {
        const quantile = shapeQuantile(marginals![k]!, level, wanted);
        expect(quantile, `period ${k}, level ${level}`).toBe(wanted.quantiles[l]);
      });
    });
    expect(periodDeviations(fitted.moments(1))[0]).toBeCloseTo(said[0]!.sd, 6);
  });

  it.each([
    ['known', states],
    ['now and then not known', states.map((state, t) => (t % 5 === 3 ? -1 : state))],
  ])(
    'has the one-step errors that forecasts from every origin would have had, states %s',
    (_, given) => {
      const weighting = { memory: 40, otherPhase: 0.2, otherState: 0.02 };
      const { residuals } = applyNpts(new Likeness(y, { season: 7, states: given }), weighting);
      for (const origin of [1, 8, 30, 70, 73]) {
        const before = new Likeness(y.subarray(0, origin), { season: 7, states: given });
        const { mean } = applyNpts(before, weighting).moments(1);
        expect(residuals[origin]).toBeCloseTo(y[origin]! - mean[0]!, 9);
      }
      expect(residuals[0]).toBeNaN();
      expect(residuals[20 - 1]).toBeNaN();
    },
  );
});

describe('years of hours', () => {
  it('have errors from the first to the last', () => {
    const hours = Float64Array.from({ length: 20_000 }, (_, t) => t % 24);
    const weighting = { memory: 15, otherPhase: 0.2, otherState: 1 };
    const likeness = new Likeness(hours, { season: 24, states: undefined });
    const { residuals } = applyNpts(likeness, weighting);
    expect(residuals.subarray(1).every(Number.isFinite)).toBe(true);
    expect(likeness.squaredErrors([weighting])[0]).toBeLessThan(49);
  });
});

const WEEK = [30, 20, 18, 19, 25, 40, 52];

function promoted(n: number) {
  const random = seededRandom('promoted', 4);
  const promotion = Array.from({ length: n + 14 }, () => (random.uniform() < 0.15 ? 1 : 0));
  const demand = Array.from({ length: n }, (_, t) =>
    Math.max(0, Math.round(WEEK[t % 7]! * (1 + 2 * promotion[t]!) + 2 * random.normal())),
  );
  return { promotion, demand };
}

function auto(demand: number[], covariates?: Record<string, number[]>): SeriesForecast {
  const series = { id: 'sku', y: demand, ...(covariates === undefined ? {} : { covariates }) };
  const [outcome] = forecast([series], { horizon: 14, season: 7, levels: [0.1, 0.5, 0.9] });
  if (!outcome!.ok) throw new Error(outcome!.code);
  return outcome as SeriesForecast;
}

describe('promotions known in advance', () => {
  const { promotion, demand } = promoted(400);

  it('lift the days that they are planned for, and no others', () => {
    const { mean } = auto(demand, { promotion });
    const planned = promotion.slice(400);
    expect(planned).toContain(1);
    planned.forEach((flag, k) => {
      const usual = WEEK[(400 + k) % 7]!;
      expect(Math.abs(mean[k]! / (usual * (1 + 2 * flag)) - 1)).toBeLessThan(0.25);
    });
  });

  it('are not known to a forecast that is not told', () => {
    const told = auto(demand, { promotion });
    const blind = auto(demand);
    const promotedDay = promotion.slice(400).indexOf(1);
    expect(blind.mean[promotedDay]!).toBeLessThan(0.7 * told.mean[promotedDay]!);
    expect(auto(demand, { promotion: new Array(414).fill(0) }).mean).toEqual(blind.mean);
  });

  it('that are not known leave a day between an ordinary and a promoted one', () => {
    const planned = (flag: number) =>
      auto(demand, { promotion: promotion.map((past, t) => (t < 400 ? past : flag)) }).mean;
    const [open, none, all] = [Number.NaN, 0, 1].map(planned);
    for (let k = 0; k < 14; k++) {
      expect(open![k]!).toBeGreaterThan(none![k]! * 1.05);
      expect(open![k]!).toBeLessThan(all![k]! * 0.8);
    }
  });

  it('begin with the first period of the series, also where early periods are left out', () => {
    const late = [...new Array(100).fill(0), ...demand];
    const shifted = auto(late, { promotion: [...new Array(100).fill(1), ...promotion] });
    expect(shifted.mean[0]).toBeCloseTo(auto(demand, { promotion }).mean[0]!, 6);
  });
});

describe('distribution of its own', () => {
  it('knows that demand is nothing or ten, and gives no five', () => {
    const random = seededRandom('two', 1);
    const demand = Array.from({ length: 200 }, () => (random.uniform() < 0.4 ? 0 : 10));
    const fitted = npts.fit(Float64Array.from(demand), { season: 1 })!;
    const predictive = fitted.forecast(3);
    for (const level of [0.1, 0.3, 0.5, 0.7, 0.9]) {
      for (const value of predictive.quantile(level)) expect([0, 10]).toContain(value);
    }
    expect(predictive.sum(1, 2).quantile(0.7)).toBe(predictive.quantile(0.7)[1]);
  });

  it('needs 30 observations', () => {
    expect(npts.fit(new Float64Array(29).fill(3), { season: 7 })).toBeUndefined();
    expect(npts.fit(new Float64Array(30).fill(3), { season: 7 })!.moments(2).mean[1]).toBeCloseTo(
      3,
      9,
    );
  });
});
