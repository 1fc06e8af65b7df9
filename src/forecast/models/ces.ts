import type { Fitted, Model } from '../model.ts';
import { makeFitted, residualSigma } from '../model.ts';
import { linearMoments } from '../moments.ts';
import { beginBfgs } from '../numeric/bfgs.ts';
import { byCentralDifferences } from '../numeric/differences.ts';
import { logistic, logit } from '../numeric/logistic.ts';
import { interpolate } from '../seasonal-adjustment.ts';
import {
  type CesForm,
  type CesStates,
  type CesWeights,
  cesPass,
  cesPath,
  cesWeightCount,
  firstStates,
} from './ces-kernel.ts';

const LONGEST_SEASON = 60;
const LEAST_OBSERVED = 6;
/** Enough to tell the forms apart, and so many that a search ends by itself. */
const ROUGH = { gain: 1e-3, steps: 60 } as const;
/** Difference of AICc that a rough search leaves in doubt: one that ends early has been 4 from its end. */
const TOLD_APART = 5;
/** So fine that where a search ends does not hang on how its numbers were rounded. */
const FINE = { gain: 1e-9, steps: 300 } as const;
/** Weight of the barrier, in units of twice the log-likelihood. */
const BARRIER = 0.1;
const MARGIN = 0.001;
/** A little growth is what a trend is. */
const LARGEST_ROOT = 1.02;
/** Bounds of the weights, level pair and seasonal pair, inside which the search stays. */
const LOW = 0.01;
const HIGH = [1.8, 1.9, 1.5, 1.5] as const;
const STARTS = [1.3, 1, 0.6, 0.6] as const;

/**
 * Automatic complex exponential smoothing: level and its "potential" as one complex number, with
 * no season, a seasonal level, a plain figure, or a seasonal pair, by AICc.
 * `y` demand per period, units, oldest first; NaN is interpolated
 * refuses too_short (fewer than six observations)
 * source Svetunkov, Kourentzes & Ord (2022), doi:10.1002/nav.22074
 * checked against reference/smoothing.json, statsforecast AutoCES: squared error no worse than 10 %
 */
export const ces: Model = {
  name: 'ces',
  title: 'Automatic CES',
  source: 'Svetunkov, Kourentzes & Ord (2022)',
  fit: (y, { season }) => fitCes(y, season),
};

/** What was found, and from which states a pass begins. */
interface CesSolution {
  readonly form: CesForm;
  readonly weights: CesWeights;
  /** Where the search ended, in its own coordinates. */
  readonly end: Float64Array;
  readonly first: CesStates;
  readonly aicc: number;
}

function fitCes(y: Float64Array, season: number): Fitted | undefined {
  let observed = 0;
  for (const value of y) if (!Number.isNaN(value)) observed++;
  if (observed < LEAST_OBSERVED) return undefined;
  const x = interpolate(y);
  const fine = bestForm(x, season);
  return fine === undefined ? undefined : apply(x, fine);
}

/** The form with the lowest AICc. Forms that a rough search cannot tell apart are all searched to the end. */
function bestForm(x: Float64Array, season: number): CesSolution | undefined {
  const seasonal = season > 1 && season <= LONGEST_SEASON && x.length >= 2 * season + 2;
  const forms: CesForm[] = [
    { season: 'none', m: 1 },
    ...(seasonal
      ? (['simple', 'partial', 'full'] as const).map((kind) => ({ season: kind, m: season }))
      : []),
  ];
  const rough = forms
    .map((form) => search(x, form, { tolerance: ROUGH }))
    .filter((found) => found !== undefined);
  const least = Math.min(...rough.map(({ aicc }) => aicc));
  return rough
    .filter(({ aicc }) => aicc <= least + TOLD_APART)
    .map(({ form, end }) => search(x, form, { from: end, tolerance: FINE }))
    .filter((found) => found !== undefined)
    .reduce<CesSolution | undefined>(
      (best, one) => (best === undefined || one.aicc < best.aicc ? one : best),
      undefined,
    );
}

function search(
  x: Float64Array,
  form: CesForm,
  { from, tolerance }: { from?: Float64Array; tolerance: typeof ROUGH | typeof FINE },
): CesSolution | undefined {
  const n = x.length;
  const count = cesWeightCount(form.season);
  const size = count + 1;
  if (n - size - 1 < 1) return undefined;
  const backward = Float64Array.from(x).reverse();
  const figure = figureOf(x, form.m);
  const at = (v: Float64Array): CesWeights =>
    v.map((value, i) => LOW + (HIGH[i]! - LOW) * logistic(value));
  const unit = Math.max(1e-300, squaresAboutMean(x));
  const value = (v: Float64Array): number => {
    const weights = at(v);
    const kept = BARRIER * (barrier(weights) + fence(v));
    if (kept === Number.POSITIVE_INFINITY) return kept;
    const states = backcast(x, backward, { form, weights, figure });
    const squares = cesPass(x, { form, weights, states });
    return Number.isFinite(squares)
      ? n * Math.log(squares / unit + 1e-18) + kept
      : Number.POSITIVE_INFINITY;
  };
  const begin =
    from ??
    Float64Array.from({ length: count }, (_, i) =>
      logit((STARTS[i]! - LOW) / (HIGH[i]! - LOW), MARGIN),
    );
  const minimiser = beginBfgs(byCentralDifferences(value), begin, tolerance);
  minimiser.advance(tolerance.steps);
  if (!Number.isFinite(minimiser.value)) return undefined;
  const weights = at(minimiser.x);
  const first = backcast(x, backward, { form, weights, figure });
  const deviance = minimiser.value - BARRIER * (barrier(weights) + fence(minimiser.x));
  const aicc = deviance + 2 * size + (2 * size * (size + 1)) / (n - size - 1);
  return { form, weights, end: minimiser.x, first, aicc };
}

/**
 * What keeps the search where what once happened does not matter ever more: minus the logarithm of
 * how far the transition of each pair is from a root of LARGEST_ROOT, infinite beyond. Smooth, where
 * a wall would end a search at a point that hangs on how its numbers were rounded.
 * source Jury's conditions for a polynomial of degree two, scaled
 */
function barrier(weights: CesWeights): number {
  let sum = 0;
  for (let i = 0; i + 1 < weights.length; i += 2) {
    const trace = (2 - weights[i]!) / LARGEST_ROOT;
    const determinant = (2 - weights[i]! - weights[i + 1]!) / LARGEST_ROOT ** 2;
    const room = [1 - determinant, 1 + determinant - trace, 1 + determinant + trace];
    if (room.some((distance) => distance <= 0)) return Number.POSITIVE_INFINITY;
    for (const distance of room) sum -= Math.log(distance);
  }
  return sum;
}

/**
 * What keeps the search off the bounds of the weights, where it would creep on for ever: minus the logarithm of the distance from
 * either, in its own coordinates.
 */
function fence(v: Float64Array): number {
  let sum = 0;
  for (const value of v) sum += Math.abs(value) + 2 * Math.log1p(Math.exp(-Math.abs(value)));
  return sum;
}

interface Told {
  readonly form: CesForm;
  readonly weights: CesWeights;
  readonly figure: Float64Array;
}

/** First states from a pass to the end and back: they cost no parameters. */
function backcast(x: Float64Array, backward: Float64Array, told: Told): CesStates {
  const { form, weights, figure } = told;
  const states = firstStates(x, form, figure);
  cesPass(x, { form, weights, states });
  const turned = turn(states, x.length, form);
  cesPass(backward, { form, weights, states: turned });
  return turn(turned, x.length, form);
}

/** Seen from the other end, the phases run the other way. */
function turn(states: CesStates, n: number, { m }: CesForm): CesStates {
  const reversed = (values: Float64Array): Float64Array => {
    const lag = values.length;
    if (lag === 1) return values;
    const out = new Float64Array(lag);
    for (let i = 0; i < lag; i++) out[(((n - 1 - i) % lag) + lag) % lag] = values[i]!;
    return out;
  };
  return {
    level: reversed(states.level),
    potential: reversed(states.potential),
    seasonal: m > 1 ? reversed(states.seasonal) : states.seasonal,
    seasonalPotential: m > 1 ? reversed(states.seasonalPotential) : states.seasonalPotential,
  };
}

/** Mean of each phase about the mean of all. */
function figureOf(x: Float64Array, m: number): Float64Array {
  const figure = new Float64Array(m);
  const whole = x.length - (x.length % m);
  let mean = 0;
  for (let t = 0; t < whole; t++) mean += x[t]! / whole;
  for (let t = 0; t < whole; t++) figure[t % m]! += ((x[t]! - mean) * m) / whole;
  return figure;
}

/** The model at given weights and first states on a history without gaps. */
function apply(x: Float64Array, solution: CesSolution): Fitted {
  const { form, weights, first, aicc } = solution;
  const states: CesStates = {
    level: Float64Array.from(first.level),
    potential: Float64Array.from(first.potential),
    seasonal: Float64Array.from(first.seasonal),
    seasonalPotential: Float64Array.from(first.seasonalPotential),
  };
  const residuals = new Float64Array(x.length);
  cesPass(x, { form, weights, states }, residuals);
  const sigma = residualSigma(residuals, weights.length);
  const n = x.length;
  const model = { form, weights, states };
  const names = ['alpha0', 'alpha1', 'beta0', 'beta1'];
  return makeFitted({
    model: 'ces',
    form: `CES(${form.season === 'none' ? 'N' : form.season[0]!.toUpperCase()})`,
    parameters: {
      ...Object.fromEntries([...weights].map((weight, i) => [names[i]!, weight])),
      aicc,
    },
    residuals,
    sigma,
    moments: (h) => {
      const mean = cesPath(model, { n, h, shock: 0 });
      const shaken = cesPath(model, { n, h, shock: 1 });
      return linearMoments({ mean, sigma, echo: (j) => shaken[j]! - mean[j]! });
    },
    update: (longer) => apply(interpolate(longer), solution),
  });
}

function squaresAboutMean(x: Float64Array): number {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  return x.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
