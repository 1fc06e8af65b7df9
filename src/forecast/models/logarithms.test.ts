import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { periodDeviations } from '../moments.ts';
import { difference } from './arima-form.ts';
import { logArima } from './log-arima.ts';
import { logCes } from './log-ces.ts';
import { logMstl } from './log-mstl.ts';

interface Reference {
  readonly m: number;
  readonly y: readonly number[];
  readonly logs: { readonly form: string; readonly aicc: number; readonly mean: readonly number[] };
}
const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../reference/${name}.json`, import.meta.url), 'utf8')).series;
const series = Object.entries(read('arima') as Record<string, Reference>);
const smoothed: Record<string, { logCes: { mse: number } }> = read('smoothing');

test.each(series)('%s: CES of logarithms fits no worse than statsforecast', (name, { m, y }) => {
  const { residuals } = logCes.fit(Float64Array.from(y), { season: m })!;
  const errors = y.map((value, t) => Math.log(value) - Math.log(value - residuals[t]!)).slice(12);
  const meanSquare = errors.reduce((sum, e) => sum + e * e, 0) / errors.length;
  expect(meanSquare).toBeLessThan(smoothed[name]!.logCes.mse * 1.15);
});

/** `ARIMA(0,1,1)(0,1,1)[12] with drift` of R as orders and whether a constant is there. */
function ordersOf(form: string): string {
  const orders = form.match(/\d+(?=[,)])/g)!;
  return [...orders, /with/.test(form)].join();
}

test.each(series)('%s: ARIMA of logarithms is about as good as R’s', (_, { m, y, logs }) => {
  const fit = logArima.fit(Float64Array.from(y), { season: m })!;
  const [, d = 0, , , D = 0] = (fit.form.match(/\d+(?=[,)])/g) ?? []).map(Number);
  const w = difference(
    Float64Array.from(y, (value) => Math.log((20 * value) / Math.min(...y))),
    { d, D, m },
  );
  const size = Math.sqrt(w.reduce((sum, value) => sum + value * value, 0) / w.length);
  expect(fit.parameters.aicc! + 2 * w.length * Math.log(size)).toBeLessThan(logs.aicc + 4);
  if (ordersOf(fit.form) !== ordersOf(logs.form)) return;
  const { mean } = fit.moments(logs.mean.length);
  logs.mean.forEach((value, k) => {
    expect(Math.abs(mean[k]! / value - 1)).toBeLessThan(0.02);
  });
});

test('most forms of logarithms are those of R', () => {
  const same = series.filter(([, { m, y, logs }]) => {
    const { form } = logArima.fit(Float64Array.from(y), { season: m })!;
    return ordersOf(form) === ordersOf(logs.form);
  });
  expect(same.length).toBeGreaterThan(3);
});

test.each([logCes, logArima])('$name refuses demand that is not above zero', (model) => {
  const y = Float64Array.from({ length: 40 }, (_, t) => (t === 20 ? 0 : 5 + (t % 4)));
  expect(model.fit(y, { season: 4 })).toBeUndefined();
});

test.each([logCes, logArima])('$name bridges gaps, and scatters with the level', (model) => {
  const y = Float64Array.from({ length: 96 }, (_, t) =>
    t % 17 === 5
      ? Number.NaN
      : 40 * 1.01 ** t * (t % 4 === 1 ? 3 : 1) * (1 + 0.1 * Math.sin(t * t)),
  );
  const moments = model.fit(y, { season: 4 })!.moments(4);
  const sd = periodDeviations(moments);
  const share = moments.mean.map((value, k) => sd[k]! / value);
  expect(Math.max(...moments.mean)).toBeGreaterThan(2 * Math.min(...moments.mean));
  expect(Math.max(...share)).toBeLessThan(1.5 * Math.min(...share));
});

test.each([logCes, logArima])('$name does not grow without end', (model) => {
  const y = Float64Array.from({ length: 30 }, (_, t) => 2 ** t * (1 + 0.01 * (t % 3)));
  const { mean } = model.fit(y, { season: 1 })!.moments(400);
  // As far above the largest as that is above the smallest.
  const most = Math.max(...y) ** 2 / Math.min(...y);
  expect(Math.max(...mean)).toBeLessThan(most * 1.0001);
  expect(Math.max(...mean)).toBeGreaterThan(Math.max(...y));
});

test.each([logCes, logArima])('$name goes on from a longer history as it was fitted', (model) => {
  const y = Float64Array.from(series.find(([name]) => name === 'UKgas')![1].y);
  const fit = model.fit(y, { season: 4 })!;
  expect(fit.update(y).moments(8).mean).toEqual(fit.moments(8).mean);
});

test.each([logCes, logArima])('$name goes on from a zero', (model) => {
  const y = Float64Array.from({ length: 40 }, (_, t) => 5 + (t % 4));
  const { mean } = model
    .fit(y, { season: 4 })!
    .update(Float64Array.of(...y, 0))
    .moments(4);
  expect(mean.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
});

test('several seasons of logarithms are factors', () => {
  const hour = (t: number) => (t % 24 < 8 ? 1 : 4);
  const day = (t: number) => (Math.floor(t / 24) % 7 < 5 ? 2 : 1);
  const demand = (t: number) => 10 * hour(t) * day(t);
  const y = Float64Array.from({ length: 24 * 42 }, (_, t) => demand(t));
  const { mean } = logMstl.fit(y, { season: 24 })!.moments(168);
  const worst = Math.max(...mean.map((value, k) => Math.abs(value / demand(24 * 42 + k) - 1)));
  expect(worst).toBeLessThan(0.02);
});
