/** The two sums of squares of an ARMA arma: conditional, with its slope, and exact. */

import { degreeOf, denseWeights, type LagPolynomial } from './arima-form.ts';

/** An ARMA arma with both polynomials multiplied out. */
export interface ArmaProcess {
  readonly ar: LagPolynomial;
  readonly ma: LagPolynomial;
}

/**
 * Errors that begin from zero before the first period.
 * `w` differenced demand less its mean, length n · `errors` written, length n · returns Σe²
 * source Box & Jenkins (1976), 7.1.2, conditional sum of squares
 */
export function conditionalErrors(
  w: Float64Array,
  { ar, ma }: ArmaProcess,
  errors: Float64Array,
): number {
  const { lags: arLags, weights: arWeights } = ar;
  const { lags: maLags, weights: maWeights } = ma;
  const warm = Math.min(w.length, Math.max(degreeOf(ar), degreeOf(ma)));
  let squares = 0;
  for (let t = 0; t < warm; t++) {
    let e = w[t]!;
    for (let i = 0; i < arLags.length && arLags[i]! <= t; i++)
      e -= arWeights[i]! * w[t - arLags[i]!]!;
    for (let i = 0; i < maLags.length && maLags[i]! <= t; i++) {
      e -= maWeights[i]! * errors[t - maLags[i]!]!;
    }
    errors[t] = e;
    squares += e * e;
  }
  for (let t = warm; t < w.length; t++) {
    let e = w[t]!;
    for (let i = 0; i < arLags.length; i++) e -= arWeights[i]! * w[t - arLags[i]!]!;
    for (let i = 0; i < maLags.length; i++) e -= maWeights[i]! * errors[t - maLags[i]!]!;
    errors[t] = e;
    squares += e * e;
  }
  return squares;
}

/**
 * Divides a series by a moving average polynomial, from zero before the first period.
 * `x` length n · `ma` 1 + Σ weight B^lag · `out` written, length n, may be `x`
 */
export function divideByMa(x: Float64Array, ma: LagPolynomial, out: Float64Array): void {
  const { lags, weights } = ma;
  for (let t = 0; t < x.length; t++) {
    let value = x[t]!;
    for (let i = 0; i < lags.length && lags[i]! <= t; i++)
      value -= weights[i]! * out[t - lags[i]!]!;
    out[t] = value;
  }
}

/**
 * Multiplies a series by an autoregressive polynomial, from zero before the first period.
 * `x` length n · `ar` 1 − Σ weight B^lag · `out` written, length n, not `x`
 */
export function multiplyByAr(x: Float64Array, ar: LagPolynomial, out: Float64Array): void {
  const { lags, weights } = ar;
  for (let t = 0; t < x.length; t++) {
    let value = x[t]!;
    for (let i = 0; i < lags.length && lags[i]! <= t; i++) value -= weights[i]! * x[t - lags[i]!]!;
    out[t] = value;
  }
}

/**
 * Partial autocorrelations of an autoregression, by going down in order.
 * `weights` by lag, overwritten · returns the product of 1 − k², or 0 where it is not stationary
 * source Monahan (1984), doi:10.1093/biomet/71.2.403
 */
export function stepDown(weights: Float64Array, partial?: Float64Array): number {
  let product = 1;
  const scratch = new Float64Array(weights.length);
  for (let order = weights.length; order >= 1; order--) {
    const k = weights[order - 1]!;
    if (partial !== undefined) partial[order - 1] = k;
    if (!(Math.abs(k) < 1)) return 0;
    const rest = 1 - k * k;
    product *= rest;
    for (let i = 0; i < order - 1; i++) {
      scratch[i] = (weights[i]! + k * weights[order - 2 - i]!) / rest;
    }
    for (let i = 0; i < order - 1; i++) weights[i] = scratch[i]!;
  }
  return product;
}

/** Autocovariances of the autoregressive part for unit error variance, lags 0 … count − 1. */
function arAutocovariances(ar: LagPolynomial, count: number): Float64Array | undefined {
  const degree = degreeOf(ar);
  const gamma = new Float64Array(Math.max(count, degree + 1));
  const partial = new Float64Array(degree);
  const product = stepDown(denseWeights(ar, degree), partial);
  if (!(product > 0)) return undefined;
  gamma[0] = 1 / product;
  // Durbin–Levinson upwards again: each order adds one autocovariance.
  const weights = new Float64Array(degree);
  const before = new Float64Array(degree);
  let variance = gamma[0];
  for (let order = 1; order <= degree; order++) {
    let value = partial[order - 1]! * variance;
    for (let i = 1; i < order; i++) value += weights[i - 1]! * gamma[order - i]!;
    gamma[order] = value;
    const k = partial[order - 1]!;
    before.set(weights);
    for (let i = 0; i < order - 1; i++) weights[i] = before[i]! - k * before[order - 2 - i]!;
    weights[order - 1] = k;
    variance *= 1 - k * k;
  }
  for (let lag = degree + 1; lag < count; lag++) {
    let value = 0;
    for (let i = 0; i < ar.lags.length; i++) value += ar.weights[i]! * gamma[lag - ar.lags[i]!]!;
    gamma[lag] = value;
  }
  return gamma;
}

/** First weights of the infinite moving average, ψ0 … ψ(count − 1). */
export function psiWeights({ ar, ma }: ArmaProcess, count: number): Float64Array {
  const psi = new Float64Array(count);
  if (count > 0) psi[0] = 1;
  for (let i = 0; i < ma.lags.length; i++)
    if (ma.lags[i]! < count) psi[ma.lags[i]!] = ma.weights[i]!;
  for (let j = 1; j < count; j++) {
    for (let i = 0; i < ar.lags.length && ar.lags[i]! <= j; i++) {
      psi[j]! += ar.weights[i]! * psi[j - ar.lags[i]!]!;
    }
  }
  return psi;
}

/** What an exact pass gives: Σ v²/F and Σ log F, for unit error variance. */
export interface ExactSums {
  readonly squares: number;
  readonly logs: number;
}

/** Close enough to the variance of an error for the plain recursion to take over. */
const SETTLED = 1e-7;
/** Logarithms are taken of products of variances, before they overflow. */
const LARGEST_PRODUCT = 1e150;

/**
 * Innovations of a stationary ARMA arma with their exact variances, by Chandrasekhar recursions:
 * one vector is carried where the Kalman filter carries a matrix.
 * `w` differenced demand less its mean, length n · `errors` written: innovations, length n
 * returns ExactSums, or undefined outside the stationary domain
 * source Morf, Sidhu & Kailath (1974), doi:10.1109/TAC.1974.1100576; Herbst (2015), doi:10.1007/s10614-013-9413-3
 * checked against reference/arima.json, R stats::arima with method ML, log-likelihood 1e-3 where both stand on the same top
 */
export function exactErrors(
  w: Float64Array,
  arma: ArmaProcess,
  errors: Float64Array,
): ExactSums | undefined {
  const { ar } = arma;
  const first = firstCovariances(arma);
  if (first === undefined) return undefined;
  const r = first.length;
  const a = denseWeights(ar, r);
  let variance = first[0]!;
  const gain = new Float64Array(r);
  advance(first, a, gain);
  // One element more each, always zero, for what lies behind the last one.
  const change = new Float64Array(r + 1);
  change.set(gain);
  const state = new Float64Array(r + 1);
  let weight = -1 / variance;
  let squares = 0;
  let logs = 0;
  let product = 1;
  for (let t = 0; t < w.length; t++) {
    const v = w[t]! - state[0]!;
    errors[t] = v;
    squares += (v * v) / variance;
    product *= variance;
    if (!(product < LARGEST_PRODUCT)) {
      logs += Math.log(product);
      product = 1;
    }
    if (variance - 1 < SETTLED && t >= r) {
      squares += plainErrors(w, arma, { errors, from: t + 1 });
      break;
    }
    const lead = change[0]!;
    const next = variance + weight * lead * lead;
    // Rounding near a unit root.
    if (!(next > 0)) return undefined;
    const shock = v / variance;
    const head = state[0]!;
    const share = weight * lead;
    const back = lead / next;
    weight += (share * share) / variance;
    // The state goes on by the gain of this period; gain and change are those of the next.
    for (let i = 0; i < r; i++) {
      const along = a[i]!;
      const known = gain[i]!;
      state[i] = along * head + state[i + 1]! + known * shock;
      const after = along * lead + change[i + 1]!;
      const updated = known + after * share;
      change[i] = after - updated * back;
      gain[i] = updated;
    }
    variance = next;
  }
  return { squares, logs: logs + Math.log(product) };
}

/** x ↦ T x for the companion matrix T. */
function advance(x: Float64Array, a: Float64Array, out: Float64Array): void {
  const r = x.length;
  for (let i = 0; i < r; i++) out[i] = a[i]! * x[0]! + (i < r - 1 ? x[i + 1]! : 0);
}

/** Covariance of every element of the first state with the first observation. */
function firstCovariances(arma: ArmaProcess): Float64Array | undefined {
  const { ar, ma } = arma;
  const p = degreeOf(ar);
  const q = degreeOf(ma);
  const r = Math.max(p, q + 1);
  const inner = arAutocovariances(ar, p + q + 1);
  if (inner === undefined) return undefined;
  const { lags, weights } = ma;
  // Weights of the moving average times themselves, its leading one included, by how far they lie apart.
  const apart = new Float64Array(q + 1);
  apart[0] = 1;
  for (let i = 0; i < lags.length; i++) {
    apart[0]! += weights[i]! * weights[i]!;
    apart[lags[i]!]! += weights[i]!;
    for (let j = 0; j < i; j++) apart[lags[i]! - lags[j]!]! += weights[i]! * weights[j]!;
  }
  const gamma = new Float64Array(Math.max(1, p));
  for (let lag = 0; lag < gamma.length; lag++) {
    let value = apart[0]! * inner[lag]!;
    for (let k = 1; k <= q; k++) {
      if (apart[k] !== 0) value += apart[k]! * (inner[lag + k]! + inner[Math.abs(lag - k)]!);
    }
    gamma[lag] = value;
  }
  const psi = psiWeights(arma, q + 1);
  const first = new Float64Array(r);
  first[0] = gamma[0]!;
  for (let i = 1; i < r; i++) {
    let value = 0;
    for (let l = 0; l < ar.lags.length; l++) {
      const lag = ar.lags[l]!;
      if (lag > i) value += ar.weights[l]! * gamma[lag - i]!;
    }
    for (let l = 0; l < lags.length; l++) {
      if (lags[l]! >= i) value += weights[l]! * psi[lags[l]! - i]!;
    }
    first[i] = value;
  }
  return first;
}

/** The recursion once the variance has settled; returns Σe² from there on. */
function plainErrors(
  w: Float64Array,
  { ar, ma }: ArmaProcess,
  { errors, from }: { errors: Float64Array; from: number },
): number {
  let squares = 0;
  for (let t = from; t < w.length; t++) {
    let e = w[t]!;
    for (let i = 0; i < ar.lags.length; i++) e -= ar.weights[i]! * w[t - ar.lags[i]!]!;
    for (let i = 0; i < ma.lags.length; i++) e -= ma.weights[i]! * errors[t - ma.lags[i]!]!;
    errors[t] = e;
    squares += e * e;
  }
  return squares;
}
