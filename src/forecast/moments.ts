import { meanShape, NORMAL, type Shape } from './shape.ts';

/**
 * First and second moments of the next h periods, as y = mean + factor · ε with ε independent and
 * of unit variance. Every model gives this form: analytic where it is linear, linearised else. It
 * carries the covariance between periods, so the variance of any sum of periods is exact for it.
 */
export interface Moments {
  readonly horizon: number;
  /** Mean per period, units, length h; may be below zero before a distribution truncates it. */
  readonly mean: Float64Array;
  /** Lower-triangular h × h, row-major: units of period k per unit shock in period i ≤ k. */
  readonly factor: Float64Array;
  /** The family of each period, length h, where the model has one of its own. */
  readonly marginals?: readonly Shape[];
  /** The family of the sum of w periods at index w − 1, wherever they begin, likewise. */
  readonly sums?: readonly Shape[];
}

/** What a linear model says of its errors. */
export interface LinearErrors {
  readonly mean: Float64Array;
  /** Standard deviation of a one-step error, units. */
  readonly sigma: number;
  /** Share of a shock that is still there j ≥ 1 periods later. */
  readonly echo: (j: number) => number;
  /** Factor per period on the spread, for models of a seasonally adjusted series. */
  readonly scale?: Float64Array;
}

/**
 * Moments of a model that is linear in its errors: y_{t+k} = mean_k + s_k σ (ε_k + Σ echo(j) ε_{k−j}).
 * `mean` units, length h · `sigma` units · `echo` share · returns Moments, length h
 * source Hyndman et al. (2008), Forecasting with Exponential Smoothing, eq. 6.1
 */
export function linearMoments({ mean, sigma, echo, scale }: LinearErrors): Moments {
  const h = mean.length;
  const weights = new Float64Array(h);
  weights[0] = sigma;
  for (let j = 1; j < h; j++) weights[j] = sigma * echo(j);
  const factor = new Float64Array(h * h);
  for (let k = 0; k < h; k++) {
    const s = scale === undefined ? 1 : scale[k]!;
    for (let i = 0; i <= k; i++) factor[k * h + i] = s * weights[k - i]!;
  }
  return { horizon: h, mean, factor };
}

/**
 * Moments of periods that are each multiplied by a number.
 * `moments` of h periods · `by` at index k, ≥ 0 · returns Moments, length h
 */
export function multiplyMoments(moments: Moments, by: (k: number) => number): Moments {
  const { horizon } = moments;
  const factor = moments.factor.slice();
  for (let k = 0; k < horizon; k++) for (let i = 0; i <= k; i++) factor[k * horizon + i]! *= by(k);
  return { ...moments, mean: moments.mean.map((value, k) => value * by(k)), factor };
}

/**
 * Standard deviation per period.
 * `moments` of h periods · returns units, length h
 */
export function periodDeviations({ horizon, factor }: Moments): Float64Array {
  const sd = new Float64Array(horizon);
  for (let k = 0; k < horizon; k++) {
    let variance = 0;
    for (let i = 0; i <= k; i++) variance += factor[k * horizon + i]! ** 2;
    sd[k] = Math.sqrt(variance);
  }
  return sd;
}

/**
 * Standard deviation of the sum of the first w periods, for every w.
 * `moments` of h periods · `from` first period of the sums, 0-based · returns units, length h − from
 */
export function cumulativeDeviations({ horizon, factor }: Moments, from = 0): Float64Array {
  const sd = new Float64Array(horizon - from);
  const shock = new Float64Array(horizon);
  for (let k = from; k < horizon; k++) {
    let variance = 0;
    for (let i = 0; i <= k; i++) {
      const sum = shock[i]! + factor[k * horizon + i]!;
      shock[i] = sum;
      variance += sum * sum;
    }
    sd[k - from] = Math.sqrt(variance);
  }
  return sd;
}

/**
 * The same moments with one family for all periods.
 * `moments` of h periods · returns Moments
 */
export function withoutMarginals({ horizon, mean, factor }: Moments): Moments {
  return { horizon, mean, factor };
}

/**
 * Moments of a weighted mean of forecasts whose shocks are the same shocks; where a member has a
 * family of its own, the mean takes it over.
 * `parts` moments of equal horizon · `weights` sum to 1 · returns Moments
 */
export function mixMoments(parts: readonly Moments[], weights: readonly number[]): Moments {
  const { horizon } = parts[0]!;
  const mean = new Float64Array(horizon);
  const factor = new Float64Array(horizon * horizon);
  parts.forEach((part, p) => {
    const weight = weights[p]!;
    for (let k = 0; k < horizon; k++) mean[k]! += weight * part.mean[k]!;
    for (let i = 0; i < factor.length; i++) factor[i]! += weight * part.factor[i]!;
  });
  const marginals = parts.find((part) => part.marginals !== undefined)?.marginals;
  const sums = parts.find((part) => part.sums !== undefined)?.sums;
  return {
    horizon,
    mean,
    factor,
    ...(marginals === undefined ? {} : { marginals }),
    ...(sums === undefined ? {} : { sums }),
  };
}

/**
 * The weighted mean of two forecasts, quantile by quantile where the second has a family of its own per period.
 * `one`, `other` moments of equal horizon · `share` of the other, in [0,1] · returns Moments
 * source Lichtendahl, Grushka-Cockayne & Winkler (2013), doi:10.1287/mnsc.1120.1667, on averaging quantiles
 */
export function averageMoments(one: Moments, other: Moments, share: number): Moments {
  const parts = [one, other];
  const weights = [1 - share, share];
  const mixed = mixMoments(parts.map(withoutMarginals), weights);
  const sd = periodDeviations(mixed);
  if (other.marginals === undefined || sd.some((value) => !(value > 0))) return mixed;
  const deviations = parts.map(periodDeviations);
  const marginals = Array.from(mixed.mean, (mean, k) =>
    meanShape(
      parts.map((part, p) => ({
        shape: part.marginals?.[k] ?? NORMAL,
        mean: part.mean[k]!,
        sd: deviations[p]![k]!,
        weight: weights[p]!,
      })),
      { mean, sd: sd[k]! },
    ),
  );
  return { ...mixed, marginals };
}
