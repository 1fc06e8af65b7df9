import type { Model } from '../model.ts';
import { mstl } from './mstl.ts';
import { fitOnLogarithms } from './on-logarithms.ts';

/**
 * Several seasons at once in the logarithms of demand: each season is a factor, not a shift.
 * `y` demand per period, units, oldest first; NaN is interpolated
 * refuses too_short (fewer than two of the shortest season), and demand that is not above zero throughout
 * source Bandara, Hyndman & Bergmeir (2021), doi:10.1504/IJOR.2022.10048281; Box & Cox (1964)
 */
export const logMstl: Model = {
  name: 'log-mstl',
  title: 'Several seasons (MSTL) of logarithms',
  source: 'Bandara, Hyndman & Bergmeir (2021)',
  fit: (y, options) => fitOnLogarithms(y, { model: mstl, name: 'log-mstl' }, options),
};
