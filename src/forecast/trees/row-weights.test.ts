import { describe, expect, it } from 'vitest';
import { seededRandom } from '../numeric/random.ts';
import type { Participant } from './panel.ts';
import { rowWeights, weightPower } from './row-weights.ts';

/** Series of levels from 1 to 256, with noise of a deviation that depends on the level. */
function panel(deviation: (level: number) => number, count = 40): Participant[] {
  return Array.from({ length: count }, (_, i) => {
    const level = 2 ** ((8 * i) / (count - 1));
    const random = seededRandom(`series ${i}`, 1);
    const y = Float64Array.from({ length: 400 }, () => level + deviation(level) * random.normal());
    return { series: { id: `series ${i}`, y }, learnable: 400 };
  });
}

describe('what rows count for', () => {
  it('grows with the root of the scale where noise is that of counts', () => {
    expect(weightPower(panel(Math.sqrt))).toBeCloseTo(0.5, 1);
  });

  it('is the same for all where noise is in proportion', () => {
    expect(weightPower(panel((level) => level / 3))).toBeLessThan(0.01);
    expect(weightPower(panel((level) => level ** 1.4 / 3))).toBe(0);
  });

  it('is the same for all where noise follows no law, or nothing can be told', () => {
    const random = seededRandom('lawless', 1);
    const lawless = panel(() => 0.001 * Math.exp(2 * random.normal()), 400);
    expect(weightPower(lawless)).toBeLessThan(0.05);
    expect(weightPower(panel(Math.sqrt, 7))).toBe(0);
    expect(weightPower(panel(() => 0))).toBe(0);
    expect(weightPower([])).toBe(0);
  });

  it('looks at nothing but what may be learned from', () => {
    const whole = panel(Math.sqrt);
    const changed = whole.map(({ series, learnable }) => ({
      series: { ...series, y: Float64Array.from([...Array.from(series.y), 1e6, Number.NaN]) },
      learnable,
    }));
    expect(weightPower(changed)).toBe(weightPower(whole));
  });

  it('is one on average', () => {
    const weights = rowWeights([1, 4, 9], 0.5)!;
    expect(weights[1]! / weights[0]!).toBeCloseTo(2, 12);
    expect(weights[2]! / weights[0]!).toBeCloseTo(3, 12);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(3, 12);
    expect(rowWeights([1, 4, 9], 0)).toBeUndefined();
  });

  it('leaves a hundred products their say beside one that is entered in the wrong unit', () => {
    const weights = rowWeights([...new Array<number>(100).fill(3), 1e100], 0.5)!;
    expect(weights[0]).toBeGreaterThan(0.9);
    expect(weights[100]! / weights[0]!).toBeLessThanOrEqual(64);
  });
});
