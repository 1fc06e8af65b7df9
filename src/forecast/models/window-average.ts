import type { Fitted, Model } from '../model.ts';
import { makeFitted, residualSigma } from '../model.ts';
import { linearMoments } from '../moments.ts';

/** Four seasons: 28 days of daily demand, a year of quarters. Without a season, six periods. */
function windowLength(season: number): number {
  return season > 1 ? Math.min(4 * season, 48) : 6;
}

/**
 * The mean of the most recent observed demand goes on: of four seasons, or six periods without one.
 * `y` demand per period, units, oldest first; NaN is left out, and does not lengthen the window
 * refuses too_short (no observation in the window and none before it)
 * source Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 5.2
 * checked against arithmetic in models.test.ts, 1e-12
 */
export const windowAverage: Model = {
  name: 'window-average',
  title: 'Window average',
  source: 'Hyndman & Athanasopoulos (2021), 5.2',
  fit: (y, { season }) => fitWindow(y, windowLength(season)),
};

function fitWindow(y: Float64Array, length: number): Fitted | undefined {
  const residuals = new Float64Array(y.length).fill(Number.NaN);
  const kept = new Float64Array(length);
  let seen = 0;
  let sum = 0;
  for (let t = 0; t < y.length; t++) {
    const value = y[t]!;
    if (Number.isNaN(value)) continue;
    if (seen > 0) residuals[t] = value - sum / Math.min(seen, length);
    sum += value - (seen >= length ? kept[seen % length]! : 0);
    kept[seen % length] = value;
    seen++;
  }
  if (seen === 0) return undefined;
  const size = Math.min(seen, length);
  // The running sum gathers rounding errors; the forecast is summed afresh.
  let fresh = 0;
  for (let i = 0; i < size; i++) fresh += kept[i]!;
  const average = fresh / size;
  const sigma = residualSigma(residuals);
  return makeFitted({
    model: 'window-average',
    form: `Window average (${length})`,
    parameters: { window: length },
    residuals,
    sigma,
    moments: (h) =>
      linearMoments({ mean: new Float64Array(h).fill(average), sigma, echo: () => 1 / size }),
    update: (longer) => fitWindow(longer, length)!,
  });
}
