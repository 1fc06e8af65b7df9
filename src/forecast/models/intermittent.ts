import type { Fitted } from '../model.ts';
import { makeFitted, residualSigma } from '../model.ts';
import { linearMoments } from '../moments.ts';

/** What tells the members of Croston's family apart. */
interface Variant {
  readonly model: string;
  readonly form: string;
  /** Smoothing of sizes and of intervals. */
  readonly alpha: number;
  /** Factor on the rate. */
  readonly debias: number;
}

/**
 * Smooths sizes and intervals of demands; the forecast is their ratio, times the correction.
 * `y` demand per period, units, length n, oldest first, NaN skipped · returns Fitted, or undefined without demand
 * source Croston (1972), doi:10.1057/jors.1972.50
 */
export function fitIntermittent(y: Float64Array, variant: Variant): Fitted | undefined {
  const { alpha, debias } = variant;
  const residuals = new Float64Array(y.length).fill(Number.NaN);
  let size = Number.NaN;
  let interval = Number.NaN;
  let since = 0;
  let rate = Number.NaN;
  for (let t = 0; t < y.length; t++) {
    const value = y[t]!;
    if (Number.isNaN(value)) continue;
    residuals[t] = value - rate;
    since++;
    if (value === 0) continue;
    const first = Number.isNaN(size);
    size = first ? value : size + alpha * (value - size);
    interval = first ? since : interval + alpha * (since - interval);
    since = 0;
    rate = (debias * size) / interval;
  }
  if (Number.isNaN(rate)) return undefined;
  const sigma = residualSigma(residuals);
  return makeFitted({
    model: variant.model,
    form: variant.form,
    parameters: { alpha, size, interval },
    residuals,
    sigma: residuals.every(Number.isNaN) ? 0 : sigma,
    // A period moves the rate only where it brings a demand: on average by α over the interval.
    moments: (h) =>
      linearMoments({
        mean: new Float64Array(h).fill(rate),
        sigma,
        echo: () => alpha / Math.max(1, interval),
      }),
    update: (longer) => fitIntermittent(longer, variant)!,
  });
}
