import type { Model } from '../model.ts';
import { ces } from './ces.ts';
import { fitOnLogarithms } from './on-logarithms.ts';

/**
 * Automatic complex exponential smoothing of the logarithms of demand: season and scatter in
 * proportion to the level.
 * `y` demand per period, units, oldest first; NaN is interpolated
 * refuses too_short (fewer than six observations), and demand that is not above zero throughout
 * source Svetunkov, Kourentzes & Ord (2022), doi:10.1002/nav.22074
 * checked against reference/smoothing.json, statsforecast AutoCES on logarithms: squared error no worse than 15 %
 */
export const logCes: Model = {
  name: 'log-ces',
  title: 'Automatic CES of logarithms',
  source: 'Svetunkov, Kourentzes & Ord (2022)',
  fit: (y, options) => fitOnLogarithms(y, { model: ces, name: 'log-ces' }, options),
};
