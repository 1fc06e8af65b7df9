import type { Model } from '../model.ts';
import { fitForms } from './ets.ts';
import type { EtsForm } from './ets-form.ts';

const FORM: EtsForm = { error: 'A', trend: 'Ad', season: 'N' };

/**
 * Damped trend, its parameters and first states by least squares.
 * `y` demand per period, units, oldest first; NaN moves the states along without an error
 * refuses too_short (fewer observations than parameters)
 * source Gardner & McKenzie (1985), doi:10.1287/mnsc.31.10.1237; ETS(A,Ad,N)
 * checked against reference/models.json, R forecast 8.20 holt(damped = TRUE), forecasts within 0.5 %
 */
export const damped: Model = {
  name: 'damped',
  title: 'Damped trend',
  source: 'Gardner & McKenzie (1985)',
  fit: (y) => fitForms(y, { forms: [FORM], m: 1, model: 'damped', title: 'Damped trend' }),
};
