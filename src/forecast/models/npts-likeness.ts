import { UNKNOWN_STATE } from '../known-ahead.ts';

/** How much each past period says of a coming one: by age, phase of the season, and state. */
export interface Weighting {
  /** Periods after which a demand counts for 1/e, besides the share that never fades. */
  readonly memory: number;
  /** Weight of another phase, relative to the same one, in (0,1]. */
  readonly otherPhase: number;
  /** Weight of another state, relative to the same one, in (0,1]. */
  readonly otherState: number;
}

/** However old a period is, it keeps this weight: rare levels and promotions are long ago. */
const LASTING = 0.02;
/** Weightings are compared on how they forecast this far ahead, at least a season. */
const LEAD = 7;

interface Surroundings {
  readonly season: number;
  /** State per period, coming ones included; shorter or absent where not known. */
  readonly states: Int32Array | undefined;
}

/** A history with the phase and the state of each period. */
export class Likeness {
  readonly y: Float64Array;
  readonly season: number;
  readonly states: Int32Array | undefined;
  readonly stateCount: number;
  /** Every demand that was observed, once, ascending. */
  readonly values: Float64Array;
  /** Whether all demand is in whole units. */
  readonly whole: boolean;
  /** Place in `values` of each period's demand; −1 where not observed. */
  readonly #ranks: Int32Array;
  #faded: { readonly memory: number; readonly fade: Float64Array } | undefined;

  constructor(y: Float64Array, { season, states }: Surroundings) {
    this.y = y;
    this.season = season;
    this.states = states;
    let highest = 0;
    for (const state of states ?? []) highest = Math.max(highest, state);
    this.stateCount = highest + 1;
    const { values, ranks } = rankSmallCounts(y) ?? rankAny(y);
    this.values = values;
    this.#ranks = ranks;
    this.whole = values.every(Number.isInteger);
  }

  #state(t: number): number {
    return this.states === undefined || t >= this.states.length ? 0 : this.states[t]!;
  }

  /** Periods of the same cell are alike but for their age. */
  cell(t: number): number {
    return (t % this.season) * (this.stateCount + 1) + this.#state(t) - UNKNOWN_STATE;
  }

  #fade(memory: number): Float64Array {
    if (this.#faded?.memory !== memory)
      this.#faded = { memory, fade: fadeBy(memory, this.y.length) };
    return this.#faded.fade;
  }

  /** What each of `values` weighs for the coming period `to`: all past periods that had it, together. */
  weights(to: number, { memory, otherPhase, otherState }: Weighting): Float64Array {
    const { season } = this;
    const n = this.y.length;
    const ranks = this.#ranks;
    const state = this.#state(to);
    const weights = new Float64Array(this.values.length);
    const fade = this.#fade(memory);
    let untilSame = to % season;
    for (let t = 0; t < n; t++, untilSame--) {
      let weight = LASTING + fade[n - t]!;
      if (untilSame === 0) untilSame = season;
      else weight *= otherPhase;
      if (ranks[t]! < 0) continue;
      const past = this.stateCount === 1 ? state : this.#state(t);
      const alike = past === state || past === UNKNOWN_STATE || state === UNKNOWN_STATE;
      weights[ranks[t]!]! += alike ? weight : weight * otherState;
    }
    return weights;
  }

  /** One-step errors of the mean; NaN where there was none. */
  errors(weighting: Weighting): Float64Array {
    const errors = new Float64Array(this.y.length).fill(Number.NaN);
    const see = (t: number, found: Float64Array): void => {
      errors[t] = found[0]!;
    };
    this.#walk([weighting], { lead: 1, from: 1, see });
    return errors;
  }

  /**
   * Mean squared error a season or a week ahead of each weighting, over the later two thirds of the
   * history. All weightings must have the same memory: they then share their sums.
   */
  squaredErrors(weightings: readonly Weighting[]): number[] {
    const squares = new Float64Array(weightings.length);
    const from = Math.floor(this.y.length / 3);
    let count = 0;
    const see = (_: number, errors: Float64Array): void => {
      // Before the first demand there is none for any of them.
      if (Number.isNaN(errors[0]!)) return;
      for (let w = 0; w < squares.length; w++) squares[w]! += errors[w]! * errors[w]!;
      count++;
    };
    this.#walk(weightings, { lead: Math.max(LEAD, this.season), from, see });
    return Array.from(squares, (sum) => (count === 0 ? Number.POSITIVE_INFINITY : sum / count));
  }

  /** Shows the errors of the means that were known `lead` periods before. */
  #walk(weightings: readonly Weighting[], { lead, from, see }: Walk): void {
    const { y, season } = this;
    const n = y.length;
    const fade = this.#fade(weightings[0]!.memory);
    const sums = new Sums(season, this.stateCount);
    const errors = new Float64Array(weightings.length);
    for (let t = lead, past = 0; t < n; t++, past++) {
      // Weights grow with time instead of fading with age: only their ratio counts.
      if (!Number.isNaN(y[past]!)) {
        sums.weight = fade[n - past]!;
        sums.add(past % season, this.#state(past), y[past]!);
      }
      if (t < from || Number.isNaN(y[t]!)) continue;
      sums.weight = fade[n - past - 1]!;
      sums.look(t % season, this.#state(t));
      for (let w = 0; w < errors.length; w++) errors[w] = y[t]! - sums.mean(weightings[w]!);
      see(t, errors);
    }
  }
}

/** Observed values, each once, ascending; and the place of each period's among them, −1 where not observed. */
interface Ranked {
  readonly values: Float64Array;
  readonly ranks: Int32Array;
}

/** Counts up to here are put in order by a table. */
const SMALL_COUNTS = 1024;

/** Most histories are of small counts, and a table orders them in a tenth of the time; undefined for others. */
function rankSmallCounts(y: Float64Array): Ranked | undefined {
  const places = new Int32Array(SMALL_COUNTS).fill(-1);
  for (let t = 0; t < y.length; t++) {
    const value = y[t]!;
    if (Number.isNaN(value)) continue;
    if (!(value >= 0 && value < SMALL_COUNTS && value === Math.floor(value))) return undefined;
    places[value] = 0;
  }
  const values = new Float64Array(SMALL_COUNTS);
  let count = 0;
  for (let value = 0; value < SMALL_COUNTS; value++) {
    if (places[value]! < 0) continue;
    places[value] = count;
    values[count++] = value;
  }
  const ranks = new Int32Array(y.length);
  for (let t = 0; t < y.length; t++) ranks[t] = Number.isNaN(y[t]!) ? -1 : places[y[t]!]!;
  return { values: values.slice(0, count), ranks };
}

function rankAny(y: Float64Array): Ranked {
  const sorted = y.filter((value) => !Number.isNaN(value)).sort();
  const values = sorted.filter((value, i) => value !== sorted[i - 1]);
  const ranks = new Int32Array(y.length);
  for (let t = 0; t < y.length; t++) ranks[t] = Number.isNaN(y[t]!) ? -1 : placeIn(values, y[t]!);
  return { values, ranks };
}

/** Place of a value among ascending ones that it is one of. */
function placeIn(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= values[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface Walk {
  readonly lead: number;
  /** First period that is looked at. */
  readonly from: number;
  /** Errors of all weightings, in one array that is used again. */
  readonly see: (t: number, errors: Float64Array) => void;
}

/** No weight is below this: in years of hours it would fade to what cannot be divided by. */
const LEAST_FADE = 1e-250;

/** What is left of a fading weight by age, from 0 to `n` periods. */
function fadeBy(memory: number, n: number): Float64Array {
  const fade = new Float64Array(n + 1).fill(1);
  const left = Math.exp(-1 / memory);
  for (let age = 1; age <= n; age++) fade[age] = Math.max(LEAST_FADE, fade[age - 1]! * left);
  return fade;
}

/** Sums of one place: weights and weighted demand, fading and lasting. */
const [FADING, FADING_DEMAND, LASTING_ONES, LASTING_DEMAND] = [0, 1, 2, 3];
const SUMS = 4;

/** Sums over all periods, over each phase, each state, and each pair of both: fading and lasting. */
class Sums {
  /** Of the period that is added, and of the one that fading sums are looked at from. */
  weight = 1;
  readonly #row: number;
  readonly #sums: Float64Array;
  /** Weights of all periods, of one phase, of one state, and of both; and their weighted demand. */
  readonly #seen = new Float64Array(4);
  readonly #demand = new Float64Array(4);

  constructor(season: number, states: number) {
    // All periods are of the only state.
    this.#row = states === 1 ? 1 : states + 1;
    this.#sums = new Float64Array((season + 1) * this.#row * SUMS);
  }

  add(phase: number, state: number, y: number): void {
    const row = (phase + 1) * this.#row;
    this.#addAt(0, y);
    this.#addAt(row, y);
    if (this.#row === 1) return;
    // A period whose state is not known counts for every state.
    const [from, to] = state === UNKNOWN_STATE ? [1, this.#row - 1] : [state + 1, state + 1];
    for (let place = from; place <= to; place++) {
      this.#addAt(place, y);
      this.#addAt(row + place, y);
    }
  }

  #addAt(place: number, y: number): void {
    const sums = this.#sums;
    const at = place * SUMS;
    sums[at + FADING]! += this.weight;
    sums[at + FADING_DEMAND]! += this.weight * y;
    sums[at + LASTING_ONES]! += LASTING;
    sums[at + LASTING_DEMAND]! += LASTING * y;
  }

  /** Takes the sums that concern a phase and a state. */
  look(phase: number, state: number): void {
    // Where it is not known, `state + 1` is the place of all periods.
    const row = (phase + 1) * this.#row;
    this.#lookAt(0, 0);
    this.#lookAt(row, 1);
    if (this.#row === 1) return;
    this.#lookAt(state + 1, 2);
    this.#lookAt(row + state + 1, 3);
  }

  #lookAt(place: number, into: number): void {
    const sums = this.#sums;
    const at = place * SUMS;
    const scale = 1 / this.weight;
    this.#seen[into] = sums[at + FADING]! * scale + sums[at + LASTING_ONES]!;
    this.#demand[into] = sums[at + FADING_DEMAND]! * scale + sums[at + LASTING_DEMAND]!;
  }

  /** Mean demand by a weighting. */
  mean(weighting: Weighting): number {
    return like(this.#demand, weighting) / like(this.#seen, weighting);
  }
}

/** Others count for less, the same phase and state in full. */
function like(seen: Float64Array, { otherPhase: p, otherState: s }: Weighting): number {
  const all = p * seen[0]! + (1 - p) * seen[1]!;
  return s === 1 ? all : s * all + (1 - s) * (p * seen[2]! + (1 - p) * seen[3]!);
}
