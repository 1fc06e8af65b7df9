/** From a reorder point to a quantity: is an order due, how much, and each rounding. */

import { orderQuantity, type QuantityRounding } from './order-quantity.ts';
import { coverDays, type DemandPath, type Planning, warn } from './reorder-point.ts';
import { traceInput } from './trace.ts';

/** Writes the order-up-to level into the trace and returns it. */
export function orderUpToLevel(
  planning: Planning,
  at: { reorderPoint: number; path: DemandPath },
): number {
  const { input, window, trace } = planning;
  const goal = input.policy.orderUpTo;
  const days = coverDays(planning);
  const inputs = [
    traceInput('reorder point', at.reorderPoint, { unit: 'units', from: 'reorder-point' }),
  ];
  let formula = 'reorder point';
  let extra = 0;
  if (goal?.kind === 'quantity' && goal.units > 0) {
    extra = goal.units;
    formula = 'reorder point + fixed quantity';
    inputs.push(traceInput('fixed quantity', extra, { unit: 'units' }));
  } else if (days > 0) {
    const span = { from: window.days, to: window.days + days };
    extra = at.path.through(span.to) - at.path.through(span.from);
    trace.push({
      id: 'cover-demand',
      label: `Expected demand of the ${days} days after the protection window`,
      formula: 'sum of inputs',
      inputs: at.path.parts(span),
      result: extra,
      unit: 'units',
    });
    formula = 'reorder point + demand to cover';
    inputs.push(traceInput('demand to cover', extra, { unit: 'units', from: 'cover-demand' }));
  }
  trace.push({
    id: 'order-up-to',
    label: 'Order-up-to level',
    formula,
    inputs,
    result: at.reorderPoint + extra,
    unit: 'units',
  });
  return at.reorderPoint + extra;
}

/** Decides the quantity, with the reason in the trace also when it is 0. */
export function decideQuantity(
  planning: Planning,
  at: { reorderPoint: number; orderUpTo: number; position: number },
): number {
  const { trace, input } = planning;
  const need = at.orderUpTo - at.position;
  trace.push({
    id: 'need',
    label: 'Need',
    formula: 'order-up-to level − stock position',
    inputs: [
      traceInput('order-up-to level', at.orderUpTo, { unit: 'units', from: 'order-up-to' }),
      traceInput('stock position', at.position, { unit: 'units', from: 'stock-position' }),
    ],
    result: need,
    unit: 'units',
  });
  const reason = whyNothing(input.policy.review, { ...at, need });
  const { minimumOrderQuantity: minimum, orderMultiple: multiple } = input.terms;
  const maximum = input.terms.maximumOrderQuantity;
  const { unitDecimals } = input.product;
  const limits = { minimum, multiple, maximum, unitDecimals };
  // Terms that make no sense are refused also on the days without an order.
  const found = orderQuantity(reason === null ? need : 0, limits);
  if (reason !== null) return pushNothing(planning, { ...at, need, reason });
  const last = pushRoundings(planning, { need, roundings: found.roundings });
  trace.push({
    id: 'order-quantity',
    label: 'Order quantity',
    formula: 'rounded need',
    inputs: [traceInput('rounded need', found.quantity, { unit: 'units', from: last })],
    result: found.quantity,
    unit: 'units',
  });
  warnOfQuantity(planning, { need, ...found });
  return found.quantity;
}

function whyNothing(
  review: 'continuous' | 'periodic',
  at: { reorderPoint: number; position: number; need: number },
): string | null {
  if (review === 'continuous' && at.position > at.reorderPoint)
    return 'no order: the stock position is above the reorder point';
  if (at.need <= 0)
    return (
      'no order: the stock position reaches the order-up-to level; ' +
      'a minimum order quantity never makes an order out of a surplus'
    );
  return null;
}

function pushNothing(
  planning: Planning,
  at: { reorderPoint: number; position: number; need: number; reason: string },
): number {
  planning.trace.push({
    id: 'order-quantity',
    label: 'Order quantity',
    formula: '0',
    inputs: [
      traceInput('stock position', at.position, { unit: 'units', from: 'stock-position' }),
      traceInput('reorder point', at.reorderPoint, { unit: 'units', from: 'reorder-point' }),
      traceInput('need', at.need, { unit: 'units', from: 'need' }),
    ],
    result: 0,
    unit: 'units',
    note: at.reason,
  });
  return 0;
}

/** Each rule that changed the quantity: label, formula over `quantity` and `size`, and why. */
const ROUNDING_RULES: Record<
  QuantityRounding['rule'],
  { id: string; label: string; formula: string; size: string; note: string }
> = {
  unit: {
    id: 'round-to-unit',
    label: 'Rounded up to the unit of sale',
    formula: 'ceil(quantity ÷ unit) × unit',
    size: 'unit',
    note: 'no part of a unit can be ordered; rounding down would miss the service wanted',
  },
  minimum: {
    id: 'lift-to-minimum',
    label: 'Lifted to the minimum order quantity',
    formula: 'max(quantity, minimum order quantity)',
    size: 'minimum order quantity',
    note: 'the supplier delivers no less',
  },
  multiple: {
    id: 'round-to-multiple',
    label: 'Rounded up to the order multiple',
    formula: 'ceil(quantity ÷ order multiple) × order multiple',
    size: 'order multiple',
    note: 'the supplier delivers whole packs',
  },
  maximum: {
    id: 'cap-at-maximum',
    label: 'Capped at the maximum order quantity',
    formula: 'floor(maximum order quantity ÷ order multiple) × order multiple',
    size: 'maximum order quantity',
    note: 'the supplier delivers no more in one order',
  },
  'none-fits': {
    id: 'no-quantity-fits',
    label: 'No quantity satisfies the terms',
    formula: '0',
    size: 'maximum order quantity',
    note: 'minimum, multiple and maximum exclude each other',
  },
};

function pushRoundings(
  planning: Planning,
  at: { need: number; roundings: readonly QuantityRounding[] },
): string {
  let from = 'need';
  for (const rounding of at.roundings) {
    const rule = ROUNDING_RULES[rounding.rule];
    const inputs = [
      traceInput('quantity', rounding.before, { unit: 'units', from }),
      traceInput(rule.size, rounding.size, { unit: 'units' }),
    ];
    if (rounding.rule === 'maximum')
      inputs.push(traceInput('order multiple', rounding.multiple, { unit: 'units' }));
    planning.trace.push({
      id: rule.id,
      label: rule.label,
      formula: rule.formula,
      inputs,
      result: rounding.after,
      unit: 'units',
      note: rule.note,
    });
    from = rule.id;
  }
  return from;
}

function warnOfQuantity(
  planning: Planning,
  at: {
    need: number;
    quantity: number;
    warning: string | null;
    roundings: readonly QuantityRounding[];
  },
): void {
  const { minimumOrderQuantity: minimum, maximumOrderQuantity: maximum } = planning.input.terms;
  if (at.warning === 'maximum_order_quantity')
    warn(planning, {
      code: 'maximum_order_quantity',
      message: `The need of ${round(at.need)} exceeds the largest order of ${at.quantity}.`,
      details: { need: at.need, quantity: at.quantity, maximum: maximum! },
    });
  if (at.warning === 'no_quantity_fits')
    warn(planning, {
      code: 'no_quantity_fits',
      message: 'No quantity satisfies minimum, multiple and maximum together: correct the terms.',
      details: {
        need: at.need,
        minimum: minimum ?? 0,
        multiple: planning.input.terms.orderMultiple ?? 0,
        maximum: maximum!,
      },
    });
  else if (at.roundings.some(({ rule }) => rule === 'minimum'))
    warn(planning, {
      code: 'lifted_to_minimum',
      message: `The need of ${round(at.need)} was lifted to the minimum order of ${minimum}.`,
      details: { need: at.need, minimum: minimum! },
    });
}

function round(units: number): number {
  return Math.round(units * 100) / 100;
}
