import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adida } from './adida.ts';
import { meanInterval } from './aggregation.ts';
import { imapa } from './imapa.ts';

const reference: { series: Record<string, { y: number[]; adida: number; imapa: number }> } =
  JSON.parse(readFileSync(new URL('../reference/aggregation.json', import.meta.url), 'utf8'));

describe('models of aggregated demand against statsforecast', () => {
  it.each(Object.entries(reference.series))('%s', (_, wanted) => {
    const y = Float64Array.from(wanted.y);
    const size = wanted.y.reduce((sum, value) => sum + value, 0) / wanted.y.length;
    for (const model of [adida, imapa]) {
      const [rate] = model.fit(y, { season: 1 })!.moments(3).mean;
      const peer = wanted[model.name as 'adida' | 'imapa'];
      expect(Math.abs(rate! - peer), model.name).toBeLessThan(0.002 * size);
    }
  });
});

describe('aggregation', () => {
  it('adds up to the mean interval between demands, the first wait included', () => {
    expect(meanInterval(Float64Array.from([0, 0, 3, 0, 0, 5, 0, 0]))).toBe(3);
    expect(meanInterval(Float64Array.from([2, 4, 1]))).toBe(1);
    expect(meanInterval(Float64Array.from([0, Number.NaN, 0]))).toBeUndefined();
  });

  it('fills what was not observed with the rest of its sum', () => {
    const whole = adida.fit(Float64Array.from([0, 4, 0, 4, 0, 4, 0, 4]), { season: 1 })!;
    expect(whole.moments(1).mean[0]).toBeCloseTo(2, 9);
    const gap = adida.fit(Float64Array.from([0, 4, Number.NaN, Number.NaN, 0, 4]), { season: 1 })!;
    expect(gap.moments(1).mean[0]).toBeCloseTo(2, 9);
  });

  it('refuses a history without demand', () => {
    expect(adida.fit(new Float64Array(9), { season: 1 })).toBeUndefined();
    expect(imapa.fit(new Float64Array(9), { season: 1 })).toBeUndefined();
  });
});
