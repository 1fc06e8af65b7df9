/** What demand was when the same things were going on: the same promotion, the same holiday. */

import type { Series } from '../types.ts';

/** Demand by state, a state being a combination of covariates. */
export class StateHistory {
  /** State of every period, those to come included. */
  readonly states: Int32Array;
  /** Per state: its observed periods, and the sums up to each. */
  readonly #places: number[][] = [];
  readonly #sums: number[][] = [];

  /** `columns` covariates, from the first period on · `y` demand, NaN where not observed */
  constructor(columns: readonly ArrayLike<number>[], y: Float64Array) {
    const length = Math.max(y.length, ...columns.map((column) => column.length));
    const numbers = new Map<string, number>();
    this.states = Int32Array.from({ length }, (_, t) => {
      const key = columns.map((column) => column[t] || 0).join();
      if (!numbers.has(key)) numbers.set(key, numbers.size);
      return numbers.get(key)!;
    });
    for (let s = 0; s < numbers.size; s++) {
      this.#places.push([]);
      this.#sums.push([0]);
    }
    for (let t = 0; t < y.length; t++) {
      if (Number.isNaN(y[t]!)) continue;
      const sums = this.#sums[this.states[t]!]!;
      this.#places[this.states[t]!]!.push(t);
      sums.push(sums.at(-1)! + y[t]!);
    }
  }

  /** Mean demand over the latest `times` periods before `known` in the state of `t`; NaN for none. */
  mean(t: number, known: number, times: number): number {
    const state = this.states[t];
    if (state === undefined) return Number.NaN;
    const seen = this.#before(state, known);
    const from = Math.max(0, seen - times);
    const sums = this.#sums[state]!;
    return seen === 0 ? Number.NaN : (sums[seen]! - sums[from]!) / (seen - from);
  }

  /** Periods that the state of `t` has lasted by then, up to a bound: it is known in advance. */
  lasted(t: number, bound: number): number {
    let age = 0;
    while (age < bound && t - age > 0 && this.states[t - age - 1] === this.states[t]) age++;
    return age;
  }

  #before(state: number, known: number): number {
    const places = this.#places[state]!;
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
