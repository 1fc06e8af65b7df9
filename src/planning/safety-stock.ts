/** Safety stock and reorder point by normal theory: the textbook way, and the stated fallback. */

import { normalQuantile } from '../forecast/index.ts';
import { requireLevel, requireNumber } from './refusal.ts';

/** Demand and window of a reorder point by normal theory. */
export interface NormalTheoryInput {
  /** Expected demand per day, units. */
  readonly demandPerDay: number;
  /** Standard deviation of the demand of one day, units; days independent. */
  readonly sdPerDay: number;
  /** Protection window: L under continuous review, L + R under periodic. */
  readonly windowDays: number;
  /** Standard deviation of the lead time, days; default 0. */
  readonly leadTimeSdDays?: number;
  /** Cycle service level P1, any probability in (0,1). */
  readonly level: number;
}

/**
 * Standard deviation of demand over the window, lead-time variance included.
 *
 * returns √(W σ_d² + d² σ_L²), units · refuses bad_number
 * source Silver, Pyke & Thomas (2017), Inventory and Production Management, 4th ed., ch. 6,
 * doi:10.1201/9781315374406
 */
export function windowSpread(demand: Omit<NormalTheoryInput, 'level'>): number {
  const { demandPerDay, sdPerDay, windowDays, leadTimeSdDays = 0 } = demand;
  requireNumber('demandPerDay', demandPerDay);
  requireNumber('sdPerDay', sdPerDay);
  requireNumber('windowDays', windowDays);
  requireNumber('leadTimeSdDays', leadTimeSdDays);
  return Math.sqrt(windowDays * sdPerDay ** 2 + (demandPerDay * leadTimeSdDays) ** 2);
}

/**
 * Safety stock and reorder point for a cycle service level by normal theory.
 *
 * Under periodic review the window is L + R and the reorder point is the order-up-to level.
 * returns factor z, spread σ, safety stock zσ and reorder point dW + zσ, units
 * refuses bad_number, bad_service_level (no level is replaced by another)
 * source Silver, Pyke & Thomas (2017), ch. 6, doi:10.1201/9781315374406
 * checked against reference/planning.json, scipy, 1e-9 relative
 */
export function normalSafetyStock(input: NormalTheoryInput): {
  factor: number;
  spread: number;
  safetyStock: number;
  reorderPoint: number;
} {
  requireLevel('level', input.level);
  const spread = windowSpread(input);
  const factor = normalQuantile(input.level);
  const safetyStock = factor * spread;
  return {
    factor,
    spread,
    safetyStock,
    reorderPoint: input.demandPerDay * input.windowDays + safetyStock,
  };
}
