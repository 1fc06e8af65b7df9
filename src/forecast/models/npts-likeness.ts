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
  readonly #fades = new Map<number, Float64Array>();

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

  /** What is left of the fading weight of every period, for a memory. */
  #fade(memory: number): Float64Array {
    const known = this.#fades.get(memory);
    if (known !== undefined) return known;
    const n = this.y.length;
    const fade = Float64Array.from({ length: n }, (_, t) => Math.exp((t - n) / memory));
    this.#fades.set(memory, fade);
    return fade;
  }

  /** Weight of every past period for the coming period `to`. */
  weights(to: number, { memory, otherPhase, otherState }: Weighting): Float64Array {
    const n = this.y.length;
    const phase = to % this.season;
    const state = this.#state(to);
    const weights = new Float64Array(n);
    const fade = this.#fade(memory);
    for (let t = 0; t < n; t++) {
      const age = LASTING + fade[t]!;
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
    this.#walk([weighting], { lead: 1, see: (t, _, error) => (errors[t] = error) });
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
    const see = (t: number, w: number, error: number): void => {
      if (t < from || Number.isNaN(error)) return;
      squares[w]! += error * error;
      if (w === 0) count++;
    };
    this.#walk(weightings, { lead: Math.max(LEAD, this.season), see });
    return Array.from(squares, (sum) => (count === 0 ? Number.POSITIVE_INFINITY : sum / count));
  }

  /** Shows the errors of the means that were known `lead` periods before. */
  #walk(weightings: readonly Weighting[], { lead, see }: Walk): void {
    const { y } = this;
    const fade = this.#fade(weightings[0]!.memory);
    const demands = new Sums(this.season, this.stateCount);
    const weights = new Sums(this.season, this.stateCount);
    for (let t = lead; t < y.length; t++) {
      const past = t - lead;
      // Weights grow with time instead of fading with age: only their ratio counts.
      if (!Number.isNaN(y[past]!)) {
        const weight = fade[past]!;
        const phase = past % this.season;
        const state = this.#state(past);
        demands.add(phase, state, [weight * y[past]!, LASTING * y[past]!]);
        weights.add(phase, state, [weight, LASTING]);
      }
      if (Number.isNaN(y[t]!)) continue;
      const now = fade[past + 1]!;
      demands.look(t % this.season, this.#state(t), now);
      weights.look(t % this.season, this.#state(t), now);
      for (let w = 0; w < weightings.length; w++) {
        see(t, w, y[t]! - demands.like(weightings[w]!) / weights.like(weightings[w]!));
      }
    }
  }
}

interface Walk {
  readonly lead: number;
  readonly see: (t: number, weighting: number, error: number) => void;
}

/** Sums over all periods, over each phase, each state, and each pair of both: fading and lasting. */
class Sums {
  readonly #row: number;
  /** Places within a row of all periods, and of every state. */
  readonly #everywhere: readonly number[];
  readonly #fading: Float64Array;
  readonly #lasting: Float64Array;
  #all = 0;
  #phase = 0;
  #state = 0;
  #both = 0;

  constructor(season: number, states: number) {
    this.#row = states + 1;
    this.#everywhere = Array.from({ length: this.#row }, (_, place) => place);
    this.#fading = new Float64Array((season + 1) * this.#row);
    this.#lasting = new Float64Array((season + 1) * this.#row);
  }

  add(phase: number, state: number, [fading, lasting]: readonly [number, number]): void {
    const row = (phase + 1) * this.#row;
    // A period whose state is not known counts for every state.
    for (const place of state === UNKNOWN_STATE ? this.#everywhere : [0, state + 1]) {
      this.#fading[place]! += fading;
      this.#lasting[place]! += lasting;
      this.#fading[row + place]! += fading;
      this.#lasting[row + place]! += lasting;
    }
  }

  /** Takes the sums that concern a phase and a state; `now` is what the fading ones are relative to. */
  look(phase: number, state: number, now: number): void {
    // Where it is not known, `state + 1` is the place of all periods.
    const row = (phase + 1) * this.#row;
    this.#all = this.#fading[0]! / now + this.#lasting[0]!;
    this.#phase = this.#fading[row]! / now + this.#lasting[row]!;
    this.#state = this.#fading[state + 1]! / now + this.#lasting[state + 1]!;
    this.#both = this.#fading[row + state + 1]! / now + this.#lasting[row + state + 1]!;
  }

  /** Others count for less, the same phase and state in full. */
  like({ otherPhase: p, otherState: s }: Weighting): number {
    const sameState = p * this.#state + (1 - p) * this.#both;
    return s * (p * this.#all + (1 - p) * this.#phase) + (1 - s) * sameState;
  }
}
