/** What a boosted model is fitted to: its gradients, its starting point, its error. */

import { sampleQuantile } from '../numeric/sample-quantile.ts';

/** A loss to be boosted; scores are on the scale that trees add up on. */
export interface Loss {
  readonly name: 'squared' | 'quantile' | 'tweedie';
  /** Level of `quantile`, power of `tweedie`; 0 for `squared`. */
  readonly parameter: number;
  /** Whether every second derivative is 1: their sum is then a count. */
  readonly constantHessian: boolean;
  /** The best constant score; `weights` of the rows, equal where absent. */
  start(targets: Float64Array, weights?: Float64Array): number;
  /** Rates r whose exp(r · score) `derive` is handed for every row: a tree changes them by one factor a leaf. */
  readonly rates?: readonly number[];
  /** First and second derivatives by the score; `hessian` is left alone where it is constant. */
  derive(at: Derivation): void;
  /** The best step of a leaf from what its rows still lack, where that is not the Newton step. */
  readonly renew?: (lacking: Float64Array) => number;
  /** From a score to the scale of the targets. */
  answer(score: number): number;
  /** Error of one row. */
  error(target: number, score: number): number;
}

interface Derivation {
  readonly targets: Float64Array;
  readonly scores: Float64Array;
  /** One list for each of the loss's rates. */
  readonly powers: readonly Float64Array[];
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

/** Half the squared error: the forecast is the mean. */
export const SQUARED: Loss = {
  name: 'squared',
  parameter: 0,
  constantHessian: true,
  start: meanOf,
  derive({ targets, scores, gradient }) {
    for (let i = 0; i < targets.length; i++) gradient[i] = scores[i]! - targets[i]!;
  },
  answer: (score) => score,
  error: (target, score) => (score - target) ** 2 / 2,
};

/**
 * The pinball loss: the forecast is the quantile of a level. Leaves take the quantile of what is lacking.
 * `level` probability in (0,1) · returns Loss
 * source Koenker & Bassett (1978), doi:10.2307/1913643; Friedman (2001), doi:10.1214/aos/1013203451, for the leaves
 */
export function quantileLoss(level: number): Loss {
  return {
    name: 'quantile',
    parameter: level,
    constantHessian: true,
    start: (targets) => sampleQuantile(targets.slice(), level),
    derive({ targets, scores, gradient }) {
      for (let i = 0; i < targets.length; i++)
        gradient[i] = scores[i]! >= targets[i]! ? 1 - level : -level;
    },
    renew: (lacking) => sampleQuantile(lacking, level),
    answer: (score) => score,
    error: (target, score) =>
      target >= score ? level * (target - score) : (1 - level) * (score - target),
  };
}

/**
 * The deviance of a Tweedie distribution, for means of demand with many zeros; scores are logarithms.
 * `power` in (1,2) · returns Loss
 * source Jørgensen (1987), doi:10.1111/j.2517-6161.1987.tb01685.x; Zhou, Yang & Qian (2020), arXiv:1811.10192
 */
export function tweedieLoss(power: number): Loss {
  return {
    name: 'tweedie',
    parameter: power,
    constantHessian: false,
    start: (targets, weights) => Math.log(Math.max(1e-9, meanOf(targets, weights))),
    rates: [2 - power, 1 - power],
    derive({ targets, powers, gradient, hessian }) {
      const [highs, lows] = powers as [Float64Array, Float64Array];
      for (let i = 0; i < targets.length; i++) {
        const high = highs[i]!;
        const low = targets[i]! * lows[i]!;
        gradient[i] = high - low;
        hessian[i] = (2 - power) * high - (1 - power) * low;
      }
    },
    answer: (score) => Math.exp(score),
    error: (target, score) =>
      Math.exp((2 - power) * score) / (2 - power) -
      (target * Math.exp((1 - power) * score)) / (1 - power),
  };
}

/**
 * A loss by its name.
 * `name`, `parameter` as a Loss has them · returns Loss, or undefined for an unknown name
 */
export function lossNamed(name: string, parameter: number): Loss | undefined {
  if (name === 'squared') return SQUARED;
  if (name === 'quantile') return quantileLoss(parameter);
  return name === 'tweedie' ? tweedieLoss(parameter) : undefined;
}

function meanOf(values: Float64Array, weights?: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!;
    sum += weight * values[i]!;
    total += weight;
  }
  return total > 0 ? sum / total : 0;
}
