import { UNKNOWN_STATE } from '../model.ts';

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
  /** Observed periods by ascending demand. */
  readonly ascending: readonly number[];
  /** Their demand, in that order. */
  readonly demands: readonly number[];
  /** Whether all demand is in whole units. */
  readonly whole: boolean;

  constructor(y: Float64Array, { season, states }: Surroundings) {
    this.y = y;
    this.season = season;
    this.states = states;
    let highest = 0;
    for (const state of states ?? []) highest = Math.max(highest, state);
    this.stateCount = highest + 1;
    const observed: number[] = [];
    for (let t = 0; t < y.length; t++) if (!Number.isNaN(y[t]!)) observed.push(t);
    this.whole = observed.every((t) => Number.isInteger(y[t]!));
    this.ascending = observed.sort((a, b) => y[a]! - y[b]!);
    this.demands = this.ascending.map((t) => y[t]!);
  }

  #state(t: number): number {
    return this.states === undefined || t >= this.states.length ? 0 : this.states[t]!;
  }

  /** Periods of the same cell are alike but for their age. */
  cell(t: number): number {
    return (t % this.season) * (this.stateCount + 1) + this.#state(t) - UNKNOWN_STATE;
  }

  /** Weight of every past period for the coming period `to`. */
  weights(to: number, { memory, otherPhase, otherState }: Weighting): Float64Array {
    const n = this.y.length;
    const phase = to % this.season;
    const state = this.#state(to);
    const weights = new Float64Array(n);
    const fade = fadeBy(memory, n);
    for (let t = 0; t < n; t++) {
      const age = LASTING + fade[n - t]!;
      const season = t % this.season === phase ? 1 : otherPhase;
      const past = this.#state(t);
      const alike = past === state || past === UNKNOWN_STATE || state === UNKNOWN_STATE;
      weights[t] = age * season * (alike ? 1 : otherState);
    }
    return weights;
  }

  /** One-step errors of the mean; NaN where there was none. */
  errors(weighting: Weighting): Float64Array {
    const errors = new Float64Array(this.y.length).fill(Number.NaN);
    this.#walk([weighting], { lead: 1, from: 1, see: (t, _, error) => (errors[t] = error) });
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
    const see = (_: number, w: number, error: number): void => {
      if (Number.isNaN(error)) return;
      squares[w]! += error * error;
      if (w === 0) count++;
    };
    this.#walk(weightings, { lead: Math.max(LEAD, this.season), from, see });
    return Array.from(squares, (sum) => (count === 0 ? Number.POSITIVE_INFINITY : sum / count));
  }

  /** Shows the errors of the means that were known `lead` periods before. */
  #walk(weightings: readonly Weighting[], { lead, from, see }: Walk): void {
    const { y, season } = this;
    const n = y.length;
    const fade = fadeBy(weightings[0]!.memory, n);
    const sums = new Sums(season, this.stateCount);
    for (let t = lead, past = 0; t < n; t++, past++) {
      // Weights grow with time instead of fading with age: only their ratio counts.
      if (!Number.isNaN(y[past]!)) {
        sums.weight = fade[n - past]!;
        sums.add(past % season, this.#state(past), y[past]!);
      }
      if (t < from || Number.isNaN(y[t]!)) continue;
      sums.weight = fade[n - past - 1]!;
      sums.look(t % season, this.#state(t));
      for (let w = 0; w < weightings.length; w++) see(t, w, y[t]! - sums.mean(weightings[w]!));
    }
  }
}

interface Walk {
  readonly lead: number;
  /** First period that is looked at. */
  readonly from: number;
  readonly see: (t: number, weighting: number, error: number) => void;
}

/** What is left of a fading weight by age, from 0 to `n` periods. */
function fadeBy(memory: number, n: number): Float64Array {
  const fade = new Float64Array(n + 1).fill(1);
  const left = Math.exp(-1 / memory);
  for (let age = 1; age <= n; age++) fade[age] = fade[age - 1]! * left;
  return fade;
}

/** Weighted sums over some periods: of one, which counts them, and of their demand. */
interface Weighted {
  readonly count: Float64Array;
  readonly demand: Float64Array;
}

/** Sums over all periods, over each phase, each state, and each pair of both: fading and lasting. */
class Sums {
  /** Of the period that is added, and of the one that fading sums are looked at from. */
  weight = 1;
  readonly #row: number;
  readonly #fading: Weighted;
  readonly #lasting: Weighted;
  /** Of all periods, of one phase, of one state, and of both. */
  readonly #seen: Weighted = { count: new Float64Array(4), demand: new Float64Array(4) };

  constructor(season: number, states: number) {
    // All periods are of the only state.
    this.#row = states === 1 ? 1 : states + 1;
    const places = (season + 1) * this.#row;
    this.#fading = { count: new Float64Array(places), demand: new Float64Array(places) };
    this.#lasting = { count: new Float64Array(places), demand: new Float64Array(places) };
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
    this.#fading.count[place]! += this.weight;
    this.#fading.demand[place]! += this.weight * y;
    this.#lasting.count[place]! += LASTING;
    this.#lasting.demand[place]! += LASTING * y;
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
    const { weight } = this;
    this.#seen.count[into] = this.#fading.count[place]! / weight + this.#lasting.count[place]!;
    this.#seen.demand[into] = this.#fading.demand[place]! / weight + this.#lasting.demand[place]!;
  }

  /** Mean demand by a weighting. */
  mean(weighting: Weighting): number {
    return like(this.#seen.demand, weighting) / like(this.#seen.count, weighting);
  }
}

/** Others count for less, the same phase and state in full. */
function like(seen: Float64Array, { otherPhase: p, otherState: s }: Weighting): number {
  const sameState = p * seen[2]! + (1 - p) * seen[3]!;
  return s * (p * seen[0]! + (1 - p) * seen[1]!) + (1 - s) * sameState;
}
