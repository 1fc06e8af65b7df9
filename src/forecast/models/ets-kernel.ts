import type { EtsForm } from './ets-form.ts';

/**
 * Smoothing parameters and states before the first period, in one array so that a gradient has the
 * same layout: α, β, γ, φ, level, slope, then one seasonal state per phase (phase of period 0 first).
 * Notation of Hyndman et al. (2008): β and γ are the plain ones, not shares of α.
 */
export const ALPHA = 0;
export const BETA = 1;
export const GAMMA = 2;
export const PHI = 3;
export const LEVEL = 4;
export const SLOPE = 5;
export const SEASONAL = 6;

/** Below this a mean of a multiplicative model is out of its domain. */
const LEAST_MEAN = 1e-8;
/** Keeps the logarithm finite on a series that is fitted without error. */
const LEAST_SQUARES = 1e-18;

/** What a pass leaves per period for the way back; grown when needed, shared by all passes. */
let trace = newTrace(1024);

function newTrace(n: number) {
  return {
    size: n,
    base: new Float64Array(n),
    slope: new Float64Array(n),
    seasonal: new Float64Array(n),
    error: new Float64Array(n),
  };
}

function traceFor(n: number) {
  if (trace.size < n) trace = newTrace(Math.max(n, 2 * trace.size));
  return trace;
}

/** Everything a pass needs; `states` is theta's layout and ends as the states after the last period. */
export interface EtsPass {
  readonly y: Float64Array;
  readonly form: EtsForm;
  /** Season length, 1 for forms without a season. */
  readonly m: number;
}

/**
 * Runs the recursions through a history, and gives −2 log likelihood without its constants:
 * n ln Σe² and, for multiplicative errors, 2 Σ ln|μ| with relative e. A NaN period moves the
 * states along without an error.
 * `theta` parameters and first states · `states` receives the last states · returns the value, Infinity out of domain
 * source Hyndman et al. (2008), table 2.2 and eq. 5.3
 * checked against reference/models.json, R forecast 8.20 ets at R's own parameters, 1e-6
 */
export function etsValue(pass: EtsPass, theta: Float64Array, states: Float64Array): number {
  const { y, form, m } = pass;
  const n = y.length;
  const { base, slope, seasonal, error } = traceFor(n);
  states.set(theta);
  const alpha = theta[ALPHA]!;
  const beta = theta[BETA]!;
  const gamma = theta[GAMMA]!;
  const phi = theta[PHI]!;
  const multiplied = form.season === 'M';
  const relative = form.error === 'M';
  let level = theta[LEVEL]!;
  let b = theta[SLOPE]!;
  let squares = LEAST_SQUARES;
  // Logarithms are taken of products of many means, for speed.
  let logs = 0;
  let product = 1;
  let count = 0;
  let phase = SEASONAL;
  const end = SEASONAL + m;
  for (let t = 0; t < n; t++) {
    const s = states[phase]!;
    const pb = phi * b;
    const q = level + pb;
    const mean = multiplied ? q * s : q + s;
    const actual = y[t]!;
    base[t] = q;
    slope[t] = b;
    seasonal[t] = s;
    let e = 0;
    // biome-ignore lint/suspicious/noSelfCompare: the cheapest test for NaN, in the innermost loop
    if (actual === actual) {
      e = actual - mean;
      if (relative) {
        if (!(mean > LEAST_MEAN)) return Number.POSITIVE_INFINITY;
        squares += (e / mean) * (e / mean);
        product *= mean;
        if (product > 1e100 || product < 1e-100) {
          logs += Math.log(product);
          product = 1;
        }
      } else squares += e * e;
      count++;
    }
    error[t] = e;
    if (multiplied) {
      if (!(s > LEAST_MEAN) || !(q > LEAST_MEAN)) return Number.POSITIVE_INFINITY;
      level = q + (alpha * e) / s;
      b = pb + (beta * e) / s;
      states[phase] = s + (gamma * e) / q;
    } else {
      level = q + alpha * e;
      b = pb + beta * e;
      states[phase] = s + gamma * e;
    }
    phase++;
    if (phase === end) phase = SEASONAL;
  }
  states[LEVEL] = level;
  states[SLOPE] = b;
  const value = count * Math.log(squares) + 2 * (logs + Math.log(product));
  // biome-ignore lint/suspicious/noSelfCompare: NaN is out of the domain
  return value === value ? value : Number.POSITIVE_INFINITY;
}

/** One-step errors of the pass that ran last, units of its y; NaN where not observed. */
export function lastErrors(y: Float64Array): Float64Array {
  return y.map((actual, t) => (Number.isNaN(actual) ? Number.NaN : trace.error[t]!));
}

/**
 * The gradient of etsValue by its theta, one pass backwards whatever the number of states. Must
 * follow an etsValue of the same pass that was finite.
 * `gradient` receives ∂value/∂theta, every phase as if free
 * source Griewank & Walther (2008), Evaluating Derivatives, ch. 3 (reverse mode), worked out by hand
 * checked against central differences in ets-kernel.test.ts, 1e-5 relative
 */
export function etsGradient(pass: EtsPass, theta: Float64Array, gradient: Float64Array): void {
  const { y, form, m } = pass;
  const n = y.length;
  const { base, slope, seasonal, error } = trace;
  const alpha = theta[ALPHA]!;
  const beta = theta[BETA]!;
  const gamma = theta[GAMMA]!;
  const phi = theta[PHI]!;
  const multiplied = form.season === 'M';
  const relative = form.error === 'M';
  const weight = errorWeight(pass);
  gradient.fill(0);
  let dAlpha = 0;
  let dBeta = 0;
  let dGamma = 0;
  let dPhi = 0;
  // Adjoints of the states after the period; the seasonal ones live in the gradient itself.
  let dLevel = 0;
  let dSlope = 0;
  let phase = SEASONAL + ((n - 1) % m);
  for (let t = n - 1; t >= 0; t--) {
    const q = base[t]!;
    const s = seasonal[t]!;
    const e = error[t]!;
    const dSeasonal = gradient[phase]!;
    let dBase = dLevel;
    let dPb = dSlope;
    if (y[t] === y[t]!) {
      const mean = multiplied ? q * s : q + s;
      let dError = weight * e;
      let dMean = 0;
      if (relative) {
        const r = e / mean;
        dError = (weight * r) / mean;
        dMean = (2 - weight * r * r) / mean;
      }
      if (multiplied) {
        const toState = alpha * dLevel + beta * dSlope;
        dError += toState / s + (gamma * dSeasonal) / q;
        dAlpha += (e * dLevel) / s;
        dBeta += (e * dSlope) / s;
        dGamma += (e * dSeasonal) / q;
        dMean -= dError;
        dBase += dMean * s - (gamma * e * dSeasonal) / (q * q);
        gradient[phase] = dSeasonal + dMean * q - (toState * e) / (s * s);
      } else {
        dError += alpha * dLevel + beta * dSlope + gamma * dSeasonal;
        dAlpha += e * dLevel;
        dBeta += e * dSlope;
        dGamma += e * dSeasonal;
        dMean -= dError;
        dBase += dMean;
        gradient[phase] = dSeasonal + dMean;
      }
    }
    dPb += dBase;
    dPhi += slope[t]! * dPb;
    dLevel = dBase;
    dSlope = phi * dPb;
    phase--;
    if (phase < SEASONAL) phase = SEASONAL + m - 1;
  }
  gradient[ALPHA] = dAlpha;
  gradient[BETA] = dBeta;
  gradient[GAMMA] = dGamma;
  gradient[PHI] = dPhi;
  gradient[LEVEL] = dLevel;
  gradient[SLOPE] = dSlope;
}

/** 2n / Σe²: what a unit of error adds to n ln Σe². */
function errorWeight({ y, form }: EtsPass): number {
  const { base, seasonal, error } = trace;
  let squares = LEAST_SQUARES;
  let count = 0;
  for (let t = 0; t < y.length; t++) {
    if (Number.isNaN(y[t]!)) continue;
    let e = error[t]!;
    if (form.error === 'M') {
      e /= form.season === 'M' ? base[t]! * seasonal[t]! : base[t]! + seasonal[t]!;
    }
    squares += e * e;
    count++;
  }
  return (2 * count) / squares;
}
