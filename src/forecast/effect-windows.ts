/** Periods that are compared with their neighbours, and what their comparison says of effects. */

/** Periods that one is compared with. */
export interface Neighbours {
  /** Periods from one to the next. */
  readonly step: number;
  /** How many before, and as many after. */
  readonly reach: number;
}

/** Longest season whose other turns are near enough to compare with: the same week of other years is not. */
const LONGEST_STEP = 24;
const SEASONS_AROUND = 3;
/** Half a year of weeks: what a price does in one may be made up for in the next. */
const PERIODS_AROUND = 26;

/**
 * The same phase of nearby seasons; nearby periods where there is no season, or one too long.
 * `season` periods · returns Neighbours
 */
export function neighboursIn(season: number): Neighbours {
  return season > 1 && season <= LONGEST_STEP
    ? { step: season, reach: SEASONS_AROUND }
    : { step: 1, reach: PERIODS_AROUND };
}

/** A history as effects are learned from it. */
interface EffectHistory extends Neighbours {
  /** Demand per period, in units of its mean; NaN where it is left out. */
  readonly y: Float64Array;
  /** Periods × terms, row-major. */
  readonly x: Float64Array;
  readonly terms: number;
}

/** What a look at all windows gives. */
export interface EffectSlopes {
  /** Of the likelihood, by the logarithm of each term's factor. */
  readonly slope: Float64Array;
  /** Its curvature downwards: terms × terms, row-major, lower triangle. */
  readonly curvature: Float64Array;
  /** Variance of demand over its mean, in units of the mean. */
  readonly dispersion: number;
}

/**
 * A window around each period. Within one, demand is shared out by factors: its level is whatever it was. Each counts for
 * one period, so that a period that lies in seven of them counts once.
 */
export class EffectWindows {
  readonly #history: EffectHistory;
  readonly #factors: Float64Array;
  /** Sums over the window: periods, demand, factors. */
  #count = 0;
  #demand = 0;
  #factor = 0;
  /** By term: demand, and factors; by two terms: factors. */
  readonly #demandX: Float64Array;
  readonly #factorX: Float64Array;
  readonly #factorXX: Float64Array;

  constructor(history: EffectHistory) {
    const { y, terms } = history;
    this.#history = history;
    this.#factors = new Float64Array(y.length);
    this.#demandX = new Float64Array(terms);
    this.#factorX = new Float64Array(terms);
    this.#factorXX = new Float64Array(terms * terms);
  }

  /**
   * Slopes and curvature of the likelihood of all windows.
   * `logarithms` of the factor of each term · returns EffectSlopes
   */
  look(logarithms: Float64Array): EffectSlopes {
    const { y, terms, step, reach } = this.#history;
    this.#setFactors(logarithms);
    const slope = new Float64Array(terms);
    const curvature = new Float64Array(terms * terms);
    let squares = 0;
    let expected = 0;
    for (let phase = 0; phase < Math.min(step, y.length); phase++) {
      this.#clear();
      for (let i = 0; i < reach; i++) this.#change(phase + i * step, 1);
      for (let t = phase; t < y.length; t += step) {
        this.#change(t + reach * step, 1);
        this.#change(t - (reach + 1) * step, -1);
        if (this.#count < 2 || !(this.#demand > 0)) continue;
        this.#addTo(slope, curvature);
        if (Number.isNaN(y[t]!)) continue;
        const mean = (this.#factors[t]! * this.#demand) / this.#factor;
        // The window holds the period itself, which draws the mean towards it.
        squares += ((y[t]! - mean) ** 2 * this.#count) / (this.#count - 1);
        expected += mean;
      }
    }
    return { slope, curvature, dispersion: expected > 0 ? squares / expected : 1 };
  }

  #setFactors(logarithms: Float64Array): void {
    const { x, terms } = this.#history;
    for (let t = 0; t < this.#factors.length; t++) {
      let log = 0;
      for (let j = 0; j < terms; j++) log += x[t * terms + j]! * logarithms[j]!;
      this.#factors[t] = Math.exp(log);
    }
  }

  #clear(): void {
    this.#count = 0;
    this.#demand = 0;
    this.#factor = 0;
    this.#demandX.fill(0);
    this.#factorX.fill(0);
    this.#factorXX.fill(0);
  }

  /** Adds a period to the sums, or takes it out with a sign of −1. */
  #change(t: number, sign: number): void {
    const { y, x, terms } = this.#history;
    if (t < 0 || t >= y.length || Number.isNaN(y[t]!)) return;
    const demand = sign * y[t]!;
    const factor = sign * this.#factors[t]!;
    this.#count += sign;
    this.#demand += demand;
    this.#factor += factor;
    for (let j = 0, at = t * terms; j < terms; j++) {
      const value = x[at + j]!;
      if (value === 0) continue;
      this.#demandX[j]! += demand * value;
      this.#factorX[j]! += factor * value;
      for (let k = 0; k <= j; k++) this.#factorXX[j * terms + k]! += factor * value * x[at + k]!;
    }
  }

  #addTo(slope: Float64Array, curvature: Float64Array): void {
    const { terms } = this.#history;
    const share = this.#demand / this.#factor;
    for (let j = 0; j < terms; j++) {
      slope[j]! += (this.#demandX[j]! - share * this.#factorX[j]!) / this.#count;
      const other = this.#factorX[j]! / this.#factor;
      for (let k = 0; k <= j; k++)
        curvature[j * terms + k]! +=
          (share * (this.#factorXX[j * terms + k]! - other * this.#factorX[k]!)) / this.#count;
    }
  }
}
