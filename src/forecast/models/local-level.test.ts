import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { localLevel } from './local-level.ts';

interface Wanted {
  readonly y: readonly (number | null)[];
  readonly level: number;
  readonly held: number;
}
const reference: { series: Record<string, Wanted> } = JSON.parse(
  readFileSync(new URL('../reference/local-level.json', import.meta.url), 'utf8'),
);
const levelOf = (y: ArrayLike<number>) => localLevel.fit(Float64Array.from(y), { season: 1 });

describe('a local level averaged over its drift, against statsmodels', () => {
  it.each(Object.entries(reference.series))('%s', (_, { y, level, held }) => {
    const fitted = levelOf(y.map((value) => value ?? Number.NaN))!;
    expect(fitted.parameters.held).toBeCloseTo(held, 7);
    expect(fitted.parameters.level).toBeCloseTo(level, 7);
    expect([...fitted.moments(3).mean]).toEqual(Array(3).fill(fitted.parameters.level));
  });
});

describe('a local level', () => {
  it('is near the mean of noise, and near the last demands after a step', () => {
    const noise = Array.from({ length: 60 }, (_, t) => 10 + 3 * Math.sin(t * t));
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    expect(Math.abs(levelOf(noise)!.parameters.level! - mean)).toBeLessThan(0.5);
    const stepped = noise.map((value, t) => (t < 40 ? value : value + 20));
    expect(Math.abs(levelOf(stepped)!.parameters.level! - 30)).toBeLessThan(1.5);
  });

  it('grows with the units that demand is told in', () => {
    const y = [4, 0, 3, 8, 2, 9, 1];
    const dozens = levelOf(y.map((value) => 12 * value))!;
    expect(dozens.parameters.level).toBeCloseTo(12 * levelOf(y)!.parameters.level!, 9);
    expect(dozens.sigma).toBeCloseTo(12 * levelOf(y)!.sigma, 9);
  });

  it('goes on from a longer history with the weights that it had', () => {
    const y = Float64Array.from([5, 7, 4, 6, 30, 28, 33]);
    const early = localLevel.fit(y.subarray(0, 4), { season: 1 })!;
    const later = early.update(y);
    expect(later.parameters.held).toBe(early.parameters.held);
    expect(later.parameters.level).toBeGreaterThan(early.parameters.level!);
  });

  it('says a constant, a single observation, and nothing of none', () => {
    expect(levelOf([7, 7, 7, 7])!.parameters.level).toBeCloseTo(7, 12);
    expect(levelOf([7, 7, 7, 7])!.sigma).toBe(0);
    expect(levelOf([Number.NaN, 3])!.parameters.level).toBeCloseTo(3, 12);
    expect(levelOf([Number.NaN])).toBeUndefined();
    expect(levelOf([])).toBeUndefined();
  });
});
