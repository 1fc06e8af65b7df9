/** From a need to a quantity that the supplier accepts, each rounding named. */

import { PlanningRefusal, requireNumber } from './refusal.ts';

/** Limits of one order. Absent and null mean: no such limit. */
export interface OrderLimits {
  readonly minimum?: number | null;
  readonly multiple?: number | null;
  readonly maximum?: number | null;
  /** Decimals of the unit: 0 for goods sold whole (the default). */
  readonly unitDecimals?: number;
}

/** One rounding of the chain; `before` is what it started from. */
export interface QuantityRounding {
  readonly rule: 'unit' | 'minimum' | 'multiple' | 'maximum' | 'none-fits';
  readonly before: number;
  readonly after: number;
  /** The size that ruled: the unit, the minimum, the multiple or the maximum. */
  readonly size: number;
  /** The multiple in force: the order multiple, widened to whole units where it must be. */
  readonly multiple: number;
}

/** A quantity and how it came about. */
export interface OrderQuantity {
  readonly quantity: number;
  readonly roundings: readonly QuantityRounding[];
  readonly warning: 'maximum_order_quantity' | 'no_quantity_fits' | null;
}

/** Decimals beyond which a quantity is dust of floating-point arithmetic. */
const FINEST_DECIMALS = 6;
const DUST = 1e-6;

/**
 * The quantity to order for a need: 0 without a need; else lifted to the minimum, rounded up to the
 * multiple, and capped at the largest multiple under the maximum.
 *
 * `need` units, may be ≤ 0 · `limits` ≥ 0 where given · returns the quantity, its roundings in
 * order, and a warning if the cap left need unmet or if no quantity satisfies all limits (then 0)
 * refuses bad_number
 * source need ≤ 0 → 0; else ceil(max(need, MOQ)/multiple)×multiple, cap
 * floor(max/multiple)×multiple. A multiple that the unit cannot express is widened: 1.5 in whole
 * units is ordered by 3.
 */
export function orderQuantity(need: number, limits: OrderLimits = {}): OrderQuantity {
  requireNumber('need', need, Number.NEGATIVE_INFINITY);
  const grid = gridOf(limits);
  if (need <= 0) return { quantity: 0, roundings: [], warning: null };
  const roundings: QuantityRounding[] = [];
  let quantity = need;
  const roundTo = (rule: QuantityRounding['rule'], ticks: { to: number; size: number }) => {
    const after = ticks.to / grid.scale;
    if (after !== quantity)
      roundings.push({
        rule,
        before: quantity,
        after,
        size: ticks.size / grid.scale,
        multiple: grid.multiple / grid.scale,
      });
    quantity = after;
    return ticks.to;
  };

  let ticks = Math.max(roundUp(need * grid.scale, grid.unit), grid.unit);
  ticks = roundTo('unit', { to: ticks, size: grid.unit });
  ticks = roundTo('minimum', { to: Math.max(ticks, grid.minimum), size: grid.minimum });
  ticks = roundTo('multiple', { to: roundUp(ticks, grid.multiple), size: grid.multiple });
  if (ticks <= grid.maximum) return { quantity, roundings, warning: null };

  const capped = Math.floor(grid.maximum / grid.multiple + DUST) * grid.multiple;
  if (capped <= 0 || capped < grid.minimum) {
    roundTo('none-fits', { to: 0, size: grid.maximum });
    return { quantity, roundings, warning: 'no_quantity_fits' };
  }
  roundTo('maximum', { to: capped, size: grid.maximum });
  return { quantity, roundings, warning: 'maximum_order_quantity' };
}

/**
 * How many purchase units (cartons, pallets) hold a quantity: never less than the quantity or the
 * minimum.
 *
 * `quantity` stock units, ≥ 0 · `unitsEach` stock units in one purchase unit, > 0 · returns the
 * count and the quantity in stock units · refuses bad_number
 */
export function inPurchaseUnits(
  quantity: number,
  purchase: { unitsEach: number; minimum?: number | null },
): { count: number; quantity: number } {
  requireNumber('unitsEach', purchase.unitsEach, Number.MIN_VALUE);
  const wanted = quantity <= 0 ? 0 : Math.max(quantity, purchase.minimum ?? 0);
  const count = Math.max(0, Math.ceil(wanted / purchase.unitsEach - DUST));
  return { count, quantity: count * purchase.unitsEach };
}

/** The limits as whole numbers of the finest decimal that any of them uses. */
interface Grid {
  readonly scale: number;
  readonly unit: number;
  readonly multiple: number;
  readonly minimum: number;
  readonly maximum: number;
}

function gridOf(limits: OrderLimits): Grid {
  const unitDecimals = limits.unitDecimals ?? 0;
  if (!Number.isInteger(unitDecimals) || unitDecimals < 0 || unitDecimals > FINEST_DECIMALS)
    throw new PlanningRefusal('bad_unit', {
      field: 'unitDecimals',
      found: String(unitDecimals),
      wanted: `a whole number from 0 to ${FINEST_DECIMALS}`,
    });
  const { multiple, minimum, maximum } = limits;
  if (minimum != null) requireNumber('minimumOrderQuantity', minimum);
  if (multiple != null) requireNumber('orderMultiple', multiple);
  if (maximum != null) requireNumber('maximumOrderQuantity', maximum);
  const decimals = Math.max(unitDecimals, multiple ? decimalsOf(multiple) : 0);
  const scale = 10 ** decimals;
  const unit = 10 ** (decimals - unitDecimals);
  const step = multiple ? Math.round(multiple * scale) : 0;
  return {
    scale,
    unit,
    multiple: step > 0 ? leastCommonMultiple(step, unit) : unit,
    minimum: minimum != null ? roundUp(minimum * scale, unit) : 0,
    maximum: maximum != null ? maximum * scale : Number.POSITIVE_INFINITY,
  };
}

function decimalsOf(value: number): number {
  for (let decimals = 0; decimals < FINEST_DECIMALS; decimals++) {
    const scaled = value * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-9 * Math.max(1, scaled)) return decimals;
  }
  return FINEST_DECIMALS;
}

/** 12.000000001 is 12: dust of an addition must not buy another pack. */
function roundUp(ticks: number, size: number): number {
  return Math.ceil(ticks / size - DUST) * size;
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
