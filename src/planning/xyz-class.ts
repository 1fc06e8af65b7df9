/** XYZ: how well a product can be forecast. */

import { requireNumber } from './refusal.ts';

/** X: forecast well. Z: hardly to be foreseen. */
export type XyzClass = 'X' | 'Y' | 'Z';

/** Errors of a backtest and the demand that they are relative to. */
export interface Forecastability {
  /** Root mean squared error of the backtest, units per period. */
  readonly backtestRmse: number;
  /** Mean demand per period over the same dates, units. */
  readonly meanDemand: number;
}

/**
 * Classes a product by its forecast error relative to its demand.
 *
 * A strongly seasonal product that is forecast well is X although its raw variation is large: what
 * needs safety stock is what cannot be foreseen. A value at a cut-off is of the upper class.
 *
 * `forecastability` RMSE ≥ 0, demand ≥ 0 · `cutOffs` of RMSE / mean demand, default .5 and 1
 * returns X, Y or Z; Z without demand · refuses bad_number
 * source the coefficient of variation of the forecast error in place of that of the demand
 */
export function xyzClass(
  { backtestRmse, meanDemand }: Forecastability,
  { cutOffs = [0.5, 1] }: { cutOffs?: readonly [number, number] } = {},
): XyzClass {
  requireNumber('backtestRmse', backtestRmse);
  requireNumber('meanDemand', meanDemand);
  if (meanDemand === 0) return 'Z';
  const relative = backtestRmse / meanDemand;
  return relative < cutOffs[0] ? 'X' : relative < cutOffs[1] ? 'Y' : 'Z';
}
