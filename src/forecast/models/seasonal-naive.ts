import type { Fitted, Model } from '../model.ts';
import { makeFitted, residualSigma } from '../model.ts';
import { linearMoments } from '../moments.ts';

/**
 * The demand of one season ago goes on; with season 1 it is the naive forecast.
 * `y` demand per period, units, oldest first; NaN falls back on the season before it, and a phase
 * never observed on the mean of the observed phases
 * refuses too_short (no observation)
 * source Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 5.2
 * checked against reference/models.json, R forecast 8.20 snaive, 1e-8
 */
export const seasonalNaive: Model = {
  name: 'seasonal-naive',
  title: 'Seasonal naive',
  source: 'Hyndman & Athanasopoulos (2021), 5.2',
  fit: (y, { season }) => fitSeasonalNaive(y, season),
};

function fitSeasonalNaive(y: Float64Array, season: number): Fitted | undefined {
  const residuals = new Float64Array(y.length).fill(Number.NaN);
  const last = new Float64Array(season).fill(Number.NaN);
  for (let t = 0; t < y.length; t++) {
    const value = y[t]!;
    if (Number.isNaN(value)) continue;
    residuals[t] = value - last[t % season]!;
    last[t % season] = value;
  }
  if (!fillMissing(last)) return undefined;
  const sigma = residualSigma(residuals);
  return makeFitted({
    model: 'seasonal-naive',
    form: 'Seasonal naive',
    parameters: { season },
    residuals,
    sigma,
    moments: (h) => {
      const mean = Float64Array.from({ length: h }, (_, k) => last[(y.length + k) % season]!);
      return linearMoments({ mean, sigma, echo: (j) => (j % season === 0 ? 1 : 0) });
    },
    update: (longer) => fitSeasonalNaive(longer, season)!,
  });
}

/** Puts the mean of the known phases into the unknown ones; false where none is known. */
function fillMissing(phases: Float64Array): boolean {
  let sum = 0;
  let known = 0;
  for (const value of phases) {
    if (Number.isNaN(value)) continue;
    sum += value;
    known++;
  }
  if (known === 0) return false;
  for (let i = 0; i < phases.length; i++) if (Number.isNaN(phases[i]!)) phases[i] = sum / known;
  return true;
}
