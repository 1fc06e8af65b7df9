/** The search for the form and the weights of complex exponential smoothing. */
import { beginBfgs, type Objective } from '../numeric/bfgs.ts';
import { logistic, logit } from '../numeric/logistic.ts';
import {
  type CesForm,
  type CesSeason,
  type CesStates,
  type CesTrace,
  type CesWeights,
  cesPass,
  cesSlope,
  cesWeightCount,
  copyOf,
  emptyStates,
  firstStates,
  newTrace,
} from './ces-kernel.ts';

const LONGEST_SEASON = 60;
/** Enough to tell the forms apart, and so many that a search ends by itself. */
const ROUGH = { gain: 1e-4, steps: 100 } as const;
/** Difference of AICc that a rough search leaves in doubt: one that ends early has been 4 from its end. */
const TOLD_APART = 5;
/** So fine that where a search ends does not hang on how its numbers were rounded. */
const FINE = { gain: 1e-13, steps: 300 } as const;
/** Weight of the barrier, in units of twice the log-likelihood. */
const BARRIER = 0.1;
/** Share of what a history varies that is no more than rounding. */
const NOUGHT = 1e-18;
/** A little growth is what a trend is. */
const LARGEST_ROOT = 1.02;
/** Bounds of the weights, level pair and seasonal pair, inside which the search stays. */
const LOW = 0.01;
const HIGH = [1.8, 1.9, 1.5, 1.5] as const;
const STARTS: Readonly<Record<CesSeason, readonly number[]>> = {
  none: [1.3, 0.97],
  simple: [1.3, 0.97],
  partial: [1.3, 0.97, 0.6],
  full: [1.3, 0.97, 1.1, 0.97],
};

/** What was found, and from which states a pass begins. */
export interface CesSolution {
  readonly form: CesForm;
  readonly weights: CesWeights;
  /** Where the search ended, in its own coordinates. */
  readonly end: Float64Array;
  readonly first: CesStates;
  readonly aicc: number;
}

/**
 * The form with the lowest AICc. Forms that a rough search cannot tell apart are all searched to the end.
 * `x` units, no NaN · `season` periods · returns CesSolution, or undefined where no form can be fitted
 */
export function searchForm(x: Float64Array, season: number): CesSolution | undefined {
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
  const size = cesWeightCount(form.season) + 1;
  const n = x.length;
  if (n - size - 1 < 1) return undefined;
  const deviance = new CesDeviance(x, form);
  const minimiser = beginBfgs(deviance.guarded, from ?? startOf(form), tolerance);
  minimiser.advance(tolerance.steps);
  if (!Number.isFinite(minimiser.value)) return undefined;
  const weights = weightsAt(minimiser.x);
  const { first, value } = deviance.at(weights);
  const aicc = value + 2 * size + (2 * size * (size + 1)) / (n - size - 1);
  return { form, weights, end: minimiser.x, first, aicc };
}

function startOf({ season }: CesForm): Float64Array {
  return Float64Array.from(STARTS[season], (weight, i) =>
    logit((weight - LOW) / (HIGH[i]! - LOW), 0),
  );
}

/** Weights at the coordinates of the search, which run from end to end of the line. */
function weightsAt(v: Float64Array): CesWeights {
  return v.map((value, i) => LOW + (HIGH[i]! - LOW) * logistic(value));
}

/** Twice the negative log-likelihood of a history over weights, with its slopes. */
class CesDeviance {
  readonly #x: Float64Array;
  readonly #backward: Float64Array;
  readonly #form: CesForm;
  readonly #figure: Float64Array;
  readonly #unit: number;
  /** Of the passes there, back, and there again. */
  readonly #traces: readonly [CesTrace, CesTrace, CesTrace];

  constructor(x: Float64Array, form: CesForm) {
    this.#x = x;
    this.#backward = Float64Array.from(x).reverse();
    this.#form = form;
    this.#figure = figureOf(x, form.m);
    this.#unit = Math.max(1e-300, squaresAboutMean(x));
    this.#traces = [newTrace(x.length), newTrace(x.length), newTrace(x.length)];
  }

  /** What the search minimises, over its own coordinates. */
  readonly guarded: Objective = (v, gradient, ceiling) => {
    const weights = weightsAt(v);
    gradient.fill(0);
    const kept = barrier(weights, gradient);
    if (kept === Number.POSITIVE_INFINITY) return kept;
    const { squares } = this.#pass(weights);
    if (!Number.isFinite(squares)) return Number.POSITIVE_INFINITY;
    const value = this.#valueOf(squares) + BARRIER * (kept + fence(v));
    if (!(value <= ceiling)) return value;
    const perSquare = this.#x.length / (squares + NOUGHT * this.#unit);
    for (let i = 0; i < v.length; i++) {
      const share = logistic(v[i]!);
      const bySquares = perSquare * this.#slope(weights, i) + BARRIER * gradient[i]!;
      gradient[i] =
        bySquares * (HIGH[i]! - LOW) * share * (1 - share) + BARRIER * Math.tanh(v[i]! / 2);
    }
    return value;
  };

  /** Without what keeps the search inside, and the states from which a pass begins. */
  at(weights: CesWeights): { first: CesStates; value: number } {
    const { first, squares } = this.#pass(weights);
    return { first, value: this.#valueOf(squares) };
  }

  #valueOf(squares: number): number {
    return this.#x.length * Math.log(squares / this.#unit + NOUGHT);
  }

  /** First states from a pass to the end and back: they cost no parameters. */
  #pass(weights: CesWeights): { first: CesStates; squares: number } {
    const form = this.#form;
    const n = this.#x.length;
    const [there, back, again] = this.#traces;
    let states = firstStates(this.#x, form, this.#figure);
    cesPass(this.#x, { form, weights, states }, there);
    states = turn(states, n, form);
    cesPass(this.#backward, { form, weights, states }, back);
    const first = turn(states, n, form);
    const squares = cesPass(this.#x, { form, weights, states: copyOf(first) }, again);
    return { first, squares };
  }

  /** How the squares of the pass just made change with one weight. */
  #slope(weights: CesWeights, which: number): number {
    const form = this.#form;
    const n = this.#x.length;
    const [there, back, again] = this.#traces;
    let slopes = emptyStates(form);
    cesSlope(there, { form, weights, slopes }, which);
    slopes = turn(slopes, n, form);
    cesSlope(back, { form, weights, slopes }, which);
    slopes = turn(slopes, n, form);
    return cesSlope(again, { form, weights, slopes }, which);
  }
}

/**
 * What keeps a pair of weights where a forecast does not explode and where what once happened is
 * forgotten: minus the logarithm of how far the transition is from a root of LARGEST_ROOT, and of how
 * far the errors' own recursion is from a root of one; infinite beyond. Outside, first states can be
 * found for almost any history that match it by chance, for weights right to six digits. Smooth, where
 * a wall would end a search at a point that hangs on how its numbers were rounded. Adds its slopes.
 * source Jury's conditions for a polynomial of degree two, scaled; Svetunkov, Kourentzes & Ord (2022),
 * doi:10.1002/nav.22074, stability conditions
 */
function barrier(weights: CesWeights, gradient: Float64Array): number {
  let sum = 0;
  for (let i = 0; i + 1 < weights.length; i += 2) {
    const [a, b] = [weights[i]!, weights[i + 1]!];
    const trace = (2 - a) / LARGEST_ROOT;
    const determinant = (2 - a - b) / LARGEST_ROOT ** 2;
    const [byTrace, byDeterminant] = [1 / LARGEST_ROOT, 1 / LARGEST_ROOT ** 2];
    const rooms: readonly Room[] = [
      [1 - determinant, byDeterminant, byDeterminant],
      [1 + determinant - trace, byTrace - byDeterminant, -byDeterminant],
      [1 + determinant + trace, -byTrace - byDeterminant, -byDeterminant],
      [1.5 - (a - 1.5) ** 2 - (b - 0.5) ** 2, -2 * (a - 1.5), -2 * (b - 0.5)],
      [(a - 0.5) ** 2 + (b - 1) ** 2 - 0.25, 2 * (a - 0.5), 2 * (b - 1)],
      [(a - 2.5) ** 2 + b ** 2 - 1.25, 2 * (a - 2.5), 2 * b],
    ];
    for (const [room, byFirst, bySecond] of rooms) {
      if (room <= 0) return Number.POSITIVE_INFINITY;
      sum -= Math.log(room);
      gradient[i]! -= byFirst / room;
      gradient[i + 1]! -= bySecond / room;
    }
  }
  return sum;
}

/** How far a pair is from a boundary, and how that changes with either weight. */
type Room = readonly [room: number, byFirst: number, bySecond: number];

/** What keeps the search off the bounds of the weights, where it would creep on for ever. */
function fence(v: Float64Array): number {
  // Minus the logarithm of the distance from either, up to a constant.
  let sum = 0;
  for (const value of v) sum += Math.abs(value) + 2 * Math.log1p(Math.exp(-Math.abs(value)));
  return sum;
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

function squaresAboutMean(x: Float64Array): number {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  return x.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
