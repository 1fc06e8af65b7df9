/** Smoothing of slow demand added up over several periods: what ADIDA and IMAPA share. */
import type { Fitted } from '../model.ts';
import { makeFitted, residualSigma } from '../model.ts';
import { linearMoments } from '../moments.ts';

const LEAST_ALPHA = 0.1;
const MOST_ALPHA = 0.3;
const ALPHA_STEPS = 200;

/**
 * Periods that the average demand waits for the next one, rounded: the level that is added up to.
 * `y` demand per period, units, NaN left out · returns whole periods ≥ 1, or undefined without demand
 */
export function meanInterval(y: Float64Array): number | undefined {
  let observed = 0;
  let demands = 0;
  let until = 0;
  for (const value of y) {
    if (Number.isNaN(value)) continue;
    observed++;
    if (value === 0) continue;
    demands++;
    until = observed;
  }
  return demands === 0 ? undefined : Math.max(1, Math.round(until / demands));
}

/** Demand added up over `level` periods, smoothed. */
interface Smoothed {
  readonly level: number;
  readonly alpha: number;
  /** Rate after the last period, units per period. */
  readonly rate: number;
  /** Rate that was said of each period, units per period; NaN before the first. */
  readonly said: Float64Array;
}

/** Sums of `level` periods, the last of them ending with the history; a part unseen is filled in. */
function addUp(y: Float64Array, level: number): Float64Array {
  const blocks = Math.floor(y.length / level);
  const lost = y.length - blocks * level;
  return Float64Array.from({ length: blocks }, (_, b) => {
    let sum = 0;
    let seen = 0;
    for (let t = lost + b * level; t < lost + (b + 1) * level; t++) {
      if (Number.isNaN(y[t]!)) continue;
      sum += y[t]!;
      seen++;
    }
    return seen === 0 ? Number.NaN : (sum * level) / seen;
  });
}

/** Runs the smoothing; writes what was said of each sum and returns the squared errors. */
function smooth(sums: Float64Array, alpha: number, said: Float64Array): number {
  let state = Number.NaN;
  let squares = 0;
  for (let b = 0; b < sums.length; b++) {
    said[b] = state;
    const value = sums[b]!;
    if (Number.isNaN(value)) continue;
    if (Number.isNaN(state)) state = value;
    else {
      squares += (value - state) ** 2;
      state += alpha * (value - state);
    }
  }
  said[sums.length] = state;
  return squares;
}

function smoothLevel(y: Float64Array, level: number): Smoothed | undefined {
  const sums = addUp(y, level);
  const said = new Float64Array(sums.length + 1);
  let alpha = LEAST_ALPHA;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= ALPHA_STEPS; i++) {
    const one = LEAST_ALPHA + ((MOST_ALPHA - LEAST_ALPHA) * i) / ALPHA_STEPS;
    const squares = smooth(sums, one, said);
    if (squares >= least) continue;
    least = squares;
    alpha = one;
  }
  smooth(sums, alpha, said);
  const rate = said[sums.length]! / level;
  if (Number.isNaN(rate)) return undefined;
  const lost = y.length - sums.length * level;
  const perPeriod = y.map((_, t) => (t < lost ? Number.NaN : said[blockOf(t)]! / level));
  return { level, alpha, rate, said: perPeriod };

  function blockOf(t: number): number {
    return Math.floor((t - lost) / level);
  }
}

/** Which levels a model adds up to, and its name. */
interface Variant {
  readonly model: string;
  readonly form: string;
  readonly levels: (interval: number) => readonly number[];
}

/**
 * The mean over levels of the smoothed sums, each per period.
 * `y` demand per period, units, length n, NaN left out · returns Fitted, or undefined without demand
 * source Nikolopoulos et al. (2011), doi:10.1057/jors.2010.32
 */
export function fitAggregated(y: Float64Array, variant: Variant): Fitted | undefined {
  const interval = meanInterval(y);
  if (interval === undefined) return undefined;
  const parts = variant
    .levels(interval)
    .map((level) => smoothLevel(y, level))
    .filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  const average = (of: (part: Smoothed) => number): number =>
    parts.reduce((sum, part) => sum + of(part), 0) / parts.length;
  const rate = average((part) => part.rate);
  const residuals = y.map((value, t) => value - average((part) => part.said[t]!));
  const sigma = residualSigma(residuals);
  const share = average(({ alpha, level }) => alpha / level);
  return makeFitted({
    model: variant.model,
    form: variant.form,
    parameters: { interval, rate },
    residuals,
    sigma,
    moments: (h) =>
      linearMoments({ mean: new Float64Array(h).fill(rate), sigma, echo: () => share }),
    update: (longer) => fitAggregated(longer, variant)!,
  });
}
