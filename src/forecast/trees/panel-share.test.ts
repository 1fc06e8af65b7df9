import { describe, expect, it } from 'vitest';
import { externalBacktestOrigins } from '../external-origins.ts';
import { seededRandom } from '../numeric/random.ts';
import { forecastTrees, type TreeOptions } from './forecast-trees.ts';
import type { PanelSeries } from './panel.ts';
import { shareOver } from './panel-share.ts';

const settings = { rounds: 60, mostRows: 8000 };
const DAILY: TreeOptions = { horizon: 14, frequency: 'D', settings };

/** Promotions of four days on no fixed date, whose effect fades: trees see how long one has lasted. */
function alike(): PanelSeries[] {
  const fading = [1, 8, 5, 3, 2];
  return Array.from({ length: 12 }, (_, i) => {
    const random = seededRandom(`alike ${i}`, 1);
    const lasted: number[] = [];
    for (let t = 0; t < 250 + DAILY.horizon; t++) {
      const before = lasted[t - 1] ?? 0;
      const goesOn = before > 0 && before < 4;
      lasted.push(goesOn || random.uniform() < 0.06 ? (before % 4) + 1 : 0);
    }
    const promotion = Float64Array.from(lasted, (days) => Number(days > 0));
    const y = Float64Array.from({ length: 250 }, (_day, t) => {
      const mean = 5 * (i + 1) * fading[lasted[t]!]!;
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
    });
    return { id: `product ${i}`, y, covariates: { promotion } };
  });
}

/** A season, and growth, of each one's own. */
function unlike(): PanelSeries[] {
  return Array.from({ length: 20 }, (_, i) => {
    const random = seededRandom(`unlike ${i}`, 1);
    const figure = Array.from({ length: 12 }, () => 0.4 + 1.2 * random.uniform());
    const growth = 1 + 0.02 * random.normal();
    const y = Float64Array.from(
      { length: 180 },
      (_month, t) => 100 * growth ** t * figure[t % 12]! * (1 + 0.02 * random.normal()),
    );
    return { id: `series ${i}`, y };
  });
}

const shareOf = (series: readonly PanelSeries[], options: TreeOptions) =>
  forecastTrees(series, options).external[0]!.share!;

describe('how much trees count beside what is chosen without them', () => {
  it('more where they see what no model of one series sees, and less where series have little in common', () => {
    expect(shareOf(alike(), DAILY)).toBeGreaterThan(0.7);
    expect(shareOf(unlike(), { horizon: 12, frequency: 'M', settings })).toBeLessThan(0.4);
  });

  it('is not told by what a backtest scores', () => {
    const options = { ...DAILY, originsOf: externalBacktestOrigins };
    const whole = alike();
    const from = externalBacktestOrigins(whole[0]!, options)[3]!.known;
    const later = whole.map((one) => ({
      ...one,
      y: Float64Array.from(one.y, (units, t) => (t < from ? units : units * 7 + 40)),
    }));
    expect(shareOf(later, options)).toBe(shareOf(whole, options));
  });

  it('is half where nothing can be compared', () => {
    expect(shareOver([], 7)).toBe(0.5);
  });
});
