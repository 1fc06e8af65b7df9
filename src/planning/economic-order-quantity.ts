/** Order sizes that balance the cost of ordering against the cost of holding. */

import { PlanningRefusal, requireNumber } from './refusal.ts';

/**
 * Economic order quantity.
 *
 * `orderCost` K per order, > 0 · `holdingCost` h per unit and unit of time, > 0 · `demandRate` λ
 * units per the same time, > 0 · returns √(2Kλ/h) and the cost per time √(2Kλh)
 * refuses bad_number
 * source Harris (1913); Snyder & Shen (2019), Fundamentals of Supply Chain Theory, ch. 3,
 * doi:10.1002/9781119584445
 * checked against reference/planning.json, stockpyl.eoq, 1e-9 relative
 */
export function economicOrderQuantity(input: {
  orderCost: number;
  holdingCost: number;
  demandRate: number;
}): { quantity: number; cost: number } {
  const { orderCost, holdingCost, demandRate } = input;
  requireNumber('orderCost', orderCost, Number.MIN_VALUE);
  requireNumber('holdingCost', holdingCost, Number.MIN_VALUE);
  requireNumber('demandRate', demandRate, Number.MIN_VALUE);
  return {
    quantity: Math.sqrt((2 * orderCost * demandRate) / holdingCost),
    cost: Math.sqrt(2 * orderCost * demandRate * holdingCost),
  };
}

/** A price that holds for the whole order from a quantity on. */
export interface PriceBreak {
  /** Smallest order at this price, units; 0 for the first. */
  readonly from: number;
  readonly unitCost: number;
}

/**
 * The order quantity under an all-units discount.
 *
 * `orderCost` K, > 0 · `holdingRate` share of the unit cost per time, > 0 · `demandRate` λ, > 0 ·
 * `breaks` ascending in `from`, the first from 0 · returns the quantity, its unit cost, and the
 * cost per time cλ + Kλ/Q + rate·c·Q/2 · refuses bad_number
 * source Snyder & Shen (2019), ch. 3, doi:10.1002/9781119584445
 * checked against reference/planning.json, stockpyl.eoq, 1e-6
 */
export function allUnitsDiscount(input: {
  orderCost: number;
  holdingRate: number;
  demandRate: number;
  breaks: readonly PriceBreak[];
}): { quantity: number; unitCost: number; cost: number } {
  const { orderCost, holdingRate, demandRate, breaks } = input;
  requireBreaks(breaks);
  let best: { quantity: number; unitCost: number; cost: number } | null = null;
  for (let i = 0; i < breaks.length; i++) {
    const { from, unitCost } = breaks[i]!;
    const holdingCost = holdingRate * unitCost;
    const ideal = economicOrderQuantity({ orderCost, holdingCost, demandRate }).quantity;
    // An ideal at or beyond the next break is had there for less.
    const until = breaks[i + 1]?.from ?? Number.POSITIVE_INFINITY;
    if (ideal >= until) continue;
    const quantity = Math.max(ideal, from);
    const cost =
      unitCost * demandRate + (orderCost * demandRate) / quantity + (holdingCost * quantity) / 2;
    if (best === null || cost < best.cost) best = { quantity, unitCost, cost };
  }
  return best!;
}

function requireBreaks(breaks: readonly PriceBreak[]): void {
  breaks.forEach(({ from, unitCost }, i) => {
    requireNumber(`breaks[${i}].unitCost`, unitCost, Number.MIN_VALUE);
    requireNumber(`breaks[${i}].from`, from);
    if (i === 0 ? from !== 0 : from <= breaks[i - 1]!.from) refuseBreaks(String(from));
  });
  if (breaks.length === 0) refuseBreaks('no break');
}

function refuseBreaks(found: string): never {
  const wanted = 'quantities ascending from 0';
  throw new PlanningRefusal('bad_number', { field: 'breaks', found, wanted });
}
