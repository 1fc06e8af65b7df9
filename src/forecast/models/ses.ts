import type { Fitted, Model } from '../model.ts';
import { applyEts } from './ets-fit.ts';
import type { EtsForm } from './ets-form.ts';
import { etsValue } from './ets-kernel.ts';
import { ALPHA, LEVEL, PHI, SEASONAL } from './ets-layout.ts';
import { sizeOf } from './ets-start.ts';
import { searchSes } from './ses-search.ts';

const FORM: EtsForm = { error: 'A', trend: 'N', season: 'N' };

/**
 * Simple exponential smoothing, its parameters and first states by least squares.
 * `y` demand per period, units, oldest first; NaN moves the states along without an error
 * refuses too_short (fewer observations than parameters)
 * source Brown (1956); Hyndman et al. (2008), ETS(A,N,N)
 * checked against reference/models.json, R forecast 8.20 ses, forecasts within 0.5 %
 */
export const ses: Model = {
  name: 'ses',
  title: 'Simple exponential smoothing',
  source: 'Brown (1956); Hyndman et al. (2008)',
  fit: fitSes,
};

/** Weight, first level, variance of the errors. */
const SIZE = 3;

/**
 * The fit of simple exponential smoothing, also below other models.
 * `y` units, NaN skipped · returns Fitted, or undefined of fewer than five observations
 */
export function fitSes(y: Float64Array): Fitted | undefined {
  const { observed, scale } = sizeOf(y);
  if (observed <= SIZE + 1) return undefined;
  const scaled = y.map((value) => value / scale);
  const { alpha, level } = searchSes(scaled);
  const theta = new Float64Array(SEASONAL + 1);
  theta[ALPHA] = alpha;
  theta[PHI] = 1;
  theta[LEVEL] = level;
  const value = etsValue({ y: scaled, form: FORM, m: 1 }, theta, new Float64Array(theta.length));
  const penalty = 2 * SIZE + (2 * SIZE * (SIZE + 1)) / (observed - SIZE - 1);
  const aicc = value + penalty + 2 * observed * Math.log(scale);
  return applyEts(y, {
    form: FORM,
    m: 1,
    theta,
    scale,
    size: SIZE,
    aicc,
    model: 'ses',
    title: 'SES',
  });
}
