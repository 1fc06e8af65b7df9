import type { Model } from '../model.ts';
import { fitAggregated } from './aggregation.ts';

/**
 * IMAPA: the mean of the smoothed demand at every level of aggregation, from one period to as many
 * as demand waits for the next on average.
 * `y` demand per period, units, oldest first; NaN is left out
 * refuses too_short (no demand)
 * source Petropoulos & Kourentzes (2015), doi:10.1057/jors.2014.62
 * checked against reference/aggregation.json, statsforecast IMAPA, 0.2 % of mean demand
 */
export const imapa: Model = {
  name: 'imapa',
  title: 'Multiple aggregation (IMAPA)',
  source: 'Petropoulos & Kourentzes (2015)',
  fit: (y) =>
    fitAggregated(y, {
      model: 'imapa',
      form: 'IMAPA',
      levels: (interval) => Array.from({ length: interval }, (_, i) => i + 1),
    }),
};
