/** One order for one season: too little loses sales, too much is left over. */

import { normalPdf, normalQuantile, poissonQuantile } from '../forecast/index.ts';
import { requireNumber } from './refusal.ts';

/** Costs of a unit too many and of a unit too few. */
export interface NewsvendorCosts {
  /** h: a unit left over. */
  readonly overage: number;
  /** p: a unit short. */
  readonly underage: number;
}

/**
 * The level of the demand distribution worth ordering up to: p / (h + p).
 *
 * `costs` > 0 · returns a probability in (0,1) · refuses bad_number
 * source Snyder & Shen (2019), ch. 4, doi:10.1002/9781119584445
 */
export function criticalRatio(costs: NewsvendorCosts): number {
  requireNumber('overage', costs.overage, Number.MIN_VALUE);
  requireNumber('underage', costs.underage, Number.MIN_VALUE);
  return costs.underage / (costs.overage + costs.underage);
}

/**
 * Newsvendor quantity for normal demand.
 *
 * `mean`, `sd` units, sd ≥ 0 · returns the quantity and its expected cost (h + p)φ(z)σ
 * refuses bad_number
 * source Snyder & Shen (2019), ch. 4, doi:10.1002/9781119584445
 * checked against reference/planning.json, stockpyl.newsvendor, 1e-8 relative
 */
export function newsvendorNormal(
  demand: { mean: number; sd: number },
  costs: NewsvendorCosts,
): { quantity: number; cost: number } {
  requireNumber('mean', demand.mean, Number.NEGATIVE_INFINITY);
  requireNumber('sd', demand.sd);
  const score = normalQuantile(criticalRatio(costs));
  return {
    quantity: demand.mean + score * demand.sd,
    cost: (costs.overage + costs.underage) * normalPdf(score) * demand.sd,
  };
}

/**
 * Newsvendor quantity for Poisson demand: the smallest whole number with F(x) ≥ p/(h + p).
 *
 * `mean` units, ≥ 0 · returns whole units · refuses bad_number
 * source Snyder & Shen (2019), ch. 4, doi:10.1002/9781119584445
 * checked against reference/planning.json, stockpyl.newsvendor, exact
 */
export function newsvendorPoisson(demand: { mean: number }, costs: NewsvendorCosts): number {
  requireNumber('mean', demand.mean);
  return poissonQuantile(criticalRatio(costs), demand.mean);
}
