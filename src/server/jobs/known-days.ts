import type { Series } from '../../forecast/index.ts';
import type { DemandSeries } from '../store/demand.ts';

/**
 * A product's demand as engine and models want it, with what is known of its days. Sales say which
 * days had a promotion; nothing says so of days to come, which count as usual ones.
 */
export function withKnownDays({ sku: id, y, promotion }: DemandSeries): Series {
  return promotion === undefined ? { id, y } : { id, y, covariates: { promotion } };
}
