import { describe, expect, it } from 'vitest';
import { beginBfgs } from './bfgs.ts';

describe('BFGS', () => {
  it('finds the valley of Rosenbrock', () => {
    const search = beginBfgs(
      (x, gradient) => {
        const [a, b] = [x[0]!, x[1]!];
        gradient[0] = -2 * (1 - a) - 400 * a * (b - a * a);
        gradient[1] = 200 * (b - a * a);
        return (1 - a) ** 2 + 100 * (b - a * a) ** 2;
      },
      Float64Array.of(-1.2, 1),
      { gain: 1e-14 },
    );
    search.advance(200);
    expect(search.converged).toBe(true);
    expect(search.x[0]).toBeCloseTo(1, 6);
    expect(search.x[1]).toBeCloseTo(1, 6);
  });

  it('finds the centre of an ill-scaled bowl of twenty variables, and can be carried on', () => {
    const weights = Array.from({ length: 20 }, (_, i) => 10 ** (i / 5 - 2));
    const search = beginBfgs(
      (x, gradient) => {
        let value = 0;
        for (let i = 0; i < 20; i++) {
          gradient[i] = 2 * weights[i]! * (x[i]! - i);
          value += weights[i]! * (x[i]! - i) ** 2;
        }
        return value;
      },
      new Float64Array(20),
      { gain: 1e-16 },
    );
    const early = search.advance(5);
    expect(search.advance(500)).toBeLessThan(early);
    for (let i = 0; i < 20; i++) expect(search.x[i]).toBeCloseTo(i, 5);
  });

  it('backs away from where the function is not defined', () => {
    const search = beginBfgs(
      (x, gradient) => {
        if (x[0]! <= 0) return Number.POSITIVE_INFINITY;
        gradient[0] = 1 - 0.01 / x[0]!;
        return x[0]! - 0.01 * Math.log(x[0]!);
      },
      Float64Array.of(5),
      { gain: 1e-14 },
    );
    search.advance(200);
    expect(search.x[0]).toBeCloseTo(0.01, 5);
  });

  it('stays put where the start is not defined', () => {
    const search = beginBfgs(() => Number.POSITIVE_INFINITY, Float64Array.of(1), { gain: 1e-9 });
    expect(search.converged).toBe(true);
    expect(search.x[0]).toBe(1);
  });
});
