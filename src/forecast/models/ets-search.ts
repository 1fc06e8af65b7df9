import { beginBfgs, type Minimiser } from '../numeric/bfgs.ts';
import { logistic, logit } from '../numeric/logistic.ts';
import type { EtsForm } from './ets-form.ts';
import { etsGradient, etsValue } from './ets-kernel.ts';
import { ALPHA, BETA, type EtsPass, GAMMA, LEVEL, PHI, SEASONAL, SLOPE } from './ets-layout.ts';

/** Bounds of R forecast::ets: usual region, kept a little inside. */
export const LEAST_WEIGHT = 1e-4;
export const MOST_WEIGHT = 0.9999;
const PHI_LOW = 0.8;
const PHI_HIGH = 0.98;
/** How near a weight may come to its bounds at the start of a search. */
const MARGIN = 0.0001;
/** A gain of −2 log likelihood that no information criterion would notice. */
const GAIN = 1e-3;

/** A search for the parameters and first states of one form. */
export interface EtsSearch {
  readonly form: EtsForm;
  /** Free parameters, the error variance included. */
  readonly size: number;
  readonly minimiser: Minimiser;
  /** The best theta so far. */
  theta(): Float64Array;
  /** AICc of the best theta so far, up to a constant that all forms share. */
  aicc(): number;
}

/**
 * Maps the free, unbounded coordinates of a search to theta, and gradients back. α, β/α, γ/(1−α)
 * and φ go through logistic curves; states move in units of the one-step error, which makes all
 * coordinates of like size; the last phase balances the others.
 */
class Coordinates {
  readonly size: number;
  readonly theta: Float64Array;
  readonly #form: EtsForm;
  readonly #m: number;
  readonly #origin: Float64Array;
  readonly #unit: number;
  #beta = 0;
  #gamma = 0;

  constructor(form: EtsForm, m: number, { start, unit }: { start: Float64Array; unit: number }) {
    this.#form = form;
    this.#m = m;
    this.#origin = start;
    this.#unit = unit;
    this.theta = Float64Array.from(start);
    const trend = form.trend === 'N' ? 0 : form.trend === 'A' ? 2 : 3;
    this.size = 2 + trend + (form.season === 'N' ? 0 : m);
  }

  /** Coordinates of the starting theta: states at zero. */
  start(): Float64Array {
    const x = new Float64Array(this.size);
    const o = this.#origin;
    const alpha = o[ALPHA]!;
    let i = 0;
    x[i++] = logit((alpha - LEAST_WEIGHT) / (MOST_WEIGHT - LEAST_WEIGHT), MARGIN);
    if (this.#form.trend !== 'N')
      x[i++] = logit((o[BETA]! - LEAST_WEIGHT) / (alpha - LEAST_WEIGHT), MARGIN);
    if (this.#form.season !== 'N')
      x[i++] = logit((o[GAMMA]! - LEAST_WEIGHT) / (1 - alpha - LEAST_WEIGHT), MARGIN);
    if (this.#form.trend === 'Ad') x[i] = logit((o[PHI]! - PHI_LOW) / (PHI_HIGH - PHI_LOW), MARGIN);
    return x;
  }

  /** Sets theta from coordinates. */
  place(x: Float64Array): Float64Array {
    const { theta } = this;
    const o = this.#origin;
    const unit = this.#unit;
    let i = 0;
    const alpha = LEAST_WEIGHT + (MOST_WEIGHT - LEAST_WEIGHT) * logistic(x[i++]!);
    theta[ALPHA] = alpha;
    if (this.#form.trend !== 'N') {
      this.#beta = logistic(x[i++]!);
      theta[BETA] = LEAST_WEIGHT + (alpha - LEAST_WEIGHT) * this.#beta;
    }
    if (this.#form.season !== 'N') {
      this.#gamma = logistic(x[i++]!);
      theta[GAMMA] = LEAST_WEIGHT + (1 - alpha - LEAST_WEIGHT) * this.#gamma;
    }
    if (this.#form.trend === 'Ad') theta[PHI] = PHI_LOW + (PHI_HIGH - PHI_LOW) * logistic(x[i++]!);
    theta[LEVEL] = o[LEVEL]! + unit * x[i++]!;
    if (this.#form.trend !== 'N') theta[SLOPE] = o[SLOPE]! + SLOPE_SHARE * unit * x[i++]!;
    if (this.#form.season !== 'N') {
      let moved = 0;
      const last = SEASONAL + this.#m - 1;
      for (let j = SEASONAL; j < last; j++) {
        const step = unit * x[i++]!;
        theta[j] = o[j]! + step;
        moved += step;
      }
      theta[last] = o[last]! - moved;
    }
    return theta;
  }

  /** Gradient by coordinates from the gradient by theta; after `place` at the same point. */
  pull(byTheta: Float64Array, byX: Float64Array): void {
    const { theta } = this;
    const unit = this.#unit;
    const alpha = theta[ALPHA]!;
    let byAlpha = byTheta[ALPHA]!;
    let i = 1;
    if (this.#form.trend !== 'N') {
      byAlpha += byTheta[BETA]! * this.#beta;
      byX[i++] = byTheta[BETA]! * (alpha - LEAST_WEIGHT) * this.#beta * (1 - this.#beta);
    }
    if (this.#form.season !== 'N') {
      byAlpha -= byTheta[GAMMA]! * this.#gamma;
      byX[i++] = byTheta[GAMMA]! * (1 - alpha - LEAST_WEIGHT) * this.#gamma * (1 - this.#gamma);
    }
    if (this.#form.trend === 'Ad') {
      const p = (theta[PHI]! - PHI_LOW) / (PHI_HIGH - PHI_LOW);
      byX[i++] = byTheta[PHI]! * (PHI_HIGH - PHI_LOW) * p * (1 - p);
    }
    const a = (alpha - LEAST_WEIGHT) / (MOST_WEIGHT - LEAST_WEIGHT);
    byX[0] = byAlpha * (MOST_WEIGHT - LEAST_WEIGHT) * a * (1 - a);
    byX[i++] = byTheta[LEVEL]! * unit;
    if (this.#form.trend !== 'N') byX[i++] = byTheta[SLOPE]! * SLOPE_SHARE * unit;
    if (this.#form.season !== 'N') {
      const last = SEASONAL + this.#m - 1;
      for (let j = SEASONAL; j < last; j++) byX[i++] = (byTheta[j]! - byTheta[last]!) * unit;
    }
  }
}

/** A slope works every period: a step of it is that much smaller than one of the level. */
const SLOPE_SHARE = 0.1;

/**
 * Begins the search for one form.
 * `pass` scaled demand, form and season · `start` theta · returns EtsSearch, or undefined where the
 * form has more parameters than the history can bear, or the start is out of its domain
 * source Hyndman et al. (2008), 5.2 (likelihood) and 7.1 (AICc)
 */
export function beginEtsSearch(pass: EtsPass, start: Float64Array): EtsSearch | undefined {
  let observed = 0;
  for (let t = 0; t < pass.y.length; t++) if (!Number.isNaN(pass.y[t]!)) observed++;
  const states = new Float64Array(start.length);
  const first = etsValue(pass, start, states);
  if (!Number.isFinite(first)) return undefined;
  const coordinates = new Coordinates(pass.form, pass.m, { start, unit: unitOf(first, observed) });
  const size = coordinates.size + 1;
  if (observed <= size + 1) return undefined;
  const byTheta = new Float64Array(start.length);
  const minimiser = beginBfgs(
    (x, gradient, ceiling) => {
      const theta = coordinates.place(x);
      const value = etsValue(pass, theta, states);
      if (value < Number.POSITIVE_INFINITY && value <= ceiling) {
        etsGradient(pass, theta, byTheta);
        coordinates.pull(byTheta, gradient);
      }
      return value;
    },
    coordinates.start(),
    { gain: GAIN },
  );
  const penalty = 2 * size + (2 * size * (size + 1)) / (observed - size - 1);
  return {
    form: pass.form,
    size,
    minimiser,
    theta: () => Float64Array.from(coordinates.place(minimiser.x)),
    aicc: () => minimiser.value + penalty,
  };
}

/** A typical error per observation, on the scale of demand; demand itself is scaled to one. */
function unitOf(value: number, observed: number): number {
  const unit = Math.exp(value / (2 * observed)) / Math.sqrt(observed);
  return Math.min(0.5, Math.max(1e-4, unit));
}
