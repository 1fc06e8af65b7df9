import type { Fitted, Model } from '../model.ts';
import { fitIntermittent } from './intermittent.ts';

/**
 * Croston's method: sizes of demands and intervals between them, each smoothed with α = 0.1.
 * `y` demand per period, units, oldest first; NaN is skipped and counts towards no interval
 * refuses too_short (no demand)
 * source Croston (1972), doi:10.1057/jors.1972.50
 * checked against reference/models.json, statsforecast CrostonClassic, 1e-8
 */
export const croston: Model = {
  name: 'croston',
  title: 'Croston',
  source: 'Croston (1972)',
  fit: (y): Fitted | undefined =>
    fitIntermittent(y, { model: 'croston', form: 'Croston', alpha: 0.1, debias: 1 }),
};
