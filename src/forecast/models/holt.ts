import type { Model } from '../model.ts';
import { fitForms } from './ets.ts';
import type { EtsForm } from './ets-form.ts';

const FORM: EtsForm = { error: 'A', trend: 'A', season: 'N' };

/**
 * Holt's linear trend, its parameters and first states by least squares.
 * `y` demand per period, units, oldest first; NaN moves the states along without an error
 * refuses too_short (fewer observations than parameters)
 * source Holt (1957), doi:10.1016/j.ijforecast.2003.09.015; ETS(A,A,N)
 * checked against reference/models.json, R forecast 8.20 holt, forecasts within 0.5 %
 */
export const holt: Model = {
  name: 'holt',
  title: "Holt's linear trend",
  source: 'Holt (1957)',
  fit: (y) => fitForms(y, { forms: [FORM], m: 1, model: 'holt', title: 'Holt' }),
};
