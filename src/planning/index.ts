/**
 * Replenishment planning: from a forecast to an order that explains itself. Pure: no clock, no I/O.
 *
 * `proposeOrder` is the way in; the formulas behind it are exported one by one.
 */

export { fillRateSafetyStock, normalLoss } from './fill-rate.ts';
export { PLANNING_LEVELS, predictiveDemand } from './forecast-quantiles.ts';
export { leadTimeAtoms, leadTimeMoments } from './lead-time-distribution.ts';
export {
  inPurchaseUnits,
  type OrderLimits,
  type OrderQuantity,
  orderQuantity,
  type QuantityRounding,
} from './order-quantity.ts';
export {
  type DatedReceipt,
  type Projection,
  type ProjectionInput,
  projectStock,
} from './projection.ts';
export { type OrderOutcome, proposeOrder, proposeOrders } from './propose-order.ts';
export { protectionWindowDays } from './protection-window.ts';
export { PlanningRefusal } from './refusal.ts';
export { type NormalTheoryInput, normalSafetyStock, windowSpread } from './safety-stock.ts';
export { type StockPosition, stockPosition } from './stock-position.ts';
export { dueDate, type SupplierCalendar } from './supplier-calendar.ts';
export type { TraceInput, TraceStep } from './trace.ts';
export { traceText } from './trace-text.ts';
export * from './types.ts';
