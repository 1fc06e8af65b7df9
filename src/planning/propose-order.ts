/** One product, one supplier: what to order now, when the next order is due, and why. */

import { dayNumber } from './calendar-day.ts';
import { readForecast } from './forecast-demand.ts';
import { currencyDecimals, roundMoney } from './money.ts';
import { decideQuantity, orderUpToLevel } from './order-decision.ts';
import { protectionWindow } from './protection-window.ts';
import { PlanningRefusal, requireLevel, requireNumber } from './refusal.ts';
import { forecastPath, reorderByForecast } from './reorder-by-forecast.ts';
import { normalPath, reorderByNormalTheory } from './reorder-by-normal-theory.ts';
import type { DemandPath, Planning, ReorderPoint } from './reorder-point.ts';
import { warn } from './reorder-point.ts';
import { runOut } from './run-out.ts';
import { stockPosition } from './stock-position.ts';
import { traceInput } from './trace.ts';
import type { OrderInput, OrderProposal, PlanningRefusalCode } from './types.ts';

/**
 * Proposes an order: a reorder point for the service wanted, the stock position against it, and a
 * quantity that the supplier accepts, with the whole arithmetic as data.
 *
 * Under periodic review each review orders up to the level; under continuous review only when the
 * position is at or below the reorder point. Need is order-up-to − position; without a need the
 * quantity is 0 and the trace says why.
 *
 * `input` stock, open orders, terms, demand and policy of one product, units of the product
 * returns OrderProposal; a fallback to normal theory is named in `method` and in the warnings
 * refuses (throws PlanningRefusal) bad_date, bad_number, bad_service_level, bad_forecast, bad_unit
 * source (R, s, S) policy: Silver, Pyke & Thomas (2017), ch. 6, doi:10.1201/9781315374406
 * checked against spec vectors, and by re-computing every step of the trace from its inputs
 */
export function proposeOrder(input: OrderInput): OrderProposal {
  const { policy, terms, demand } = input;
  requireLevel('policy.service.level', policy.service.level);
  requireGoal(input);
  const { orderOn } = input;
  const window = protectionWindow(input.asOf, { terms, review: policy.review, orderOn });
  const planning: Planning = { input, window, trace: [...window.steps], warnings: [] };
  const position = positionStep(planning);
  const { path, found } = findReorderPoint(planning, demand);
  const { reorderPoint, safetyStock, method } = found;
  const orderUpTo = orderUpToLevel(planning, { reorderPoint, path });
  const quantity = decideQuantity(planning, { reorderPoint, orderUpTo, position });
  const value = valueStep(planning, quantity);
  return {
    sku: input.product.sku,
    asOf: input.asOf,
    quantity,
    reorderPoint,
    safetyStock,
    orderUpTo,
    stockPosition: position,
    protectionWindowDays: window.days,
    ...runOut(planning, { path, safetyStock, quantity }),
    value,
    warnings: planning.warnings,
    method,
    trace: planning.trace,
  };
}

/** A proposal, or why there is none; a batch never stops at one product. */
export type OrderOutcome =
  | { readonly ok: true; readonly sku: string; readonly proposal: OrderProposal }
  | {
      readonly ok: false;
      readonly sku: string;
      readonly code: PlanningRefusalCode;
      readonly details: Readonly<Record<string, string | number>>;
    };

/**
 * Proposes orders for many products, one outcome per product, in order.
 *
 * `inputs` as for proposeOrder · returns outcomes of the same length; a refused product carries its
 * code and details
 */
export function proposeOrders(inputs: readonly OrderInput[]): OrderOutcome[] {
  return inputs.map((input) => {
    const { sku } = input.product;
    try {
      return { ok: true, sku, proposal: proposeOrder(input) };
    } catch (error) {
      if (!(error instanceof PlanningRefusal)) throw error;
      return { ok: false, sku, code: error.code, details: error.details };
    }
  });
}

function findReorderPoint(
  planning: Planning,
  demand: OrderInput['demand'],
): { path: DemandPath; found: ReorderPoint } {
  if (demand.kind === 'normal')
    return { path: normalPath(demand), found: reorderByNormalTheory(planning, demand) };
  const forecast = readForecast(demand);
  return { path: forecastPath(forecast), found: reorderByForecast(planning, forecast) };
}

function requireGoal({ policy }: OrderInput): void {
  const goal = policy.orderUpTo;
  if (goal?.kind === 'cover') requireNumber('policy.orderUpTo.days', goal.days);
  if (goal?.kind === 'quantity') requireNumber('policy.orderUpTo.units', goal.units);
}

function positionStep(planning: Planning): number {
  const { input, window, trace } = planning;
  const { asOf, openOrders, stock } = input;
  const orderOn = input.orderOn ?? asOf;
  // What arrives no later than this order counts, too: else it would be ordered a second time.
  const windowDays = Math.max(window.days, window.receiptDay - dayNumber(asOf));
  const found = stockPosition(stock, { asOf, orderOn, openOrders, windowDays });
  if (found.counted.length > 0)
    trace.push({
      id: 'receipts',
      label: 'Receipts due inside the protection window',
      formula: 'sum of inputs',
      inputs: found.counted.map(({ reference, quantity, expectedDate }) =>
        traceInput(`${reference} due ${expectedDate}`, quantity, { unit: 'units' }),
      ),
      result: found.receipts,
      unit: 'units',
    });
  const from = found.counted.length > 0 ? 'receipts' : undefined;
  trace.push({
    id: 'stock-position',
    label: 'Stock position',
    formula: 'on hand − committed − backorders + receipts',
    inputs: [
      traceInput('on hand', stock.onHand, { unit: 'units' }),
      traceInput('committed', stock.committed, { unit: 'units' }),
      traceInput('backorders', stock.backorders, { unit: 'units' }),
      traceInput('receipts', found.receipts, { unit: 'units', from }),
    ],
    result: found.position,
    unit: 'units',
    ...(found.tooLate.length > 0
      ? { note: `${found.tooLate.length} open orders are due after the window and do not count` }
      : {}),
  });
  for (const { reference, expectedDate, quantity } of found.tooLate)
    warn(planning, {
      code: 'receipt_after_window',
      message: `${reference} is due on ${expectedDate}, after the protection window: not counted.`,
      details: { reference, expectedDate, quantity },
    });
  for (const { reference, expectedDate, quantity } of found.overdue)
    warn(planning, {
      code: 'receipt_overdue',
      message: `${reference} was due on ${expectedDate} and is counted as still to come.`,
      details: { reference, expectedDate, quantity },
    });
  return found.position;
}

function valueStep(planning: Planning, quantity: number): OrderProposal['value'] {
  const { unitCost } = planning.input.terms;
  const currency = planning.input.terms.currency ?? null;
  if (unitCost == null) return null;
  requireNumber('terms.unitCost', unitCost);
  const unit = currency ?? 'money';
  // Eight decimals are exact for quantities and costs of four; what lies beyond is dust.
  const exact = Math.round(quantity * unitCost * 1e8) / 1e8;
  const amount = roundMoney(exact, currency);
  planning.trace.push({
    id: 'value',
    label: 'Order value',
    formula: 'order quantity × unit cost',
    inputs: [
      traceInput('order quantity', quantity, { unit: 'units', from: 'order-quantity' }),
      traceInput('unit cost', unitCost, { unit }),
    ],
    result: exact,
    unit,
  });
  if (amount !== exact)
    planning.trace.push({
      id: 'value-rounded',
      label: 'Rounded to the smallest amount of the currency',
      formula: 'floor(order value ÷ smallest amount + 0.5) × smallest amount',
      inputs: [
        traceInput('order value', exact, { unit, from: 'value' }),
        traceInput('smallest amount', 10 ** -currencyDecimals(currency), { unit }),
      ],
      result: amount,
      unit,
    });
  return { amount, currency };
}
