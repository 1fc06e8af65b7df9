/** Sums of a series over any stretch of its past, in constant time, and along a path that carries it on. */

/** Numbers by place: those before a fork are the history's, those after it one path's own. */
class Track {
  readonly #history: Float64Array;
  readonly #fork: number;
  readonly #own: Float64Array;

  constructor(room: number, from?: { readonly track: Track; readonly place: number }) {
    this.#history = from === undefined ? new Float64Array(0) : from.track.#own;
    this.#fork = from?.place ?? 0;
    this.#own = new Float64Array(room);
  }

  at(place: number): number {
    return place < this.#fork ? this.#history[place]! : this.#own[place - this.#fork]!;
  }

  set(place: number, value: number): void {
    this.#own[place - this.#fork] = value;
  }
}

/** By period: its value and the latest one with a sale. Up to a period: sums over all, and over one phase of the season. */
interface Tracks {
  readonly value: Track;
  readonly lastSale: Track;
  readonly sum: Track;
  readonly squares: Track;
  readonly count: Track;
  readonly zeros: Track;
  readonly phaseSum: Track;
  readonly phaseCount: Track;
}

/** `make` a track by its name and the place of the first period in it */
function makeTracks(season: number, make: (name: keyof Tracks, first: number) => Track): Tracks {
  return {
    value: make('value', 1),
    lastSale: make('lastSale', 1),
    sum: make('sum', 1),
    squares: make('squares', 1),
    count: make('count', 1),
    zeros: make('zeros', 1),
    phaseSum: make('phaseSum', season),
    phaseCount: make('phaseCount', season),
  };
}

/** Sums over the observed periods of a series; NaN is left out of all of them. */
export class RunningSums {
  readonly #season: number;
  readonly #tracks: Tracks;
  #length: number;

  private constructor(season: number, tracks: Tracks, length: number) {
    this.#season = season;
    this.#tracks = tracks;
    this.#length = length;
  }

  /** `y` demand per period, NaN where not observed · `season` periods */
  static of(y: ArrayLike<number>, season: number): RunningSums {
    const tracks = makeTracks(season, (_, first) => new Track(y.length + first));
    const sums = new RunningSums(season, tracks, 0);
    tracks.lastSale.set(0, -1);
    for (let t = 0; t < y.length; t++) sums.add(y[t]!);
    return sums;
  }

  /** A path from a history: it sees `known` periods of it, and may add `room` of its own. */
  fork(known: number, room: number): RunningSums {
    const tracks = makeTracks(
      this.#season,
      (name, first) => new Track(room, { track: this.#tracks[name], place: known + first }),
    );
    return new RunningSums(this.#season, tracks, known);
  }

  /** Adds the next period. */
  add(y: number): void {
    const t = this.#length++;
    const season = this.#season;
    const { value, lastSale, sum, squares, count, zeros, phaseSum, phaseCount } = this.#tracks;
    const seen = Number.isNaN(y) ? 0 : 1;
    const of = seen === 1 ? y : 0;
    value.set(t + 1, y);
    lastSale.set(t + 1, y > 0 ? t : lastSale.at(t));
    sum.set(t + 1, sum.at(t) + of);
    squares.set(t + 1, squares.at(t) + of * of);
    count.set(t + 1, count.at(t) + seen);
    zeros.set(t + 1, zeros.at(t) + (seen === 1 && of === 0 ? 1 : 0));
    phaseSum.set(t + season, phaseSum.at(t) + of);
    phaseCount.set(t + season, phaseCount.at(t) + seen);
  }

  /** Demand of the period before `known`; NaN where it was not observed or there is none. */
  last(known: number): number {
    return known > 0 ? this.#tracks.value.at(known) : Number.NaN;
  }

  /** The latest period before `known` with a sale; −1 for none. */
  lastSale(known: number): number {
    return this.#tracks.lastSale.at(known);
  }

  /** Observed periods in [from, to). */
  count(from: number, to: number): number {
    const { count } = this.#tracks;
    return count.at(to) - count.at(Math.max(0, from));
  }

  sum(from: number, to: number): number {
    const { sum } = this.#tracks;
    return sum.at(to) - sum.at(Math.max(0, from));
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
    const { squares } = this.#tracks;
    const total = squares.at(to) - squares.at(Math.max(0, from));
    return Math.sqrt(Math.max(0, total / count - mean * mean));
  }

  /** Share of zeros among the observed periods in [from, to). */
  zeroShare(from: number, to: number): number {
    const { zeros } = this.#tracks;
    const total = zeros.at(to) - zeros.at(Math.max(0, from));
    return total / (this.count(from, to) || Number.NaN);
  }

  /** Observed periods of the longest stretch without a sale in [from, to). */
  longestRest(from: number, to: number): number {
    const { lastSale } = this.#tracks;
    let longest = 0;
    let end = to;
    for (let sale = lastSale.at(to); sale >= from; sale = lastSale.at(sale)) {
      // Most gaps are too short to be looked into.
      if (end - sale - 1 > longest) longest = Math.max(longest, this.count(sale + 1, end));
      end = sale;
    }
    return Math.max(longest, this.count(from, end));
  }

  /** Mean over the latest `times` periods before `known` that have the phase of `t`. */
  phaseMean(t: number, known: number, times: number): number {
    const season = this.#season;
    const back = Math.ceil((t - known + 1) / season);
    const last = t - Math.max(0, back) * season;
    if (last < 0) return Number.NaN;
    const to = last + season;
    const from = to - times * season;
    const { phaseSum, phaseCount } = this.#tracks;
    // Before the first season nothing has been added up, in any phase.
    const before = from >= season ? from : -1;
    const sum = phaseSum.at(to) - (before < 0 ? 0 : phaseSum.at(before));
    const count = phaseCount.at(to) - (before < 0 ? 0 : phaseCount.at(before));
    return sum / (count || Number.NaN);
  }
}
