import type { Fitted, Model } from '../model.ts';
import { makeFitted, residualSigma } from '../model.ts';
import { linearMoments } from '../moments.ts';

/**
 * The last observed demand goes on, rising or falling as it did on average (a random walk with drift).
 * `y` demand per period, units, oldest first; NaN is skipped, and its change spread over the gap
 * refuses too_short (fewer than two observations)
 * source Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 5.2
 * checked against reference/models-r.json, R forecast 8.20 rwf with drift, 1e-8
 */
export const drift: Model = {
  name: 'drift',
  title: 'Drift',
  source: 'Hyndman & Athanasopoulos (2021), 5.2',
  fit: (y) => fitDrift(y),
};

function fitDrift(y: Float64Array): Fitted | undefined {
  let first = -1;
  let last = -1;
  for (let t = 0; t < y.length; t++) {
    if (Number.isNaN(y[t]!)) continue;
    if (first < 0) first = t;
    last = t;
  }
  if (last <= first) return undefined;
  const steps = last - first;
  const slope = (y[last]! - y[first]!) / steps;
  const residuals = new Float64Array(y.length).fill(Number.NaN);
  let before = first;
  for (let t = first + 1; t < y.length; t++) {
    if (Number.isNaN(y[t]!)) continue;
    residuals[t] = y[t]! - y[before]! - slope * (t - before);
    before = t;
  }
  const sigma = residualSigma(residuals, 1);
  return makeFitted({
    model: 'drift',
    form: 'Drift',
    parameters: { slope },
    residuals,
    sigma,
    moments: (h) => {
      const ahead = (k: number): number => y.length - last + k;
      const mean = Float64Array.from({ length: h }, (_, k) => y[last]! + slope * ahead(k));
      // A shock stays, and tilts the slope by its share of all the steps.
      return linearMoments({ mean, sigma, echo: (j) => 1 + j / steps });
    },
    update: (longer) => fitDrift(longer)!,
  });
}
