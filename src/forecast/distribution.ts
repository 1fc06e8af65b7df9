import type { Moments } from './moments.ts';
import { cumulativeDeviations, periodDeviations } from './moments.ts';
import { normalCdf } from './numeric/normal.ts';
import { seededRandom } from './numeric/random.ts';
import { type MeanAndDeviation, type Shape, shapeQuantile } from './shape.ts';
import type { Predictive, Univariate } from './types.ts';

/** Factors on the model's own standard deviations, learned from backtest errors. */
export interface Calibration {
  /** On the deviation of a single period. */
  readonly period: number;
  /** On the deviation of the sum over the whole horizon; windows between follow the power law. */
  readonly cumulative: number;
}

/** What a predictive distribution is made of. */
export interface PredictiveParts {
  readonly moments: Moments;
  readonly shape: Shape;
  readonly calibration?: Calibration;
  /** Fixes the sample paths: the id of the series, and the seed of the run. */
  readonly key: string;
  readonly seed: number;
}

/** A sum of periods, and where it begins. */
interface SumOf extends MeanAndDeviation {
  readonly from: number;
  readonly periods: number;
}

const UNCALIBRATED: Calibration = { period: 1, cumulative: 1 };

/**
 * The joint distribution of the next h periods from moments, a family and a calibration.
 * Marginals and sums are analytic: the variance of a sum comes from the covariances, its family is
 * that of the periods. Sample paths join the marginals by a Gaussian copula with the model's own
 * correlations.
 * `parts` moments of h ≥ 1 periods, finite · returns Predictive, ≥ 0, monotone in the level
 * source Hyndman et al. (2008), ch. 6; Nelsen (2006) for the copula
 * checked against sums and quantiles of its own sample paths in distribution.test.ts
 */
export function makePredictive(parts: PredictiveParts): MomentPredictive {
  return new MomentPredictive(parts);
}

/** Predictive distribution that is held as moments: small, and quick to ask for any window. */
export class MomentPredictive implements Predictive {
  readonly horizon: number;
  readonly mean: Float64Array;
  readonly shape: Shape;
  readonly calibration: Calibration;
  readonly #parts: PredictiveParts;
  readonly #sd: Float64Array;
  readonly #marginals: readonly Shape[] | undefined;

  constructor(parts: PredictiveParts) {
    this.#parts = parts;
    this.horizon = parts.moments.horizon;
    this.shape = parts.shape;
    this.calibration = parts.calibration ?? UNCALIBRATED;
    this.mean = parts.moments.mean.map((value) => Math.max(0, value));
    this.#marginals = parts.moments.marginals;
    this.#sd = periodDeviations(parts.moments);
    for (let k = 0; k < this.horizon; k++) {
      this.#sd[k] = this.#least(this.#sd[k]! * this.calibration.period, {
        mean: this.mean[k]!,
        family: this.#family(k),
      });
    }
  }

  /** Family of one period; that of sums is `shape`. */
  #family(k: number): Shape {
    return this.#marginals?.[k] ?? this.shape;
  }

  /** Counts scatter at least as a Poisson does, unless they do not scatter at all. */
  #least(sd: number, of: { mean: number; family: Shape }): number {
    const { mean, family } = of;
    return family.kind === 'count' && sd > 0 ? Math.max(sd, Math.sqrt(mean)) : sd;
  }

  /** Standard deviation per period, units, length horizon. */
  get sd(): Float64Array {
    return this.#sd;
  }

  quantile(level: number): Float64Array {
    const values = new Float64Array(this.horizon);
    for (let k = 0; k < this.horizon; k++) {
      values[k] = shapeQuantile(this.#family(k), level, { mean: this.mean[k]!, sd: this.#sd[k]! });
    }
    return values;
  }

  sum(from: number, to: number): Univariate {
    let mean = 0;
    for (let k = from; k < to; k++) mean += this.mean[k]!;
    const sd = to > from ? this.cumulativeSd(from)[to - from - 1]! : 0;
    return {
      mean,
      sd,
      quantile: (level) => this.sumQuantile(level, { from, mean, sd, periods: to - from }),
    };
  }

  /** Quantile of a sum that begins at `from`; of one period it is the period's own. */
  sumQuantile(level: number, of: SumOf): number {
    const { from, periods } = of;
    if (periods === 1) return shapeQuantile(this.#family(from), level, of);
    const own = this.#parts.moments.sums?.[periods - 1];
    // The family of a sum is that of the sum already: nothing is left to draw towards a normal.
    if (own !== undefined) return shapeQuantile(own, level, { ...of, periods: 1 });
    return shapeQuantile(this.shape, level, of);
  }

  /** Standard deviation of the sum of periods [from, from + w), for w = 1 … horizon − from. */
  cumulativeSd(from = 0): Float64Array {
    const sd = cumulativeDeviations(this.#parts.moments, from);
    const { period, cumulative } = this.calibration;
    const power = this.horizon > 1 ? Math.log(cumulative / period) / Math.log(this.horizon) : 0;
    let mean = 0;
    for (let i = 0; i < sd.length; i++) {
      mean += this.mean[from + i]!;
      sd[i] = this.#least(sd[i]! * period * (i + 1) ** power, { mean, family: this.shape });
    }
    return sd;
  }

  simulate(count: number): Float64Array {
    const h = this.horizon;
    const { factor } = this.#parts.moments;
    const { period } = this.calibration;
    const random = seededRandom(this.#parts.key, this.#parts.seed).split('paths');
    const invert = Array.from(this.mean, (_, k) => this.#inverse(k));
    const paths = new Float64Array(count * h);
    const shocks = new Float64Array(h);
    for (let row = 0; row < paths.length; row += h) {
      for (let k = 0; k < h; k++) {
        shocks[k] = random.normal();
        let deviation = 0;
        for (let i = 0; i <= k; i++) deviation += factor[k * h + i]! * shocks[i]!;
        paths[row + k] = invert[k]!(deviation * period);
      }
    }
    return paths;
  }

  /** From a normal deviation of period k, in units, to demand of the period's own family. */
  #inverse(k: number): (deviation: number) => number {
    const mean = this.mean[k]!;
    const sd = this.#sd[k]!;
    const family = this.#family(k);
    if (family.kind === 'normal' || sd === 0) return (deviation) => Math.max(0, mean + deviation);
    // Inverting a family per draw is slow: the quantiles are laid out once and looked up.
    const table = new Float64Array(INVERSE_STEPS + 1);
    for (let i = 0; i <= INVERSE_STEPS; i++) {
      const level = normalCdf(-INVERSE_REACH + (2 * INVERSE_REACH * i) / INVERSE_STEPS);
      table[i] = shapeQuantile(family, level, { mean, sd });
    }
    const whole = family.kind === 'count' || family.whole === true;
    return (deviation) => {
      const z = Math.max(-INVERSE_REACH, Math.min(INVERSE_REACH, deviation / sd));
      const place = ((z + INVERSE_REACH) / (2 * INVERSE_REACH)) * INVERSE_STEPS;
      const step = Math.min(INVERSE_STEPS - 1, Math.floor(place));
      const value = table[step]! + (place - step) * (table[step + 1]! - table[step]!);
      return whole ? Math.round(value) : value;
    };
  }
}

const INVERSE_STEPS = 256;
const INVERSE_REACH = 5;

/** Quantiles of cumulative demand for every window that begins now. */
export interface CumulativeQuantiles {
  readonly levels: readonly number[];
  /** Mean of the sum of the first w periods at index w − 1, units. */
  readonly mean: Float64Array;
  /** Standard deviation of the sum of the first w periods at index w − 1, units. */
  readonly sd: Float64Array;
  /** Per level, the quantile of the sum of the first w periods at index w − 1, units. */
  readonly quantiles: readonly Float64Array[];
}

/**
 * Quantiles of demand over every window length 1 … h from now: the matrix that lead-time demand
 * is read from.
 * `predictive` of h periods · `levels` probabilities in (0,1) · returns CumulativeQuantiles,
 * monotone in the level and, at a level, never falling with the window
 */
export function cumulativeQuantiles(
  predictive: Predictive,
  levels: readonly number[],
): CumulativeQuantiles {
  const h = predictive.horizon;
  const mean = new Float64Array(h);
  for (let k = 0; k < h; k++) mean[k] = (k > 0 ? mean[k - 1]! : 0) + predictive.mean[k]!;
  const own = predictive instanceof MomentPredictive ? predictive : undefined;
  const sd = own
    ? own.cumulativeSd()
    : Float64Array.from({ length: h }, (_, k) => predictive.sum(0, k + 1).sd);
  const quantiles = levels.map((level) => {
    const values = new Float64Array(h);
    for (let k = 0; k < h; k++) {
      const value = own
        ? own.sumQuantile(level, { from: 0, mean: mean[k]!, sd: sd[k]!, periods: k + 1 })
        : predictive.sum(0, k + 1).quantile(level);
      // Demand is never negative, so neither can a longer window need less than a shorter one.
      values[k] = k > 0 ? Math.max(values[k - 1]!, value) : value;
    }
    return values;
  });
  return { levels, mean, sd, quantiles };
}
