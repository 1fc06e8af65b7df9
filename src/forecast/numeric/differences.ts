import type { Objective } from './bfgs.ts';

const STEP = 1e-5;

/**
 * An objective whose slope is measured on both sides: for a handful of variables of size near one.
 * `value` at a point · returns Objective
 * source Nocedal & Wright (2006), Numerical Optimization, eq. 8.7
 */
export function byCentralDifferences(value: (x: Float64Array) => number): Objective {
  return (x, gradient) => {
    for (let i = 0; i < x.length; i++) {
      const kept = x[i]!;
      x[i] = kept + STEP;
      const up = value(x);
      x[i] = kept - STEP;
      gradient[i] = (up - value(x)) / (2 * STEP);
      x[i] = kept;
    }
    return value(x);
  };
}

/**
 * An objective whose slope is measured on one side, at half the price: for where the last digits of
 * the minimum do not matter.
 * `value` at a point · returns Objective
 * source Nocedal & Wright (2006), Numerical Optimization, eq. 8.1
 */
export function byForwardDifferences(value: (x: Float64Array) => number): Objective {
  return (x, gradient, ceiling) => {
    const here = value(x);
    if (!(here <= ceiling)) return here;
    for (let i = 0; i < x.length; i++) {
      const kept = x[i]!;
      x[i] = kept + STEP;
      gradient[i] = (value(x) - here) / STEP;
      x[i] = kept;
    }
    return here;
  };
}
