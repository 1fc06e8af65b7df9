/** Safety stock for a fill rate: the share of demand served from stock, P2. */

import { normalCdf, normalPdf } from '../forecast/index.ts';
import { requireLevel, requireNumber } from './refusal.ts';

/**
 * The standard normal loss function G(k) = φ(k) − k(1 − Φ(k)).
 *
 * `k` safety factor · returns expected shortage in standard deviations, > 0
 * source Silver, Pyke & Thomas (2017), appendix, doi:10.1201/9781315374406
 */
export function normalLoss(k: number): number {
  return normalPdf(k) - k * normalCdf(-k);
}

/**
 * The safety factor that serves a share of demand from stock: G(k) = (1 − P2) Q / σ.
 *
 * `fillRate` P2 in (0,1) · `orderQuantity` Q, units per cycle, > 0 · `spread` σ of demand over the
 * window, units, ≥ 0 · returns k, safety stock kσ and the cycle service level Φ(k)
 * refuses bad_number, bad_service_level
 * source Silver, Pyke & Thomas (2017), ch. 6, doi:10.1201/9781315374406
 * checked against reference/planning.json, scipy.optimize.brentq, 1e-8 absolute
 */
export function fillRateSafetyStock(input: {
  fillRate: number;
  orderQuantity: number;
  spread: number;
}): { factor: number; safetyStock: number; cycleServiceLevel: number } {
  const { fillRate, orderQuantity, spread } = input;
  requireLevel('fillRate', fillRate);
  requireNumber('orderQuantity', orderQuantity, Number.MIN_VALUE);
  requireNumber('spread', spread);
  if (spread === 0) return { factor: 0, safetyStock: 0, cycleServiceLevel: 1 };
  const factor = inverseLoss(((1 - fillRate) * orderQuantity) / spread);
  return { factor, safetyStock: factor * spread, cycleServiceLevel: normalCdf(factor) };
}

/**
 * k with G(k) = loss; G is convex, falling, with slope −Φ(−k), so Newton from the left never
 * overshoots.
 */
function inverseLoss(loss: number): number {
  // G(k) > max(0, −k), so the root lies to the right of −loss.
  let k = -loss;
  for (let step = 0; step < 200; step++) {
    const move = (normalLoss(k) - loss) / normalCdf(-k);
    k += move;
    if (Math.abs(move) <= 1e-14 * Math.max(1, Math.abs(k))) break;
  }
  return k;
}
