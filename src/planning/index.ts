/**
 * Replenishment planning: from a forecast to an order that explains itself. Pure: no clock, no I/O.
 *
 * `proposeOrder` is the way in; the formulas behind it are exported one by one.
 */

export {
  classifyDemand,
  type DemandClass,
  type DemandProfile,
  gammaQuantile,
  negativeBinomialQuantile,
  poissonQuantile,
} from '../forecast/index.ts';
export { type AbcClass, abcClasses } from './abc-class.ts';
export {
  type BudgetItem,
  type BudgetPick,
  buyWithinBudget,
  marginalValue,
} from './buy-within-budget.ts';
export { averageDailyDemand, unconstrainedDemand } from './daily-demand.ts';
export {
  allUnitsDiscount,
  economicOrderQuantity,
  type PriceBreak,
} from './economic-order-quantity.ts';
export { fairShare, type ShareClaim } from './fair-share.ts';
export { fillRateSafetyStock, normalLoss } from './fill-rate.ts';
export { PLANNING_LEVELS, predictiveDemand } from './forecast-quantiles.ts';
export { type ForecastStage, forecastValueAdded, type StageValue } from './forecast-value-added.ts';
export { leadTimeAtoms, leadTimeMoments } from './lead-time-distribution.ts';
export {
  type Delivery,
  type LearnedLeadTime,
  learnedLeadTime,
  sampleQuantile,
} from './learned-lead-time.ts';
export { currencyDecimals, roundMoney } from './money.ts';
export {
  criticalRatio,
  type NewsvendorCosts,
  newsvendorNormal,
  newsvendorPoisson,
} from './newsvendor.ts';
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
export {
  movePurchaseOrder,
  nextStates,
  PURCHASE_ORDER_STATES,
  type PurchaseOrderMove,
  type PurchaseOrderState,
  stateAfterReceipt,
} from './purchase-order-state.ts';
export { PlanningRefusal } from './refusal.ts';
export { type NormalTheoryInput, normalSafetyStock, windowSpread } from './safety-stock.ts';
export { type SimulatedService, type StockSimulation, simulateStock } from './simulate-stock.ts';
export { type StockPosition, stockPosition } from './stock-position.ts';
export { dueDate, type SupplierCalendar } from './supplier-calendar.ts';
export type { TraceInput, TraceStep } from './trace.ts';
export { traceText } from './trace-text.ts';
export * from './types.ts';
export { wagnerWhitin } from './wagner-whitin.ts';
export { type Forecastability, type XyzClass, xyzClass } from './xyz-class.ts';
