import { Refusal } from '../../contract/errors.ts';

/** Refuses a quantity that the unit of the product cannot express. */
export function requireQuantity(
  quantity: number,
  { field, decimals, least = 0 }: { field: string; decimals: number; least?: number },
): void {
  const steps = quantity * 10 ** decimals;
  const whole = Math.abs(steps - Math.round(steps)) < 1e-6;
  if (Number.isFinite(quantity) && quantity >= least && quantity < 1e12 && whole) return;
  const wanted = `at least ${least}, with at most ${decimals} decimals`;
  throw new Refusal('invalid_request', { field, found: quantity, wanted });
}

/** Differences below this are dust of binary arithmetic: quantities have four decimals. */
export const QUANTITY_DUST = 1e-6;
