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
export const LEAST_MEAN = 1e-8;
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
 * The recursions of a kind of form, written out for it: a loop that serves all of them takes 1.2 to 1.8 times as long.
 * `theta` parameters and first states · `states` receives the last ones · `trace` receives what the way back needs
 */
export interface EtsRecursion {
  /** Runs through a history; returns Σ ln of the squared means where errors are multiplicative, 0 else, Infinity out of domain. */
  forward(
    pass: EtsPass,
    theta: Float64Array,
    at: { states: Float64Array; trace: EtsTrace },
  ): number;
  /** Adds up the gradient by theta, backwards; `weight` is what a unit of error adds to n ln Σe². */
  backward(
    pass: EtsPass,
    theta: Float64Array,
    at: { gradient: Float64Array; trace: EtsTrace; weight: number },
  ): void;
}
