import type { Fitted, Model } from '../model.ts';
import { makeFitted } from '../model.ts';
import { linearMoments } from '../moments.ts';

/**
 * The mean of all observed demand goes on.
 * `y` demand per period, units, oldest first; NaN is left out
 * refuses too_short (no observation)
 * source Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 5.2
 * checked against reference/models.json, R forecast 8.20 meanf, 1e-8
 */
export const historicAverage: Model = {
  name: 'historic-average',
  title: 'Historic average',
  source: 'Hyndman & Athanasopoulos (2021), 5.2',
  fit: (y) => fitAverage(y),
};

function fitAverage(y: Float64Array): Fitted | undefined {
  let sum = 0;
  let n = 0;
  for (let t = 0; t < y.length; t++) {
    if (Number.isNaN(y[t]!)) continue;
    sum += y[t]!;
    n++;
  }
  if (n === 0) return undefined;
  const average = sum / n;
  const residuals = y.map((value) => value - average);
  let squares = 0;
  for (const e of residuals) if (!Number.isNaN(e)) squares += e * e;
  const sigma = n > 1 ? Math.sqrt(squares / (n - 1)) : 0;
  return makeFitted({
    model: 'historic-average',
    form: 'Historic average',
    parameters: { observations: n },
    residuals,
    sigma,
    // The mean itself is uncertain by σ/√n; a shock moves it by 1/n of itself.
    moments: (h) =>
      linearMoments({ mean: new Float64Array(h).fill(average), sigma, echo: () => 1 / n }),
    update: (longer) => fitAverage(longer)!,
  });
}
