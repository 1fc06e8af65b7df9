/** What every way of finding a reorder point is given, and what it gives back. */

import type { ProtectionWindow } from './protection-window.ts';
import { type TraceInput, type TraceStep, traceInput } from './trace.ts';
import type { OrderInput, OrderWarning, OrderWarningCode, PlanningMethod } from './types.ts';

/** One proposal under way: its input, its window, and the books that every step writes into. */
export interface Planning {
  readonly input: OrderInput;
  readonly window: ProtectionWindow;
  readonly trace: TraceStep[];
  readonly warnings: OrderWarning[];
}

/** Expected demand along the calendar, whatever it comes from. */
export interface DemandPath {
  /** Expected demand of the first `days` days. */
  through(days: number): number;
  /** The parts of the demand after day `from` up to day `to`, for a trace. */
  parts(span: { from: number; to: number }): TraceInput[];
}

/** A reorder point with the safety stock in it. */
export interface ReorderPoint {
  readonly method: PlanningMethod;
  readonly reorderPoint: number;
  readonly safetyStock: number;
}

/** Notes something that the planner should know. */
export function warn(
  planning: Planning,
  warning: { code: OrderWarningCode; message: string; details?: OrderWarning['details'] },
): void {
  planning.warnings.push({ details: {}, ...warning });
}

/** Days after the protection window that an order covers beyond the reorder point. */
export function coverDays({ input }: Planning): number {
  const goal = input.policy.orderUpTo;
  if (goal !== undefined) return goal.kind === 'cover' ? goal.days : 0;
  return input.policy.review === 'continuous' ? input.terms.reviewPeriodDays : 0;
}

/**
 * The quantity that an order cycle turns over: the Q of a fill rate.
 *
 * Periodic: the demand of a review period plus what the goal adds. Continuous: what the goal adds.
 * Never below the minimum order quantity; the demand of one day where nothing else is known.
 */
export function cycleQuantity(planning: Planning, path: DemandPath): number {
  const { input, window } = planning;
  const goal = input.policy.orderUpTo;
  const until = window.days + coverDays(planning);
  let demand = path.through(until) - path.through(window.days - window.reviewDays);
  const fixed = goal?.kind === 'quantity' ? goal.units : 0;
  if (demand + fixed <= 0) demand = path.through(until + 1) - path.through(until);
  const minimum = input.terms.minimumOrderQuantity ?? 0;
  const quantity = Math.max(demand + fixed, minimum);
  planning.trace.push({
    id: 'cycle-quantity',
    label: 'Quantity of one order cycle',
    formula: 'max(demand of a cycle + fixed quantity, minimum order quantity)',
    inputs: [
      traceInput('demand of a cycle', demand, { unit: 'units' }),
      traceInput('fixed quantity', fixed, { unit: 'units' }),
      traceInput('minimum order quantity', minimum, { unit: 'units' }),
    ],
    result: quantity,
    unit: 'units',
    note: 'what a fill rate is a share of',
  });
  return quantity;
}
