/** Orders for known demand that changes from period to period. */

import { requireNumber } from './refusal.ts';

/**
 * The cheapest orders that meet every period's demand on time.
 *
 * `demand` per period, units, ≥ 0 · `orderCost` K per order, ≥ 0 · `holdingCost` h per unit carried
 * into the next period, ≥ 0 · returns one order quantity per period and the total cost
 * refuses bad_number
 * source Wagner & Whitin (1958), Management Science 5(1), 89–96, doi:10.1287/mnsc.5.1.89
 * checked against reference/planning.json, stockpyl.wagner_whitin, exact
 */
export function wagnerWhitin(
  demand: readonly number[],
  costs: { orderCost: number; holdingCost: number },
): { quantities: number[]; cost: number } {
  const { orderCost, holdingCost } = costs;
  requireNumber('orderCost', orderCost);
  requireNumber('holdingCost', holdingCost);
  demand.forEach((units, period) => {
    requireNumber(`demand[${period}]`, units);
  });
  const n = demand.length;
  // From the end: the cheapest way to serve period t and all after it.
  const cheapest = new Float64Array(n + 1);
  const coversUntil = new Int32Array(n);
  for (let t = n - 1; t >= 0; t--) {
    cheapest[t] = Number.POSITIVE_INFINITY;
    let carried = 0;
    for (let until = t + 1; until <= n; until++) {
      carried += holdingCost * (until - 1 - t) * demand[until - 1]!;
      const cost = orderCost + carried + cheapest[until]!;
      if (cost < cheapest[t]!) {
        cheapest[t] = cost;
        coversUntil[t] = until;
      }
    }
    // A period without demand needs no order of its own.
    if (demand[t] === 0 && cheapest[t + 1]! <= cheapest[t]!) {
      cheapest[t] = cheapest[t + 1]!;
      coversUntil[t] = t + 1;
    }
  }
  const quantities: number[] = new Array(n).fill(0);
  for (let t = 0; t < n; t = coversUntil[t]!)
    for (let period = t; period < coversUntil[t]!; period++) quantities[t]! += demand[period]!;
  return { quantities, cost: cheapest[0]! };
}
