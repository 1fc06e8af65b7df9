/** How much of an effect is still there some time later: what a price does at first may be made up for. */

import { neighboursIn } from './effect-windows.ts';

/** What acts on the periods of a history, as logarithms of factors; NaN where it is not known. */
interface Acting {
  /** Of flags and categories, taken as they are. */
  readonly flags: Float64Array;
  /** Of prices and other measurements. */
  readonly measured: Float64Array;
  readonly season: number;
}

/** How far ahead effects are looked at: a quarter of weeks, four weeks of days. */
const [LEAD, SEASONS_LEAD] = [13, 4];
/** What the level is taken from there: as many periods, or turns of the season. */
const [LEVEL, SEASONS_LEVEL] = [12, 3];
/** Shares that are tried. What no history can tell is left whole. */
const SHARES = [1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125, 0];
const LEAST_OBSERVED = 2;

/**
 * The share of measured effects with which the level of some time before comes nearest to demand, in absolute error.
 * Neighbours alone would not tell: customers fill their shelves while it is cheap, and are used to a price that stays.
 * `y` demand per period, units, NaN where not observed · `acting` on the same periods · returns share, in [0,1]
 */
export function lastingShare(y: Float64Array, { flags, measured, season }: Acting): number {
  if (!measured.some((log) => log !== 0)) return 1;
  const { step } = neighboursIn(season);
  const [lead, length] = step === 1 ? [LEAD, LEVEL] : [SEASONS_LEAD, SEASONS_LEVEL];
  const errors = SHARES.map((share) => {
    const factors = y.map((_, t) => Math.exp(flags[t]! + share * measured[t]!));
    let error = 0;
    for (let t = lead * step; t < y.length; t++) {
      const level = levelBefore(t - lead * step, { y, factors, step, length });
      const missed = Math.abs(Math.max(0, y[t]!) - level * factors[t]!);
      if (!Number.isNaN(missed)) error += missed;
    }
    return error;
  });
  return SHARES[errors.indexOf(Math.min(...errors))]!;
}

interface Past {
  readonly y: Float64Array;
  readonly factors: Float64Array;
  readonly step: number;
  readonly length: number;
}

/** Demand for a factor of 1, of periods up to `t` that are as far apart as a step; NaN where too few are known. */
function levelBefore(t: number, { y, factors, step, length }: Past): number {
  let demand = 0;
  let factor = 0;
  let observed = 0;
  for (let k = 0; k < length && t - k * step >= 0; k++) {
    const at = t - k * step;
    if (Number.isNaN(y[at]! + factors[at]!)) continue;
    demand += Math.max(0, y[at]!);
    factor += factors[at]!;
    observed++;
  }
  return observed < LEAST_OBSERVED ? Number.NaN : demand / factor;
}
