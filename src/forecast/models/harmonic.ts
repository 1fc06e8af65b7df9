import type { FitOptions, Fitted, Model } from '../model.ts';
import { makeFitted, residualSigma } from '../model.ts';
import { interpolate } from '../seasonal-adjustment.ts';
import { arima } from './arima.ts';
import { harmonicsAt, regressOnHarmonics } from './harmonic-regression.ts';

/** More harmonics of a year than this are seen only in years that are known by the dozen. */
const MOST_HARMONICS = 3;
/** Least season that a harmonic fits into, periods. */
const LEAST_SEASON = 3;
/** Weeks of a year are a little more than 52. */
const EXACT_PERIOD: Readonly<Record<number, number>> = { 52: 365.25 / 7 };

/**
 * Dynamic harmonic regression: a season of a few harmonics, drawn towards none as far as chance may have made
 * them, and ARIMA for the rest. It sees a year in the first of them, where other models need two.
 * `y` demand per period, units, oldest first; NaN is interpolated
 * refuses no_season (fewer than three periods), too_short (less than a season, fewer than eight observations)
 * source Young, Pedregal & Tych (1999), doi:10.1002/(SICI)1099-131X(199911)18:6<369::AID-FOR748>3.0.CO;2-K; van Houwelingen & le Cessie (1990), doi:10.1002/sim.4780091109, on how far to draw
 */
export const harmonic: Model = {
  name: 'harmonic',
  title: 'Dynamic harmonic regression',
  source: 'Young, Pedregal & Tych (1999)',
  fit: (y, { season }: FitOptions) => {
    if (season < LEAST_SEASON || y.length < season || y.every(Number.isNaN)) return undefined;
    const period = EXACT_PERIOD[season] ?? season;
    return assemble(y, { period, most: Math.min(MOST_HARMONICS, Math.ceil(season / 2) - 1) });
  },
};

interface Asked {
  readonly period: number;
  /** Harmonics, at most; so many of them once they were chosen. */
  readonly most: number;
  /** Model of the rest, to be carried on. */
  readonly known?: Fitted;
}

/** Finds the harmonics; the model of the rest is found, or the `known` one carried on. */
function assemble(y: Float64Array, { period, most, known }: Asked): Fitted | undefined {
  const regressions = regressOnHarmonics(interpolate(y), { period, most });
  const chosen =
    known === undefined
      ? regressions.reduce((best, one) => (one.aicc < best.aicc ? one : best))
      : regressions.at(-1)!;
  const drawn =
    chosen.harmonics === 0 ? 0 : 1 - (2 * chosen.harmonics) / gainOf(regressions, chosen.harmonics);
  const weights = chosen.weights.map((weight) => Math.max(0, drawn) * weight);
  const part = (t: number): number => harmonicsAt(weights, period, t);
  const adjusted = y.map((value, t) => value - part(t));
  const rest = known?.update(adjusted) ?? arima.fit(adjusted, { season: 1 });
  if (rest === undefined) return undefined;
  return makeFitted({
    model: 'harmonic',
    form: `${chosen.harmonics} ${chosen.harmonics === 1 ? 'harmonic' : 'harmonics'}, ${rest.form}`,
    parameters: { harmonics: chosen.harmonics, ...rest.parameters },
    residuals: rest.residuals,
    sigma: residualSigma(rest.residuals),
    moments: (h) => {
      const moments = rest.moments(h);
      return { ...moments, mean: moments.mean.map((value, k) => value + part(y.length + k)) };
    },
    update: (longer) => assemble(longer, { period, most: chosen.harmonics, known: rest })!,
  });
}

/** What so many harmonics better the deviance by; by chance that is two for each of them. */
function gainOf(regressions: readonly { deviance: number }[], harmonics: number): number {
  return Math.max(Number.MIN_VALUE, regressions[0]!.deviance - regressions[harmonics]!.deviance);
}
