/** What every model file offers, and what the engine may ask of a fit. */

import { makePredictive } from './distribution.ts';
import type { KnownAhead } from './known-ahead.ts';
import type { Moments } from './moments.ts';
import { NORMAL } from './shape.ts';
import type { Predictive } from './types.ts';

/** What a model is told besides the series. */
export interface FitOptions {
  /** Season length, periods; 1 for none. */
  readonly season: number;
  /** What is known of the periods of the series and of those to come, such as promotions. */
  readonly known?: KnownAhead | undefined;
}

/** A model with its parameters found. */
export interface Fitted {
  /** Name of the model in the catalogue, for example `ets`. */
  readonly model: string;
  /** What a reader calls it, for example `ETS(M,N,M)`. */
  readonly form: string;
  /** Parameters by name, for the record. */
  readonly parameters: Readonly<Record<string, number>>;
  /** One-step errors within the history, units, length n; NaN where none is defined. */
  readonly residuals: Float64Array;
  /** Standard deviation of the one-step errors, units. */
  readonly sigma: number;
  /** Mean and covariance of the next h periods. */
  moments(h: number): Moments;
  /** Predictive distribution of the next h periods: normal, truncated at zero. */
  forecast(h: number): Predictive;
  /** The same parameters on another stretch of the same series with the same first period. */
  update(y: Float64Array): Fitted;
}

/** One entry of the catalogue. */
export interface Model {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  /** Weight beside what is chosen without it, in [0,1], where it learned from many series. */
  readonly share?: number | undefined;
  /** `undefined` where the series is too short for the model, or outside its domain. */
  fit(y: Float64Array, options: FitOptions): Fitted | undefined;
}

/** Adds the verb that all fits share. */
export function makeFitted(parts: Omit<Fitted, 'forecast'>): Fitted {
  return {
    ...parts,
    forecast: (h) =>
      makePredictive({ moments: parts.moments(h), shape: NORMAL, key: parts.form, seed: 1 }),
  };
}

/**
 * Standard deviation of one-step errors about zero.
 * `residuals` units, NaN where undefined · `parameters` degrees of freedom spent · returns units, 0 without errors
 */
export function residualSigma(residuals: Float64Array, parameters = 0): number {
  let squares = 0;
  let count = 0;
  for (let t = 0; t < residuals.length; t++) {
    const e = residuals[t]!;
    if (Number.isNaN(e)) continue;
    squares += e * e;
    count++;
  }
  return count === 0 ? 0 : Math.sqrt(squares / Math.max(1, count - parameters));
}
