/** How often demand has to be differenced before an ARMA process can describe it. */

import { stl } from '../numeric/stl.ts';
import { difference } from './arima-form.ts';

/** Critical value of the level test at 5 %. */
const KPSS_CRITICAL = 0.463;
const MOST_DIFFERENCES = 2;
/** A season that is this much of what the trend leaves is differenced away. */
const STRONG_SEASON = 0.64;
const SEASONS_PER_WINDOW = 11;

/**
 * Strength of the season: the share of what the trend leaves that the season explains.
 * `y` units, no NaN, at least two seasons · `season` periods ≥ 2 · returns a share in [0,1]
 * source Wang, Smith & Hyndman (2006), doi:10.1007/s10618-005-0039-x
 * checked against reference/arima.json through R forecast::nsdiffs
 */
export function seasonalStrength(y: Float64Array, season: number): number {
  const { seasonal, remainder } = stl(y, { season, seasonalWindow: SEASONS_PER_WINDOW });
  const both = seasonal.map((value, t) => value + remainder[t]!);
  const whole = variance(both);
  if (!(whole > 0)) return 0;
  return Math.min(1, Math.max(0, 1 - variance(remainder) / whole));
}

/**
 * The statistic of the test whether demand keeps to a level.
 * `x` units, no NaN · returns a number, large where the level wanders; NaN for a constant
 * source Kwiatkowski, Phillips, Schmidt & Shin (1992), doi:10.1016/0304-4076(92)90104-Y; lags as R forecast::ndiffs
 */
export function kpss(x: Float64Array): number {
  const n = x.length;
  const mean = x.reduce((sum, value) => sum + value, 0) / n;
  const e = x.map((value) => value - mean);
  const lags = Math.trunc((3 * Math.sqrt(n)) / 13);
  let partial = 0;
  let sums = 0;
  let spread = 0;
  for (let t = 0; t < n; t++) {
    partial += e[t]!;
    sums += partial * partial;
    spread += e[t]! * e[t]!;
  }
  for (let lag = 1; lag <= lags; lag++) {
    let product = 0;
    for (let t = lag; t < n; t++) product += e[t]! * e[t - lag]!;
    spread += 2 * (1 - lag / (lags + 1)) * product;
  }
  return sums / n / spread;
}

/**
 * Orders of differencing: seasonal by the strength of the season, ordinary by repeated level tests.
 * `y` units, no NaN · `m` season, periods, 1 for none · returns d and D
 * source Hyndman & Khandakar (2008), doi:10.18637/jss.v027.i03, as R forecast 8.20 has it
 * checked against reference/arima.json
 */
export function chooseDifferences(y: Float64Array, m: number): { d: number; D: number } {
  const D = m > 1 && y.length >= 2 * m + 2 && seasonalStrength(y, m) > STRONG_SEASON ? 1 : 0;
  let x = difference(y, { d: 0, D, m });
  let d = 0;
  while (d < MOST_DIFFERENCES && x.length > 3 && kpss(x) > KPSS_CRITICAL) {
    d++;
    x = difference(x, { d: 1, D: 0, m });
    if (isConstant(x)) break;
  }
  return { d, D };
}

function isConstant(x: Float64Array): boolean {
  return x.every((value) => value === x[0]);
}

function variance(x: Float64Array): number {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  return x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (x.length - 1);
}
