import { describe, expect, it } from 'vitest';
import * as accuracy from './accuracy.ts';

const actual = [10, 0, 5, 20];
const forecast = [8, 1, 5, 26];
const insample = [6, 9, 7, 8, 12, 10];

describe('vectors of the planning specification', () => {
  it('measures points', () => {
    expect(accuracy.mae({ actual, forecast })).toBe(2.25);
    expect(accuracy.rmse({ actual, forecast })).toBeCloseTo(3.201562, 6);
    expect(accuracy.wape({ actual, forecast })).toBeCloseTo(0.257143, 6);
    expect(accuracy.bias({ actual, forecast })).toBeCloseTo(0.142857, 6);
    expect(accuracy.smape({ actual, forecast })).toBeCloseTo(0.620773, 6);
    expect(accuracy.mase({ actual, forecast, insample })).toBeCloseTo(0.9375, 10);
    expect(accuracy.rmsse({ actual, forecast, insample })).toBeCloseTo(1.227743, 6);
  });

  it('measures quantiles', () => {
    expect(accuracy.pinball(0.9, { actual: 12, quantile: 10 })).toBeCloseTo(1.8, 12);
    expect(accuracy.pinball(0.9, { actual: 8, quantile: 10 })).toBeCloseTo(0.2, 12);
  });

  it('shows what each step of forecasting added', () => {
    const sold = [100, 120, 80, 90, 110];
    const of = (said: number[]) => accuracy.wape({ actual: sold, forecast: said });
    expect(of([95, 100, 120, 80, 90])).toBeCloseTo(0.19, 10);
    expect(of([102, 110, 95, 92, 104])).toBeCloseTo(0.07, 10);
    expect(of([120, 125, 100, 100, 115])).toBeCloseTo(0.12, 10);
  });
});

describe('measures of distributions', () => {
  const levels = [0.1, 0.9];
  const quantiles = [
    [5, 0, 3, 15],
    [12, 2, 6, 18],
  ];

  it('scales the mean quantile loss by demand, or by the seasonal error', () => {
    // Losses at .1: .5 0 .2 .5, at .9: .2 .2 .1 1.8; mean .4375.
    expect(accuracy.meanPinball({ actual, levels, quantiles })).toBeCloseTo(0.4375, 12);
    expect(accuracy.wql({ actual, levels, quantiles })).toBeCloseTo(0.875 / 8.75, 12);
    expect(accuracy.sql({ actual, levels, quantiles, insample })).toBeCloseTo(0.875 / 2.4, 12);
  });

  it('counts what lies inside, and punishes what lies outside', () => {
    const [lower, upper] = [quantiles[0]!, quantiles[1]!];
    expect(accuracy.coverage({ actual, lower, upper })).toBe(0.75);
    // Widths 7 2 3 3, and 2 too much at 2/(1 − .8) = 10 each.
    expect(accuracy.msis({ actual, lower, upper, inside: 0.8, insample })).toBeCloseTo(
      35 / 4 / 2.4,
      12,
    );
  });
});

describe('gaps and zeros', () => {
  it('leaves periods out that were not observed', () => {
    const gaps = [10, Number.NaN, 5, 20];
    expect(accuracy.mae({ actual: gaps, forecast })).toBeCloseTo(8 / 3, 12);
    expect(accuracy.wape({ actual: gaps, forecast })).toBeCloseTo(8 / 35, 12);
    expect(
      accuracy.coverage({ actual: gaps, lower: [0, 0, 0, 0], upper: [9, 9, 9, 9] }),
    ).toBeCloseTo(1 / 3, 12);
  });

  it('starts the scale of RMSSE at the first demand', () => {
    expect(accuracy.squaredSeasonalError([0, 0, 0, 4, 2])).toBe(4);
    expect(accuracy.seasonalError([1, 5, 3, 9], 2)).toBe(3);
  });

  it('is NaN where nothing can be measured', () => {
    expect(accuracy.mae({ actual: [], forecast: [] })).toBeNaN();
    expect(accuracy.wape({ actual: [0, 0], forecast: [1, 1] })).toBeNaN();
    expect(accuracy.mase({ actual, forecast, insample: [3, 3, 3] })).toBeNaN();
    expect(accuracy.smape({ actual: [0], forecast: [0] })).toBe(0);
  });
});
