import type { Model } from '../model.ts';
import { fitAggregated } from './aggregation.ts';

/**
 * ADIDA: demand is added up over as many periods as it waits for the next on average, the sums are
 * smoothed, and the result is shared out evenly.
 * `y` demand per period, units, oldest first; NaN is left out
 * refuses too_short (no demand)
 * source Nikolopoulos, Syntetos, Boylan, Petropoulos & Assimakopoulos (2011), doi:10.1057/jors.2010.32
 * checked against reference/aggregation.json, statsforecast ADIDA, 0.2 % of mean demand
 */
export const adida: Model = {
  name: 'adida',
  title: 'Aggregate–disaggregate (ADIDA)',
  source: 'Nikolopoulos et al. (2011)',
  fit: (y) => fitAggregated(y, { model: 'adida', form: 'ADIDA', levels: (interval) => [interval] }),
};
