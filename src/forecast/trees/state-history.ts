/** What demand was when the same things were going on: the same promotion, the same holiday. */

import type { Series } from '../types.ts';

/** Observed periods of a state, and the sums up to each. */
interface StatePast {
  readonly places: number[];
  readonly sums: number[];
}

/** Demand by state, a state being a combination of covariates. */
export class StateHistory {
  /** State of every period, those to come included. */
  readonly states: Int32Array;
  readonly #pasts: readonly StatePast[];
  /** Of a path: where it leaves the history, and the sums of each state from there. */
  readonly #fork: number;
  readonly #own = new Map<number, number[]>();

  private constructor(states: Int32Array, pasts: readonly StatePast[], fork: number) {
    this.states = states;
    this.#pasts = pasts;
    this.#fork = fork;
  }

  /** `columns` covariates, from the first period on · `y` demand, NaN where not observed */
  static of(columns: readonly ArrayLike<number>[], y: ArrayLike<number>): StateHistory {
    const length = Math.max(y.length, ...columns.map((column) => column.length));
    const numbers = new Map<string, number>();
    const states = Int32Array.from({ length }, (_, t) => {
      const key = columns.map((column) => column[t] || 0).join();
      if (!numbers.has(key)) numbers.set(key, numbers.size);
      return numbers.get(key)!;
    });
    const pasts = Array.from(numbers, (): StatePast => ({ places: [], sums: [0] }));
    for (let t = 0; t < y.length; t++) {
      if (Number.isNaN(y[t]!)) continue;
      const { places, sums } = pasts[states[t]!]!;
      places.push(t);
      sums.push(sums.at(-1)! + y[t]!);
    }
    return new StateHistory(states, pasts, length);
  }

  /** A path that sees `known` periods of a history. */
  fork(known: number): StateHistory {
    return new StateHistory(this.states, this.#pasts, known);
  }

  /** Adds what a path says of period `t`. */
  add(t: number, y: number): void {
    const state = this.states[t];
    if (state === undefined) return;
    const own = this.#own.get(state);
    if (own !== undefined) own.push(own.at(-1)! + y);
    else {
      const before = this.#pasts[state]!.sums[this.#before(state, this.#fork)]!;
      this.#own.set(state, [before + y]);
    }
  }

  /** Mean demand over the latest `times` periods before `known` in the state of `t`; NaN for none. */
  mean(t: number, known: number, times: number): number {
    const state = this.states[t];
    if (state === undefined) return Number.NaN;
    const { sums } = this.#pasts[state]!;
    const own = this.#own.get(state) ?? [];
    const shared = this.#before(state, Math.min(known, this.#fork));
    const seen = shared + own.length;
    const from = Math.max(0, seen - times);
    const sumAt = (n: number) => (n <= shared ? sums[n]! : own[n - shared - 1]!);
    return seen === 0 ? Number.NaN : (sumAt(seen) - sumAt(from)) / (seen - from);
  }

  /** Periods that the state of `t` has lasted by then, up to a bound: it is known in advance. */
  lasted(t: number, bound: number): number {
    let age = 0;
    while (age < bound && t - age > 0 && this.states[t - age - 1] === this.states[t]) age++;
    return age;
  }

  #before(state: number, known: number): number {
    const { places } = this.#pasts[state]!;
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[middle]! < known) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The covariates of a series in the order of their names. */
export function columnsOf(
  covariates: Series['covariates'],
  names: readonly string[],
): readonly ArrayLike<number>[] {
  return names.map((name) => covariates?.[name] ?? []);
}
