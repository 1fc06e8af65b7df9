/** Demand per day: over all days, and corrected for days without stock. */

import { PlanningRefusal, requireNumber } from './refusal.ts';

/**
 * Average daily demand over all days of a span, days without a sale included.
 *
 * `unitsSold` units, ≥ 0, one entry per day with a sale · `days` calendar days of the span, ≥ the
 * entries · returns units per day · refuses bad_number
 * source an average over selling days alone overstates slow movers by their demand interval
 */
export function averageDailyDemand(
  unitsSold: ArrayLike<number>,
  { days }: { days: number },
): number {
  requireNumber('days', days, Math.max(1, unitsSold.length));
  let total = 0;
  for (let i = 0; i < unitsSold.length; i++) {
    requireNumber(`unitsSold[${i}]`, unitsSold[i]!);
    total += unitsSold[i]!;
  }
  return total / days;
}

/**
 * Demand had there been stock on every day: sales × days ÷ days in stock.
 *
 * `unitsSold` units, ≥ 0 · `daysInStock` of `days`, both whole · returns units; null when there was
 * never stock, since sales then say nothing about demand · refuses bad_number
 * source proportional unconstraining: Weatherford & Pölt (2002), Journal of Revenue and Pricing
 * Management 1, 234–254, doi:10.1057/palgrave.rpm.5170027
 */
export function unconstrainedDemand(input: {
  unitsSold: number;
  daysInStock: number;
  days: number;
}): number | null {
  const { unitsSold, daysInStock, days } = input;
  requireNumber('unitsSold', unitsSold);
  requireNumber('daysInStock', daysInStock);
  requireNumber('days', days, 1);
  if (daysInStock > days)
    throw new PlanningRefusal('bad_number', {
      field: 'daysInStock',
      found: daysInStock,
      wanted: `at most the ${days} days of the span`,
    });
  return daysInStock === 0 ? null : (unitsSold * days) / daysInStock;
}
