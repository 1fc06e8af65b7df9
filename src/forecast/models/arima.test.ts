import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { periodDeviations } from '../moments.ts';
import { stl } from '../numeric/stl.ts';
import { arima } from './arima.ts';
import { chooseDifferences } from './arima-differences.ts';
import { type ArimaForm, difference } from './arima-form.ts';
import { type ArimaSolution, searchConditional, searchExact } from './arima-search.ts';
import { mstl, seasonalParts } from './mstl.ts';

interface Reference {
  readonly m: number;
  readonly y: readonly number[];
  readonly d: number;
  readonly D: number;
  readonly forms: readonly {
    readonly order: readonly [number, number, number];
    readonly seasonal: readonly [number, number, number];
    readonly constant: boolean;
    readonly loglik: number;
    readonly mean: readonly number[];
  }[];
  readonly auto: { readonly form: string; readonly aicc: number };
  readonly stl?: Readonly<Record<'moving' | 'periodic', Record<'seasonal' | 'trend', number[]>>>;
}

const { series, several, wandering } = JSON.parse(
  readFileSync(new URL('../reference/arima.json', import.meta.url), 'utf8'),
) as {
  series: Record<string, Reference>;
  several: Readonly<Record<'y' | 'seasonal24' | 'seasonal168', number[]>>;
  wandering: readonly { readonly y: readonly number[]; readonly aicc: number }[];
};

/** The criterion of the automatic choice, on the scale of the demand. */
function chosenAicc(y: readonly number[], m: number): number {
  const demand = Float64Array.from(y);
  const w = difference(demand, { ...chooseDifferences(demand, m), m });
  const size = Math.sqrt(w.reduce((sum, value) => sum + value * value, 0) / w.length);
  return arima.fit(demand, { season: m })!.parameters.aicc! + 2 * w.length * Math.log(size);
}

/** The best of the exact search, on the scale of the demand. */
function fitted(y: Float64Array, form: ArimaForm): { loglik: number; solution: ArimaSolution } {
  const w = difference(y, form);
  const scale = Math.sqrt(w.reduce((sum, value) => sum + value * value, 0) / w.length);
  const task = { form, w: w.map((value) => value / scale) };
  const solution = searchExact(task, searchConditional(task));
  return { loglik: -solution.deviance / 2 - w.length * Math.log(scale), solution };
}

const forms = Object.entries(series).flatMap(([name, { m, y, forms }]) =>
  forms.map((one) => {
    const [p, d, q] = one.order;
    const [P, D, Q] = one.seasonal;
    const form = { p, d, q, P, D, Q, m, constant: one.constant };
    return { name: `${name} ${one.order}/${one.seasonal}`, y, form, expected: one };
  }),
);

test('every form of the reference is there', () => {
  expect(forms.length).toBeGreaterThan(40);
});

test.each(forms)('$name reaches the likelihood that R reaches', ({ y, form, expected }) => {
  const { loglik } = fitted(Float64Array.from(y), form);
  // Higher is better: R stops in a lower valley now and then.
  expect(loglik).toBeGreaterThan(expected.loglik - 0.4);
});

test('the likelihood itself is that of R, where both stand on the same top', () => {
  const same = forms.filter(({ y, form, expected }) => {
    const { loglik } = fitted(Float64Array.from(y), form);
    return Math.abs(loglik - expected.loglik) < 1e-3;
  });
  expect(same.length).toBeGreaterThan(forms.length * 0.8);
});

test.each(Object.entries(series))('%s is differenced as often as R does', (_, { y, m, d, D }) => {
  expect(chooseDifferences(Float64Array.from(y), m)).toEqual({ d, D });
});

test.each(Object.entries(series))('%s: the automatic choice is about as good as R’s', (_, one) => {
  expect(chosenAicc(one.y, one.m)).toBeLessThan(one.auto.aicc + 4);
});

test('the automatic choice is as good as R’s where conditional estimates lie at a unit root', () => {
  const behind = wandering.map(({ y, aicc }) => chosenAicc(y, 12) - aicc);
  expect(behind).toHaveLength(24);
  // With forms given up for where the conditional one lies: 25 at most, and 2 on average.
  expect(Math.max(...behind)).toBeLessThan(4);
  expect(behind.reduce((sum, value) => sum + value, 0) / behind.length).toBeLessThan(0.3);
});

const seasonal = Object.entries(series).filter(([, one]) => one.m > 1);
test.each(seasonal)('%s is taken apart as R does', (_, { y, m, stl: expected }) => {
  for (const [window, name] of [
    [11, 'moving'],
    [Infinity, 'periodic'],
  ] as const) {
    const parts = stl(Float64Array.from(y), { season: m, seasonalWindow: window });
    for (const part of ['seasonal', 'trend'] as const) {
      const most = Math.max(
        ...expected![name][part].map((value, t) => Math.abs(value - parts[part][t]!)),
      );
      expect(most).toBeLessThan(1e-6 * Math.max(...y));
    }
  }
});

test('two seasons are taken out as R does', () => {
  const parts = seasonalParts(Float64Array.from(several.y), [24, 168]);
  for (const [i, name] of (['seasonal24', 'seasonal168'] as const).entries()) {
    const off = several[name].map((value, t) => Math.abs(value - parts[i]![t]!));
    expect(Math.max(...off)).toBeLessThan(1e-6);
  }
});

test('days of the week and of the year are both put back', () => {
  const y = Float64Array.from(
    { length: 1100 },
    (_, t) => 50 + 10 * ((t % 7) - 3) + 20 * Math.cos((2 * Math.PI * t) / 365),
  );
  const { mean } = mstl.fit(y, { season: 7 })!.moments(28);
  for (let k = 0; k < 28; k++) {
    const t = 1100 + k;
    const actual = 50 + 10 * ((t % 7) - 3) + 20 * Math.cos((2 * Math.PI * t) / 365);
    expect(Math.abs(mean[k]! - actual)).toBeLessThan(2);
  }
});

test('the mean and the spread of a fixed form are those of R', () => {
  const one = forms.find(({ name }) => name === 'AirPassengers 0,1,1/0,1,1')!;
  const y = Float64Array.from(one.y);
  const fit = arima.fit(y, { season: 12 })!;
  // Whatever the form: the spread grows with the horizon, and the season goes on.
  const sd = periodDeviations(fit.moments(24));
  for (let k = 1; k < 24; k++) expect(sd[k]).toBeGreaterThanOrEqual(sd[k - 1]! - 1e-9);
  expect(fit.update(y).moments(8).mean).toEqual(fit.moments(8).mean);
});

test('a constant, a straight line and a history with gaps have a forecast', () => {
  const flat = arima.fit(new Float64Array(20).fill(5), { season: 1 })!;
  expect([...flat.moments(3).mean]).toEqual([5, 5, 5]);
  const line = arima.fit(
    Float64Array.from({ length: 20 }, (_, t) => 10 + 2 * t),
    { season: 1 },
  )!;
  expect(line.moments(2).mean[1]).toBeCloseTo(52, 6);
  const gaps = Float64Array.from({ length: 40 }, (_, t) => (t % 5 === 2 ? Number.NaN : 20 + t));
  expect(arima.fit(gaps, { season: 7 })!.moments(4).mean.every(Number.isFinite)).toBe(true);
  expect(arima.fit(new Float64Array(5).fill(1), { season: 1 })).toBeUndefined();
});
