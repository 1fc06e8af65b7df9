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

/** Keeps the logarithm finite on a series that is fitted without error. */
export const LEAST_SQUARES = 1e-18;

/** A history, a form, and the length of its season. */
export interface EtsPass {
  readonly y: Float64Array;
  readonly form: EtsForm;
  /** Season length, 1 for forms without a season. */
  readonly m: number;
}

/** What a pass leaves for the way back. */
export interface EtsTrace {
  /** Per period: level and slope as it began, its seasonal state, and its error, relative where errors are multiplicative. */
  readonly base: Float64Array;
  readonly slope: Float64Array;
  readonly seasonal: Float64Array;
  readonly error: Float64Array;
  /** Sum of the squared errors, and how many there are. */
  squares: number;
  observed: number;
}

/**
 * The recursions of a kind of error, written out for it: a loop that serves both takes 1.2 to 1.8 times as long
 * where errors are additive, and they are wherever a period sold nothing.
 */
export interface EtsRecursion {
  /**
   * Runs through a history.
   * `theta` parameters and first states · `states` receives the last ones · `trace` receives what the way back needs
   * returns twice the sum of the logarithms of the means where errors are multiplicative, 0 else, Infinity out of domain
   */
  forward(
    pass: EtsPass,
    theta: Float64Array,
    at: { states: Float64Array; trace: EtsTrace },
  ): number;
  /**
   * Adds up the gradient by theta, backwards.
   * `gradient` of zeros, receives it · `weight` what a unit of error adds to n ln Σe²
   */
  backward(
    pass: EtsPass,
    theta: Float64Array,
    at: { gradient: Float64Array; trace: EtsTrace; weight: number },
  ): void;
}

/** What stands before the seasonal states: of theta, or of the gradient by it. */
export interface EtsFront {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly phi: number;
  readonly level: number;
  readonly slope: number;
}

export function frontOf(theta: Float64Array): EtsFront {
  return {
    alpha: theta[ALPHA]!,
    beta: theta[BETA]!,
    gamma: theta[GAMMA]!,
    phi: theta[PHI]!,
    level: theta[LEVEL]!,
    slope: theta[SLOPE]!,
  };
}

export function setFront(into: Float64Array, front: EtsFront): void {
  into[ALPHA] = front.alpha;
  into[BETA] = front.beta;
  into[GAMMA] = front.gamma;
  into[PHI] = front.phi;
  into[LEVEL] = front.level;
  into[SLOPE] = front.slope;
}
