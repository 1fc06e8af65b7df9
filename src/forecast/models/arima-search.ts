/** Finds the coefficients of one ARIMA form. */

import { beginBfgs } from '../numeric/bfgs.ts';
import { byForwardDifferences } from '../numeric/differences.ts';
import {
  type ArimaCoefficients,
  type ArimaForm,
  arimaSize,
  degreeOf,
  denseWeights,
  multiplyOut,
} from './arima-form.ts';
import {
  type ArmaProcess,
  conditionalErrors,
  divideByMa,
  exactErrors,
  multiplyByAr,
  stepDown,
} from './arima-kernel.ts';

/** What a search works on. */
export interface ArimaTask {
  readonly form: ArimaForm;
  /** Differenced demand, scaled to a size near one. */
  readonly w: Float64Array;
}

/** A point of the search. */
export interface ArimaSolution {
  readonly form: ArimaForm;
  readonly coefficients: ArimaCoefficients;
  /** Where the search ended, in its own coordinates. */
  readonly x: Float64Array;
  /** −2 log-likelihood, exact, of the scaled demand; Infinity outside the domain. */
  readonly deviance: number;
  /** The inverse of the curvature there, where a search has learned it. */
  readonly inverse?: Float64Array;
  /** Corrected Akaike criterion of the scaled demand. */
  readonly aicc: number;
}

/** Roots nearer to the unit circle than this make a form useless, as R forecast::auto.arima has it. */
const NEAREST_ROOT = 1.01;
/** Roots farther from it than this are not on their way there. */
const FARTHEST_ROOT = 1.15;
const HALVINGS = 10;
const CONDITIONAL_STEPS = 40;
const EXACT_STEPS = 40;
/** After these a search shows whether it comes to anything. */
const FIRST_STEPS = 6;
const MOST_RETREATS = 5;
/** A start a little short of what the correlations say: they may say one. */
const CAUTION = 0.95;

/**
 * Finds coefficients by conditional least squares, and measures them by the exact likelihood.
 * `task` form and differenced demand · returns ArimaSolution
 */
export function searchConditional(task: ArimaTask): ArimaSolution {
  const objective = new Conditional(task);
  const value = (x: Float64Array, gradient: Float64Array): number => objective.value(x, gradient);
  const search = beginBfgs(value, firstPoint(task), { gain: 1e-3 });
  search.advance(CONDITIONAL_STEPS);
  const point = Float64Array.from(search.x);
  const first = solutionAt(task, point);
  if (Number.isFinite(first.deviance)) return { ...first, inverse: search.inverse };
  let solution = first;
  // Conditional errors may be smallest where no exact likelihood exists: come back inside.
  for (let i = 0; i < MOST_RETREATS && !Number.isFinite(solution.deviance); i++) {
    for (let j = 0; j < arimaSize(task.form) - (task.form.constant ? 1 : 0); j++) point[j]! *= 0.7;
    solution = solutionAt(task, point);
  }
  return solution;
}

/**
 * Goes on from a solution on the exact likelihood.
 * `solution` of a conditional search · `isWorthMore` asked after the first steps, where a search may be given up
 * returns the better ArimaSolution of both, or the one at which it was given up
 */
export function searchExact(
  task: ArimaTask,
  solution: ArimaSolution,
  isWorthMore?: (reached: ArimaSolution) => boolean,
): ArimaSolution {
  if (!Number.isFinite(solution.deviance) || solution.x.length === 0) return solution;
  const { form, w } = task;
  const exact = byForwardDifferences((x) => exactDeviance(w, form, placeAt(form, x)));
  const search = beginBfgs(exact, solution.x, { gain: 1e-3, inverse: solution.inverse });
  if (isWorthMore !== undefined) {
    search.advance(FIRST_STEPS);
    const reached = solutionAt(task, search.x);
    if (!isWorthMore(reached)) return reached;
  }
  search.advance(EXACT_STEPS);
  return search.value < solution.deviance ? solutionAt(task, search.x) : solution;
}

/** Whether a root of either polynomial lies on the unit circle, or all but. */
export function isNearUnitRoot({ form, coefficients }: ArimaSolution): boolean {
  const { ar, ma } = processOf(form, coefficients);
  return [ar, ma].some((polynomial, which) => {
    const size = degreeOf(polynomial);
    const dense = denseWeights(polynomial, size);
    let stretch = which === 0 ? 1 : -1;
    for (let lag = 1; lag <= size; lag++) {
      stretch *= NEAREST_ROOT;
      dense[lag - 1]! *= stretch;
    }
    return stepDown(dense) === 0;
  });
}

/**
 * Whether the likelihood rises towards a moving average with a root on the unit circle: a search in
 * coordinates without bounds only ever creeps there.
 * `solution` of an exact search · returns true where the best of the form is no use
 */
export function leadsToUnitRoot({ form, w }: ArimaTask, solution: ArimaSolution): boolean {
  const { coefficients, deviance } = solution;
  return (['theta', 'seasonalTheta'] as const).some((group) => {
    const moved = atUnitRoot(coefficients[group]);
    return (
      moved !== undefined && exactDeviance(w, form, { ...coefficients, [group]: moved }) < deviance
    );
  });
}

/** A moving average stretched until a root all but lies on the unit circle; undefined where none is near. */
function atUnitRoot(weights: Float64Array): Float64Array | undefined {
  const stretched = (stretch: number) => weights.map((weight, i) => weight * stretch ** (i + 1));
  const isInside = (stretch: number) => stepDown(stretched(stretch).map((value) => -value)) > 0;
  let inside = 1;
  let outside = FARTHEST_ROOT;
  if (isInside(outside)) return undefined;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (inside + outside) / 2;
    if (isInside(middle)) inside = middle;
    else outside = middle;
  }
  return stretched(inside);
}

/** Both polynomials of a model. */
export function processOf({ m }: ArimaForm, coefficients: ArimaCoefficients): ArmaProcess {
  const { phi, theta, seasonalPhi, seasonalTheta } = coefficients;
  return {
    ar: multiplyOut(phi, seasonalPhi, { m, cross: -1 }),
    ma: multiplyOut(theta, seasonalTheta, { m, cross: 1 }),
  };
}

function solutionAt(task: ArimaTask, x: Float64Array): ArimaSolution {
  const { form, w } = task;
  const coefficients = placeAt(form, x);
  const deviance = exactDeviance(w, form, coefficients);
  const n = w.length;
  const size = arimaSize(form) + 1;
  const room = n - size - 1;
  const aicc = room > 0 ? deviance + 2 * size + (2 * size * (size + 1)) / room : Infinity;
  return { form, coefficients, x: Float64Array.from(x), deviance, aicc };
}

/** −2 log-likelihood with the variance at its best. */
function exactDeviance(w: Float64Array, form: ArimaForm, coefficients: ArimaCoefficients): number {
  const n = w.length;
  const { constant } = coefficients;
  const centred = new Float64Array(n);
  for (let t = 0; t < n; t++) centred[t] = w[t]! - constant;
  const sums = exactErrors(centred, processOf(form, coefficients), new Float64Array(n));
  if (sums === undefined || !(sums.squares > 0)) return Number.POSITIVE_INFINITY;
  const deviance = n * (Math.log((2 * Math.PI * sums.squares) / n) + 1) + sums.logs;
  return Number.isFinite(deviance) ? deviance : Number.POSITIVE_INFINITY;
}

/** Autoregressions by the sample correlations, no moving averages, about the mean. */
function firstPoint({ form, w }: ArimaTask): Float64Array {
  const { p, q, P, m, constant } = form;
  const x = new Float64Array(arimaSize(form));
  const mean = constant ? w.reduce((sum, value) => sum + value, 0) / w.length : 0;
  if (constant) x[x.length - 1] = mean;
  const set = (from: number, count: number, lag: number): void => {
    const partial = partialCorrelations(w, { mean, count, lag });
    for (let i = 0; i < count; i++) x[from + i] = Math.atanh(CAUTION * partial[i]!);
  };
  set(0, p, 1);
  set(p + q, P, m);
  return x;
}

/** Partial autocorrelations at multiples of a lag, by Durbin–Levinson; all inside (−1, 1). */
function partialCorrelations(
  w: Float64Array,
  { mean, count, lag }: { mean: number; count: number; lag: number },
): Float64Array {
  const covariance = (k: number): number => {
    let sum = 0;
    for (let t = k; t < w.length; t++) sum += (w[t]! - mean) * (w[t - k]! - mean);
    return sum;
  };
  const partial = new Float64Array(count);
  const weights = new Float64Array(count);
  const before = new Float64Array(count);
  const whole = covariance(0);
  let variance = whole;
  for (let order = 1; order <= count && variance > 1e-9 * whole; order++) {
    let value = covariance(order * lag);
    for (let i = 1; i < order; i++) value -= weights[i - 1]! * covariance((order - i) * lag);
    const k = value / variance;
    partial[order - 1] = k;
    before.set(weights);
    for (let i = 0; i < order - 1; i++) weights[i] = before[i]! - k * before[order - 2 - i]!;
    weights[order - 1] = k;
    variance *= 1 - k * k;
  }
  return partial;
}

/** Where each group of coordinates begins: φ, θ, Φ, Θ, constant. */
function groupsOf({ p, q, P, Q }: ArimaForm) {
  return {
    phi: 0,
    theta: p,
    seasonalPhi: p + q,
    seasonalTheta: p + q + P,
    constant: p + q + P + Q,
  };
}

function placeAt(form: ArimaForm, x: Float64Array): ArimaCoefficients {
  const at = groupsOf(form);
  const group = (from: number, count: number) => stationary(x.subarray(from, from + count));
  const negated = (weights: Float64Array) => weights.map((value) => -value);
  return {
    phi: group(at.phi, form.p),
    theta: negated(group(at.theta, form.q)),
    seasonalPhi: group(at.seasonalPhi, form.P),
    seasonalTheta: negated(group(at.seasonalTheta, form.Q)),
    constant: form.constant ? x[at.constant]! : 0,
  };
}

/**
 * Any numbers to the weights of a stationary autoregression, by partial autocorrelations.
 * source Jones (1980), doi:10.1080/00401706.1980.10486171; Monahan (1984)
 */
function stationary(x: Float64Array): Float64Array {
  const weights = new Float64Array(x.length);
  const before = new Float64Array(x.length);
  for (let order = 1; order <= x.length; order++) {
    const k = Math.tanh(x[order - 1]!);
    before.set(weights);
    for (let i = 0; i < order - 1; i++) weights[i] = before[i]! - k * before[order - 2 - i]!;
    weights[order - 1] = k;
  }
  return weights;
}

/** Conditional n log Σe² with its gradient: four filtered series say how each coefficient works. */
class Conditional {
  readonly #task: ArimaTask;
  readonly #centred: Float64Array;
  readonly #errors: Float64Array;
  readonly #one: Float64Array;
  readonly #other: Float64Array;

  constructor(task: ArimaTask) {
    const n = task.w.length;
    this.#task = task;
    this.#centred = new Float64Array(n);
    this.#errors = new Float64Array(n);
    this.#one = new Float64Array(n);
    this.#other = new Float64Array(n);
  }

  value(x: Float64Array, gradient: Float64Array): number {
    const { form, w } = this.#task;
    const coefficients = placeAt(form, x);
    const arma = processOf(form, coefficients);
    for (let t = 0; t < w.length; t++) this.#centred[t] = w[t]! - coefficients.constant;
    const squares = conditionalErrors(this.#centred, arma, this.#errors);
    if (!(squares > 0)) return Number.NEGATIVE_INFINITY;
    this.#slopes(coefficients, arma, { x, gradient, factor: (2 * w.length) / squares });
    return w.length * Math.log(squares);
  }

  #slopes(
    coefficients: ArimaCoefficients,
    arma: ArmaProcess,
    { x, gradient, factor }: { x: Float64Array; gradient: Float64Array; factor: number },
  ): void {
    const { form } = this.#task;
    const { m } = form;
    const at = groupsOf(form);
    const none = new Float64Array(0);
    const { phi, theta, seasonalPhi, seasonalTheta } = coefficients;
    if (form.p > 0) {
      multiplyByAr(this.#centred, multiplyOut(none, seasonalPhi, { m, cross: -1 }), this.#one);
      divideByMa(this.#one, arma.ma, this.#other);
      this.#chain(form.p, { lag: 1, sign: -factor, x, gradient, from: at.phi });
    }
    if (form.P > 0) {
      multiplyByAr(this.#centred, multiplyOut(phi, none, { m, cross: -1 }), this.#one);
      divideByMa(this.#one, arma.ma, this.#other);
      this.#chain(form.P, { lag: m, sign: -factor, x, gradient, from: at.seasonalPhi });
    }
    // The coordinates of a moving average are those of its negative.
    if (form.q > 0) {
      divideByMa(this.#errors, multiplyOut(theta, none, { m, cross: 1 }), this.#other);
      this.#chain(form.q, { lag: 1, sign: factor, x, gradient, from: at.theta });
    }
    if (form.Q > 0) {
      divideByMa(this.#errors, multiplyOut(none, seasonalTheta, { m, cross: 1 }), this.#other);
      this.#chain(form.Q, { lag: m, sign: factor, x, gradient, from: at.seasonalTheta });
    }
    if (form.constant) {
      this.#one.fill(1);
      conditionalErrors(this.#one, arma, this.#other);
      gradient[at.constant] = -factor * product(this.#errors, this.#other, 0);
    }
  }

  /** From the slopes by weight to those by coordinate. */
  #chain(
    count: number,
    by: { lag: number; sign: number; x: Float64Array; gradient: Float64Array; from: number },
  ): void {
    const { lag, sign, x, gradient, from } = by;
    const slopes = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      slopes[i] = sign * product(this.#errors, this.#other, lag * (i + 1));
    }
    const point = x.slice(from, from + count);
    const weights = stationary(point);
    for (let i = 0; i < count; i++) {
      const kept = point[i]!;
      point[i] = kept + STEP;
      const moved = stationary(point);
      point[i] = kept;
      let sum = 0;
      for (let j = 0; j < count; j++) sum += (slopes[j]! * (moved[j]! - weights[j]!)) / STEP;
      gradient[from + i] = sum;
    }
  }
}

const STEP = 1e-6;

/** Σ e_t · x_{t−lag}. */
function product(errors: Float64Array, x: Float64Array, lag: number): number {
  let sum = 0;
  for (let t = lag; t < errors.length; t++) sum += errors[t]! * x[t - lag]!;
  return sum;
}
