import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findModel } from '../catalogue.ts';
import type { Fitted } from '../model.ts';
import { periodDeviations } from '../moments.ts';
import { normalQuantile } from '../numeric/normal.ts';
import { applyEts } from './ets-fit.ts';
import { type EtsForm, formName } from './ets-form.ts';
import { etsValue } from './ets-kernel.ts';
import { fitTsb } from './tsb.ts';

/** Forecasts as R gives them: mean, and the upper end of the central 80 % interval. */
interface Point {
  readonly mean: number[];
  readonly upper80: number[];
}

interface ReferenceForm extends Point, EtsForm {
  readonly par: { alpha: number; beta?: number; gamma?: number; phi?: number };
  readonly level: number;
  readonly slope: number;
  readonly seasonal: number[];
  readonly loglik: number;
  readonly aicc: number;
}

interface ReferenceSeries {
  readonly m: number;
  readonly y: number[];
  readonly forms: ReferenceForm[];
  readonly ets: { method: string; aicc: number; mean: number[] };
}

function read(name: string) {
  return JSON.parse(readFileSync(new URL(`../reference/${name}`, import.meta.url), 'utf8'));
}

const r: { h: number; series: Record<string, ReferenceSeries & Record<string, Point>> } =
  read('models-r.json');
const nixtla = read('intermittent.json');
const names = Object.keys(r.series);

function thetaOf(form: ReferenceForm): Float64Array {
  const { alpha, beta = 0, gamma = 0, phi = 1 } = form.par;
  const seasonal = form.season === 'N' ? [0] : form.seasonal;
  return Float64Array.from([alpha, beta, gamma, phi, form.level, form.slope, ...seasonal]);
}

function expectClose(actual: ArrayLike<number>, wanted: readonly number[], relative: number): void {
  const size = wanted.reduce((sum, value) => sum + Math.abs(value), 0) / wanted.length;
  wanted.forEach((value, i) => {
    expect(Math.abs(actual[i]! - value), `period ${i}: ${actual[i]} for ${value}`).toBeLessThan(
      relative * size,
    );
  });
}

function fitModel(model: string, y: readonly number[], season: number): Fitted {
  return findModel(model)!.fit(Float64Array.from(y), { season })!;
}

describe('ETS at the parameters that R found', () => {
  const cases = names.flatMap((name) =>
    r.series[name]!.forms.map((form) => [`${name} ${formName(form)}`, name, form] as const),
  );

  it.each(cases)('%s: likelihood, forecasts and spread', (_, name, form) => {
    const { y, m } = r.series[name]!;
    const season = form.season === 'N' ? 1 : m;
    const theta = thetaOf(form);
    const data = Float64Array.from(y);
    const value = etsValue({ y: data, form, m: season }, theta, new Float64Array(theta.length));
    expect(Math.abs(-0.5 * value - form.loglik)).toBeLessThan(1e-4);
    const size = Object.keys(form.par).length + 2 + (form.trend === 'N' ? 0 : 1) + season - 1;
    const plain = { form: { ...form }, m: season, theta, scale: 1, size, aicc: 0, model: 'ets' };
    const moments = applyEts(data, plain)!.moments(r.h);
    // With multiplicative seasons R adds second-order terms to the mean, or simulates it.
    expectClose(moments.mean, form.mean, form.season === 'M' ? 0.02 : 1e-6);
    const z = normalQuantile(0.9);
    const spread = periodDeviations(moments).map((sd) => z * sd);
    const wanted = form.upper80.map((value, i) => value - form.mean[i]!);
    // Additive forms are linear, so exact; the others are linearised here and not in R.
    const linear = form.error === 'A' && form.season !== 'M';
    // R 8.20 lets a seasonal shock return a period early, so only the periods before are compared.
    const before = season > 1 ? Math.min(r.h, season - 1) : r.h;
    expectClose(spread, wanted.slice(0, before), linear ? 1e-5 : 0.05);
  });
});

describe('automatic ETS', () => {
  it.each(names)('%s: AICc no more than 0.5 above what R found', (name) => {
    const { y, m, ets } = r.series[name]!;
    expect(fitModel('ets', y, m).parameters.aicc).toBeLessThan(ets.aicc + 0.5);
  });

  it.each([
    ['Nile', 'ETS(M,N,N)'],
    ['USAccDeaths', 'ETS(A,N,A)'],
  ])('%s: the form that R takes, and its forecasts within 1 %%', (name, form) => {
    const { y, m, ets } = r.series[name]!;
    const fitted = fitModel('ets', y, m);
    expect(fitted.form).toBe(form);
    expect(ets.method).toBe(form);
    expectClose(fitted.moments(r.h).mean, ets.mean, 0.01);
  });
});

describe('simple models against R', () => {
  const cases = [
    ['naive', 1e-9],
    ['seasonal-naive', 1e-9],
    ['historic-average', 1e-9],
    ['ses', 0.005],
    ['theta', 0.005],
  ] as const;
  it.each(cases.flatMap(([model, bound]) => names.map((name) => [model, name, bound] as const)))(
    '%s on %s',
    (model, name, bound) => {
      const { y, m } = r.series[name]!;
      expectClose(fitModel(model, y, m).moments(r.h).mean, r.series[name]![model]!.mean, bound);
    },
  );

  it.each(['holt', 'damped'].flatMap((model) => names.map((name) => [model, name] as const)))(
    '%s on %s: as likely as the same form in R, or likelier',
    (model, name) => {
      const { y, m, forms } = r.series[name]!;
      const trend = model === 'holt' ? 'A' : 'Ad';
      const same = forms.find(
        (form) => form.error === 'A' && form.trend === trend && form.season === 'N',
      )!;
      expect(fitModel(model, y, m).parameters.aicc).toBeLessThan(same.aicc + 0.5);
    },
  );

  it('gives the spread of naive and seasonal naive', () => {
    const z = normalQuantile(0.9);
    for (const model of ['naive', 'seasonal-naive']) {
      const { y, m } = r.series.UKgas!;
      const sd = periodDeviations(fitModel(model, y, m).moments(r.h));
      const { mean, upper80 } = r.series.UKgas![model]!;
      expectClose(
        sd.map((value) => z * value),
        upper80.map((value, i) => value - mean[i]!),
        0.01,
      );
    }
  });
});

describe('intermittent models against statsforecast', () => {
  it.each(Object.keys(nixtla.intermittent))('%s', (name) => {
    const { y, croston, sba, tsb } = nixtla.intermittent[name];
    expect(fitModel('croston', y, 1).moments(1).mean[0]).toBeCloseTo(croston, 8);
    expect(fitModel('sba', y, 1).moments(1).mean[0]).toBeCloseTo(sba, 8);
    const given = fitTsb(Float64Array.from(y), { alpha: 0.2, beta: 0.1 })!;
    expect(given.moments(1).mean[0]).toBeCloseTo(tsb, 8);
  });
});

describe('optimised Theta against statsforecast', () => {
  it.each(Object.keys(nixtla['optimised-theta']))('%s: squared error and forecasts', (name) => {
    const { y, mse, mean } = nixtla['optimised-theta'][name];
    const fitted = fitModel('optimised-theta', y, 1);
    const errors = fitted.residuals.slice(3);
    const own = errors.reduce((sum, e) => sum + e * e, 0) / errors.length;
    expect(own).toBeLessThan(mse * 1.005);
    expectClose(fitted.moments(6).mean, mean, 0.02);
  });
});
