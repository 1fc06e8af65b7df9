/** The words that every file of the engine shares: what goes in, and what comes out. */

/** Spacing of the observations: hourly, daily, weekly, monthly, quarterly, yearly. */
export type Frequency = 'H' | 'D' | 'W' | 'M' | 'Q' | 'Y';

/** One demand series. */
export interface Series {
  /** Name of the series, unique in a batch. */
  readonly id: string;
  /** Demand per period, units, oldest first. NaN marks a period that was not observed or was censored. */
  readonly y: ArrayLike<number>;
  /**
   * The last period of `y` is not over yet, such as a week on a Wednesday: what it shows so far is
   * not its demand, and counts as not observed. The forecast begins after it.
   */
  readonly unfinished?: boolean | undefined;
  /**
   * What is known in advance: flags and categories such as promotions and holidays, or what is measured, such as
   * the depth of a discount; from the first period of `y` to the last one to forecast. Whole numbers are categories
   * unless there are many. A period counts as the most frequent one where none is given, or as the last one measured; NaN says that it is
   * not known, which counts like any.
   */
  readonly covariates?: Readonly<Record<string, ArrayLike<number>>> | undefined;
  /** Price per unit, from the first period to the last one to forecast, NaN where not known. */
  readonly price?: ArrayLike<number> | undefined;
  /** What forecasters outside of the engine said of this series; candidates like any other. */
  readonly external?: readonly ExternalForecast[] | undefined;
}

/** What a forecaster outside of the engine said of one series, at the origins of `externalOrigins`. */
export interface ExternalForecast {
  /** Name in results, for example `chronos-bolt-tiny`; none of the catalogue. */
  readonly method: string;
  /** What a reader calls it, for example `Chronos-Bolt tiny`. */
  readonly title: string;
  /** Probabilities in (0,1), ascending, at least two. */
  readonly levels: readonly number[];
  /**
   * For a model that learned from many series: its weight, in [0,1], beside what is chosen without it.
   * Without it, it has to be better by a margin.
   */
  readonly share?: number;
  readonly said: readonly {
    /** Periods of `y` that it was shown. */
    readonly known: number;
    readonly horizon: number;
    /** Levels × horizon, level after level, units. */
    readonly quantiles: Float64Array;
    /** Mean per period, length horizon, units; read from the quantiles where it is not given. */
    readonly mean?: Float64Array;
  }[];
  /** Why it said nothing, as the end of a sentence. */
  readonly unavailable?: string;
  /** What it rests on, the most important first, as shares of what its splits saved. */
  readonly importance?: readonly { readonly feature: string; readonly gain: number }[];
}

/** Demand class of Syntetos, Boylan & Croston (2005). */
export type DemandClass = 'smooth' | 'intermittent' | 'erratic' | 'lumpy' | 'no-demand';

/** A distribution of one number: demand of a period, or of a window of periods, in units. */
export interface Univariate {
  readonly mean: number;
  /** Standard deviation, units. */
  readonly sd: number;
  /** Smallest x with F(x) ≥ level; level is a probability in (0,1). */
  quantile(level: number): number;
}

/** The joint predictive distribution of the next `horizon` periods. */
export interface Predictive {
  readonly horizon: number;
  /** Mean per period, length horizon, units, ≥ 0. */
  readonly mean: Float64Array;
  /** Quantile per period at one level in (0,1), length horizon, monotone in the level. */
  quantile(level: number): Float64Array;
  /** Distribution of the sum of periods [from, to), 0-based: lead-time demand is `sum(0, L)`. */
  sum(from: number, to: number): Univariate;
  /** `count` sample paths of length horizon, row-major, repeatable for the seed it was made with. */
  simulate(count: number): Float64Array;
}

/** Why a series could not be forecast, or a batch was refused. */
export type ForecastRefusalCode =
  | 'empty_series'
  | 'no_observation'
  | 'not_finite'
  | 'too_short'
  | 'unknown_method'
  | 'bad_horizon'
  | 'bad_season'
  | 'bad_level'
  | 'bad_windows'
  | 'bad_seed';

/** Scores of one method over the rolling origins of one series (see accuracy.ts for definitions). */
export interface BacktestScore {
  readonly method: string;
  readonly mase: number;
  readonly rmsse: number;
  /** Scaled quantile loss (fev): 2 × mean pinball over levels .1 … .9, over the seasonal error. */
  readonly sql: number;
  readonly bias: number;
  /** Share of actuals inside the central 80 % interval. */
  readonly coverage80: number;
  /** Rolling origins that were scored. */
  readonly windows: number;
}
