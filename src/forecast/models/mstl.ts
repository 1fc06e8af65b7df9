import type { FitOptions, Fitted, Model } from '../model.ts';
import { makeFitted, residualSigma } from '../model.ts';
import { stl } from '../numeric/stl.ts';
import { interpolate } from '../seasonal-adjustment.ts';
import { arima } from './arima.ts';
import { fitForms } from './ets.ts';
import type { EtsForm } from './ets-form.ts';

/** Longer season that goes with a shorter one: days of a year with days of a week, hours of a week with hours of a day. */
const LONGER_SEASON: Readonly<Record<number, number>> = { 7: 365, 24: 168 };
const YEAR = 365;
/** Days on either side that a day of the year is seen with. */
const NEIGHBOURS = 20;
const PASSES = 2;
/** What is left of a history too short for ARIMA has a level, and perhaps a slope that fades. */
const FORMS: readonly EtsForm[] = [
  { error: 'A', trend: 'N', season: 'N' },
  { error: 'A', trend: 'Ad', season: 'N' },
];

/**
 * Several seasons at once: each is taken out by local regression while the others are held, ARIMA goes
 * on with the rest, and the last cycle of every season is put back.
 * `y` demand per period, units, oldest first; NaN is interpolated
 * refuses too_short (fewer than two of the shortest season)
 * source Bandara, Hyndman & Bergmeir (2021), doi:10.1504/IJOR.2022.10048281; Cleveland et al. (1990)
 * checked against reference/arima.json, R forecast::mstl, seasonal parts 1e-6
 */
export const mstl: Model = {
  name: 'mstl',
  title: 'Several seasons (MSTL)',
  source: 'Bandara, Hyndman & Bergmeir (2021)',
  fit: (y, options) => fitMstl(y, options),
};

/** Last cycle of one season, by phase. */
interface Cycle {
  readonly season: number;
  /** Units per phase, phase of period 0 first. */
  readonly figure: Float64Array;
}

function fitMstl(y: Float64Array, { season }: FitOptions): Fitted | undefined {
  const seasons = seasonsOf(season).filter((m) => m > 1 && y.length >= 2 * m + 2);
  if (seasons.length === 0 || y.every(Number.isNaN)) return undefined;
  return assemble(y, seasons);
}

/**
 * The seasons that a spacing has.
 * `season` the shortest, periods · returns periods, ascending
 */
export function seasonsOf(season: number): readonly number[] {
  const longer = LONGER_SEASON[season];
  return longer === undefined ? [season] : [season, longer];
}

/**
 * Takes several seasons out of a series.
 * `x` units, no NaN · `seasons` periods, ascending · returns one seasonal part per season, length n each
 */
export function seasonalParts(x: Float64Array, seasons: readonly number[]): Float64Array[] {
  const parts = seasons.map(() => new Float64Array(x.length));
  const rest = Float64Array.from(x);
  // One season is found at once; several take turns.
  const passes = seasons.length > 1 ? PASSES : 1;
  for (let pass = 0; pass < passes; pass++) {
    seasons.forEach((season, i) => {
      const part = parts[i]!;
      for (let t = 0; t < x.length; t++) rest[t]! += part[t]!;
      part.set(season === YEAR ? yearlyPart(rest) : ordinaryPart(rest, season, i));
      for (let t = 0; t < x.length; t++) rest[t]! -= part[t]!;
    });
  }
  return parts;
}

function ordinaryPart(x: Float64Array, season: number, rank: number): Float64Array {
  return stl(x, { season, seasonalWindow: 7 + 4 * (rank + 1) }).seasonal;
}

/** Two or three years say little of a single day: a day of the year is seen with its neighbours. */
function yearlyPart(x: Float64Array): Float64Array {
  const { seasonal } = stl(x, { season: YEAR, seasonalWindow: Number.POSITIVE_INFINITY });
  const smooth = new Float64Array(x.length);
  for (let t = 0; t < Math.min(YEAR, x.length); t++) {
    let sum = 0;
    for (let j = -NEIGHBOURS; j <= NEIGHBOURS; j++) {
      sum += (NEIGHBOURS + 1 - Math.abs(j)) * seasonal[(t + j + YEAR) % YEAR]!;
    }
    smooth[t] = sum / (NEIGHBOURS + 1) ** 2;
  }
  for (let t = YEAR; t < x.length; t++) smooth[t] = smooth[t - YEAR]!;
  return smooth;
}

/** What is left without seasons still has a memory. */
function fitRest(adjusted: Float64Array): Fitted | undefined {
  const fitted = arima.fit(adjusted, { season: 1 });
  return fitted ?? fitForms(adjusted, { forms: FORMS, m: 1, model: 'mstl' });
}

/** Takes the seasons out anew; the model of the rest is found, or the `known` one carried on. */
function assemble(y: Float64Array, seasons: readonly number[], known?: Fitted): Fitted | undefined {
  const x = interpolate(y);
  const parts = seasonalParts(x, seasons);
  const adjusted = y.map((value, t) => parts.reduce((rest, part) => rest - part[t]!, value));
  const rest = known?.update(adjusted) ?? fitRest(adjusted);
  if (rest === undefined) return undefined;
  const cycles = seasons.map((season, i) => lastCycle(parts[i]!, season));
  const n = y.length;
  const own = (t: number): number =>
    cycles.reduce((sum, { season, figure }) => sum + figure[t % season]!, 0);
  return makeFitted({
    model: 'mstl',
    form: `MSTL(${seasons.join(', ')}), ${rest.form}`,
    parameters: rest.parameters,
    residuals: rest.residuals,
    sigma: residualSigma(rest.residuals),
    moments: (h) => {
      const moments = rest.moments(h);
      return { ...moments, mean: moments.mean.map((value, k) => value + own(n + k)) };
    },
    update: (longer) => assemble(longer, seasons, rest)!,
  });
}

function lastCycle(part: Float64Array, season: number): Cycle {
  const figure = new Float64Array(season);
  for (let t = part.length - season; t < part.length; t++) figure[t % season] = part[t]!;
  return { season, figure };
}
