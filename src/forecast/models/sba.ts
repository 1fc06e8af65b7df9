import type { Fitted, Model } from '../model.ts';
import { fitIntermittent } from './intermittent.ts';

const ALPHA = 0.1;

/**
 * Croston's method with the correction of Syntetos and Boylan: the rate times 1 − α/2.
 * `y` demand per period, units, oldest first; NaN is skipped and counts towards no interval
 * refuses too_short (no demand)
 * source Syntetos & Boylan (2005), doi:10.1016/j.ijforecast.2004.10.001
 * checked against reference/models.json, statsforecast CrostonSBA, 1e-8
 */
export const sba: Model = {
  name: 'sba',
  title: 'Syntetos–Boylan (SBA)',
  source: 'Syntetos & Boylan (2005)',
  fit: (y): Fitted | undefined =>
    fitIntermittent(y, { model: 'sba', form: 'SBA', alpha: ALPHA, debias: 1 - ALPHA / 2 }),
};
