/** What a boosted model is fitted to: its gradients, its starting point, its error. */

import type { Random } from '../numeric/random.ts';
import { sampleQuantile } from '../numeric/sample-quantile.ts';

/** A loss to be boosted; scores are on the scale that trees add up on. */
export interface Loss {
  readonly name: 'squared' | 'quantile' | 'tweedie';
  /** Levels of `quantile`, the power of `tweedie`; none for `squared`. */
  readonly parameters: readonly number[];
  /** Scores of a row: one for each level of `quantile`, else one. */
  readonly outputs: number;
  /** Whether every second derivative is 1: their sum is then a count. */
  readonly constantHessian: boolean;
  /** The best constant scores; `weights` of the rows, equal where absent. */
  start(targets: Float64Array, weights?: Float64Array): readonly number[];
  /** Draws what each output counts for in the derivatives of a round, where there is more than one. */
  readonly look?: ((random: Random) => readonly number[]) | undefined;
  /** Rates r whose exp(r · score) `derive` is handed for every row: a tree changes them by one factor a leaf. */
  readonly rates?: readonly number[];
  /** First and second derivatives by the score; `hessian` is left alone where it is constant. */
  derive(at: Derivation): void;
  /** The best step of a leaf from what its rows still lack, where that is not the Newton step. */
  readonly renew?: (lacking: Float64Array, output: number) => number;
  /** From a score to the scale of the targets. */
  answer(score: number): number;
  /** Error of one row. */
  error(target: number, scores: ArrayLike<number>, row: number): number;
}

interface Derivation {
  readonly targets: Float64Array;
  /** Rows × outputs. */
  readonly scores: Float64Array;
  /** What each output counts for in the derivatives: of \`look\`, or all the same. */
  readonly direction: readonly number[];
  /** One list for each of the loss's rates. */
  readonly powers: readonly Float64Array[];
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

/** Half the squared error: the forecast is the mean. */
export const SQUARED: Loss = {
  name: 'squared',
  parameters: [],
  outputs: 1,
  constantHessian: true,
  start: (targets, weights) => [meanOf(targets, weights)],
  derive({ targets, scores, gradient }) {
    for (let i = 0; i < targets.length; i++) gradient[i] = scores[i]! - targets[i]!;
  },
  answer: (score) => score,
  error: (target, scores, row) => (scores[row]! - target) ** 2 / 2,
};

/** A level counts 1 + tilt · (2 · level − 1) in a round; the tilt is drawn between this and its negative. */
const LARGEST_TILT = 5;

/**
 * The pinball loss, of several levels at once where they are to share their trees: the forecasts are their quantiles.
 * Splits part rows by the sum of all gradients, tilted towards the high levels or the low ones, so that one tree
 * finds what moves demand and another what widens it; each leaf takes the quantiles of what its rows lack.
 * `levels` probabilities in (0,1) · returns Loss
 * source Koenker & Bassett (1978), doi:10.2307/1913643; Friedman (2001), doi:10.1214/aos/1013203451, for the leaves;
 * Iosipoi & Vakhrushev (2022), SketchBoost, arXiv:2211.12858, for splits by a random projection of the gradients
 */
export function quantileLoss(...levels: readonly number[]): Loss {
  const outputs = levels.length;
  const tilt = (random: Random) => {
    const drawn = LARGEST_TILT * (2 * random.uniform() - 1);
    return levels.map((level) => 1 + drawn * (2 * level - 1));
  };
  return {
    name: 'quantile',
    parameters: levels,
    outputs,
    constantHessian: true,
    look: outputs > 1 ? tilt : undefined,
    start: (targets) => levels.map((level) => sampleQuantile(targets.slice(), level)),
    derive({ targets, scores, direction, gradient }) {
      for (let i = 0, at = 0; i < targets.length; i++) {
        const target = targets[i]!;
        let sum = 0;
        for (let k = 0; k < outputs; k++, at++)
          sum += direction[k]! * (scores[at]! >= target ? 1 - levels[k]! : -levels[k]!);
        gradient[i] = sum;
      }
    },
    renew: (lacking, output) => sampleQuantile(lacking, levels[output]!),
    answer: (score) => score,
    error(target, scores, row) {
      let sum = 0;
      for (let k = 0; k < outputs; k++) {
        const score = scores[row * outputs + k]!;
        const level = levels[k]!;
        sum += target >= score ? level * (target - score) : (1 - level) * (score - target);
      }
      return sum / outputs;
    },
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
    parameters: [power],
    outputs: 1,
    constantHessian: false,
    start: (targets, weights) => [Math.log(Math.max(1e-9, meanOf(targets, weights)))],
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
    error: (target, scores, row) =>
      Math.exp((2 - power) * scores[row]!) / (2 - power) -
      (target * Math.exp((1 - power) * scores[row]!)) / (1 - power),
  };
}

/**
 * A loss by its name.
 * `name`, `parameters` as a Loss has them · returns Loss, or undefined for an unknown name
 */
export function lossNamed(name: string, parameters: readonly number[]): Loss | undefined {
  if (name === 'squared') return SQUARED;
  if (parameters.length === 0) return undefined;
  if (name === 'quantile') return quantileLoss(...parameters);
  return name === 'tweedie' ? tweedieLoss(parameters[0]!) : undefined;
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
