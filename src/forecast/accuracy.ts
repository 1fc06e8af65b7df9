/**
 * Measures of accuracy. Each takes what happened and what was said; periods whose actual is NaN are
 * left out; a measure without a defined value (no period, a scale of zero) is NaN.
 */

/** What happened, and the point forecast for it; equal lengths. */
export interface Pointwise {
  readonly actual: ArrayLike<number>;
  readonly forecast: ArrayLike<number>;
}

/** A pointwise comparison together with the history that scales it. */
export interface Scaled extends Pointwise {
  readonly insample: ArrayLike<number>;
  /** Season length, periods; 1 compares neighbours. */
  readonly season?: number;
}

function average(n: number, term: (i: number) => number): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < n; i++) {
    const value = term(i);
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

function ratio(top: number, bottom: number): number {
  return bottom > 0 ? top / bottom : Number.NaN;
}

/** Mean absolute error, units. Source Hyndman & Koehler (2006), doi:10.1016/j.ijforecast.2006.03.001 */
export function mae({ actual, forecast }: Pointwise): number {
  return average(actual.length, (i) => Math.abs(actual[i]! - forecast[i]!));
}

/** Root mean squared error, units. Source Hyndman & Koehler (2006). */
export function rmse({ actual, forecast }: Pointwise): number {
  return Math.sqrt(average(actual.length, (i) => (actual[i]! - forecast[i]!) ** 2));
}

/** Sum of absolute errors over the sum of absolute demand. Source Kolassa & Schütz (2007). */
export function wape({ actual, forecast }: Pointwise): number {
  return ratio(
    mae({ actual, forecast }),
    average(actual.length, (i) => Math.abs(actual[i]!) + 0 * forecast[i]!),
  );
}

/** Sum of (forecast − actual) over the sum of actual demand: positive is too much. */
export function bias({ actual, forecast }: Pointwise): number {
  return ratio(
    average(actual.length, (i) => forecast[i]! - actual[i]!),
    Math.abs(average(actual.length, (i) => actual[i]! + 0 * forecast[i]!)),
  );
}

/** Symmetric mean absolute percentage error from 0 to 2; 0 where both are zero. Source M4 (2020), ×100 there. */
export function smape({ actual, forecast }: Pointwise): number {
  return average(actual.length, (i) => {
    const size = Math.abs(actual[i]!) + Math.abs(forecast[i]!);
    return size === 0 ? 0 : (2 * Math.abs(actual[i]! - forecast[i]!)) / size;
  });
}

/**
 * Mean absolute difference of periods one season apart: the scale of MASE and SQL.
 * `insample` history, units · `season` periods, integer ≥ 1 · returns units, NaN where n ≤ season
 * source Hyndman & Koehler (2006), eq. 2 and its seasonal form
 */
export function seasonalError(insample: ArrayLike<number>, season = 1): number {
  return average(insample.length - season, (i) => Math.abs(insample[i + season]! - insample[i]!));
}

/** Mean squared difference of periods one season apart from the first non-zero demand on: the scale of RMSSE. */
export function squaredSeasonalError(insample: ArrayLike<number>, season = 1): number {
  let first = 0;
  while (first < insample.length && !(Math.abs(insample[first]!) > 0)) first++;
  return average(
    insample.length - first - season,
    (i) => (insample[first + i + season]! - insample[first + i]!) ** 2,
  );
}

/** Mean absolute scaled error. Source Hyndman & Koehler (2006). */
export function mase({ actual, forecast, insample, season }: Scaled): number {
  return ratio(mae({ actual, forecast }), seasonalError(insample, season));
}

/** Root mean squared scaled error. Source M5, Makridakis et al. (2022), doi:10.1016/j.ijforecast.2021.07.007 */
export function rmsse({ actual, forecast, insample, season }: Scaled): number {
  return Math.sqrt(ratio(rmse({ actual, forecast }) ** 2, squaredSeasonalError(insample, season)));
}

/**
 * Loss of a quantile: what a unit too few (level) or too many (1 − level) costs.
 * `actual`, `quantile` units · `level` probability in (0,1) · returns units, ≥ 0
 * source Koenker & Bassett (1978), doi:10.2307/1913643
 */
export function pinball(
  level: number,
  { actual, quantile }: { actual: number; quantile: number },
): number {
  const short = actual - quantile;
  return short >= 0 ? level * short : (level - 1) * short;
}

/** What happened, and the quantiles said for it: one array per level. */
export interface Quantilewise {
  readonly actual: ArrayLike<number>;
  /** Probabilities in (0,1). */
  readonly levels: readonly number[];
  /** quantiles[k][i] is the quantile at levels[k] for period i. */
  readonly quantiles: readonly ArrayLike<number>[];
}

/** Mean over levels and periods of the quantile loss, units. */
export function meanPinball({ actual, levels, quantiles }: Quantilewise): number {
  return average(levels.length, (k) =>
    average(actual.length, (i) =>
      pinball(levels[k]!, { actual: actual[i]!, quantile: quantiles[k]![i]! }),
    ),
  );
}

/** Weighted quantile loss: 2 × mean pinball over mean |actual|. Source GluonTS, and M5 uncertainty in kind. */
export function wql(input: Quantilewise): number {
  const size = average(input.actual.length, (i) => Math.abs(input.actual[i]!));
  return ratio(2 * meanPinball(input), size);
}

/** Scaled quantile loss: 2 × mean pinball over the seasonal error of the history. Source fev (2025). */
export function sql(
  input: Quantilewise & { insample: ArrayLike<number>; season?: number },
): number {
  return ratio(2 * meanPinball(input), seasonalError(input.insample, input.season));
}

/** What happened, and an interval said for it. */
export interface Intervalwise {
  readonly actual: ArrayLike<number>;
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
}

/** Share of actuals inside the closed interval. */
export function coverage({ actual, lower, upper }: Intervalwise): number {
  return average(actual.length, (i) => {
    if (Number.isNaN(actual[i]!)) return Number.NaN;
    return actual[i]! >= lower[i]! && actual[i]! <= upper[i]! ? 1 : 0;
  });
}

/** Mean scaled interval score of the central interval that holds `inside` of the probability. Source Gneiting & Raftery (2007), M4. */
export function msis(
  input: Intervalwise & { inside: number; insample: ArrayLike<number>; season?: number },
): number {
  const { actual, lower, upper } = input;
  const penalty = 2 / (1 - input.inside);
  const score = average(actual.length, (i) => {
    const under = Math.max(0, lower[i]! - actual[i]!);
    const over = Math.max(0, actual[i]! - upper[i]!);
    return upper[i]! - lower[i]! + penalty * (under + over);
  });
  return ratio(score, seasonalError(input.insample, input.season));
}
