import type { Model } from '../model.ts';
import { fitForms } from './ets.ts';
import type { EtsForm } from './ets-form.ts';

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
  fit: (y) => fitForms(y, { forms: [FORM], m: 1, model: 'ses', title: 'SES' }),
};
