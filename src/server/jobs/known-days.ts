import type { Series } from '../../forecast/index.ts';
import type { DemandSeries } from '../store/demand.ts';

/** A product's demand as engine and models want it, with what is known of its days, past and to come. */
export function withKnownDays({ sku: id, y, promotion }: DemandSeries): Series {
  return promotion === undefined ? { id, y } : { id, y, covariates: { promotion } };
}
