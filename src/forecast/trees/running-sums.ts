/** Sums of a series over any stretch of its past, in constant time. */

/** Sums over the observed periods of a series; NaN is left out of all of them. */
export class RunningSums {
  readonly #values: Float64Array;
  readonly #squares: Float64Array;
  readonly #counts: Float64Array;
  readonly #zeros: Float64Array;
  /** Sums over every m-th period up to one: over one phase of the season. */
  readonly #phaseValues: Float64Array;
  readonly #phaseCounts: Float64Array;
  readonly #season: number;

  /** `y` demand per period, NaN where not observed · `season` periods */
  constructor(y: Float64Array, season: number) {
    const n = y.length;
    this.#season = season;
    this.#values = new Float64Array(n + 1);
    this.#squares = new Float64Array(n + 1);
    this.#counts = new Float64Array(n + 1);
    this.#zeros = new Float64Array(n + 1);
    this.#phaseValues = new Float64Array(n + season);
    this.#phaseCounts = new Float64Array(n + season);
    for (let t = 0; t < n; t++) {
      const seen = Number.isNaN(y[t]!) ? 0 : 1;
      const value = seen === 1 ? y[t]! : 0;
      this.#values[t + 1] = this.#values[t]! + value;
      this.#squares[t + 1] = this.#squares[t]! + value * value;
      this.#counts[t + 1] = this.#counts[t]! + seen;
      this.#zeros[t + 1] = this.#zeros[t]! + (seen === 1 && value === 0 ? 1 : 0);
      this.#phaseValues[t + season] = this.#phaseValues[t]! + value;
      this.#phaseCounts[t + season] = this.#phaseCounts[t]! + seen;
    }
  }

  /** Observed periods in [from, to). */
  count(from: number, to: number): number {
    return this.#counts[to]! - this.#counts[Math.max(0, from)]!;
  }

  sum(from: number, to: number): number {
    return this.#values[to]! - this.#values[Math.max(0, from)]!;
  }

  /** Mean of the observed periods in [from, to); NaN where none is. */
  mean(from: number, to: number): number {
    return this.sum(from, to) / (this.count(from, to) || Number.NaN);
  }

  /** Standard deviation of the observed periods in [from, to); NaN with fewer than two. */
  deviation(from: number, to: number): number {
    const count = this.count(from, to);
    if (count < 2) return Number.NaN;
    const mean = this.mean(from, to);
    const squares = this.#squares[to]! - this.#squares[Math.max(0, from)]!;
    return Math.sqrt(Math.max(0, squares / count - mean * mean));
  }

  /** Share of zeros among the observed periods in [from, to). */
  zeroShare(from: number, to: number): number {
    const zeros = this.#zeros[to]! - this.#zeros[Math.max(0, from)]!;
    return zeros / (this.count(from, to) || Number.NaN);
  }

  /** Mean over the latest `times` periods before `known` that have the phase of `t`. */
  phaseMean(t: number, known: number, times: number): number {
    const season = this.#season;
    const back = Math.ceil((t - known + 1) / season);
    const last = t - Math.max(0, back) * season;
    if (last < 0) return Number.NaN;
    const to = last + season;
    const from = to - times * season;
    const [values, counts] = [this.#phaseValues, this.#phaseCounts];
    // Before the first season nothing has been added up, in any phase.
    const before = from >= season ? from : -1;
    const sum = values[to]! - (before < 0 ? 0 : values[before]!);
    const count = counts[to]! - (before < 0 ? 0 : counts[before]!);
    return sum / (count || Number.NaN);
  }
}
