import type { Fitted, Model } from '../model.ts';
import { makeFitted, residualSigma } from '../model.ts';
import { linearMoments } from '../moments.ts';

/**
 * The last observed demand goes on (a random walk).
 * `y` demand per period, units, oldest first; NaN is skipped: the last value before it stands
 * refuses too_short (no observation)
 * source Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 5.2
 * checked against reference/models.json, R forecast 8.20 rwf, 1e-8
 */
export const naive: Model = {
  name: 'naive',
  title: 'Naive',
  source: 'Hyndman & Athanasopoulos (2021), 5.2',
  fit: (y) => fitNaive(y),
};

function fitNaive(y: Float64Array): Fitted | undefined {
  const residuals = new Float64Array(y.length).fill(Number.NaN);
  let last = Number.NaN;
  for (let t = 0; t < y.length; t++) {
    const value = y[t]!;
    if (Number.isNaN(value)) continue;
    residuals[t] = value - last;
    last = value;
  }
  if (Number.isNaN(last)) return undefined;
  const sigma = residualSigma(residuals);
  return makeFitted({
    model: 'naive',
    form: 'Naive',
    parameters: {},
    residuals,
    sigma,
    moments: (h) => linearMoments({ mean: new Float64Array(h).fill(last), sigma, echo: () => 1 }),
    update: (longer) => fitNaive(longer)!,
  });
}
