/** What all series sell together: a shop's year shows in it, where that of one product is lost in noise. */

import type { Frequency } from '../types.ts';
import { RunningSums } from './running-sums.ts';

/** Demand of the panel relative to what is usual of it, period by period; plain data. */
export interface PanelDemand {
  /** Period of the first value, on the clock of the panel. */
  readonly first: number;
  /** 1 is usual; NaN where too few series were observed. */
  readonly values: Float64Array;
}

/** A series as far as it counts here. */
interface Part {
  readonly y: ArrayLike<number>;
  /** Its first period on the clock of the panel. */
  readonly begin: number;
  /** Periods that may be learned from. */
  readonly learnable: number;
}

/** Days after which the calendar repeats, in whole weeks. */
export const YEAR_OF_DAYS = 364;
/** Periods to learn from have to be compared with a year before: a quarter of them at least. */
const LEAST_SPAN = 1.25 * YEAR_OF_DAYS;
/** Older periods are looked at by no row; one product dated a century ago takes no memory for the time between. */
const LONGEST_SPAN = 6 * YEAR_OF_DAYS;
/** Fewer series than this are no crowd. */
const LEAST_SERIES = 8;
/** A sale counts up to as many means and deviations of a count: one order for a school is not the town's. */
const LARGEST = 8;

/**
 * What the series of a panel sell together. Each is taken relative to its mean; those who sell little
 * count for less, by what counting adds to their noise. Only the means rest on all that may be
 * learned from: a value itself is known as soon as its period has passed.
 * Days alone: among weeks and months too few dates differ, and trees took them for what they are,
 * dates (MASE of tourism quarterly 5 % more on its development part, of monthly 2 %).
 * `parts` the series · `frequency` of the panel · returns PanelDemand, or undefined with few series or less than a year and a quarter
 */
export function panelDemand(parts: readonly Part[], frequency: Frequency): PanelDemand | undefined {
  if (frequency !== 'D') return undefined;
  const known = parts.flatMap((part) => {
    const mean = meanFromFirstSale(part);
    return mean > 0 ? [{ ...part, mean }] : [];
  });
  if (known.length < LEAST_SERIES) return undefined;
  const begun = known.reduce((least, { begin }) => Math.min(least, begin), Infinity);
  const learned = known.reduce((most, one) => Math.max(most, one.begin + one.learnable), begun);
  if (learned - begun < LEAST_SPAN) return undefined;
  const end = known.reduce((most, { begin, y }) => Math.max(most, begin + y.length), begun);
  const first = Math.max(begun, end - LONGEST_SPAN);
  const sold = new Float64Array(end - first);
  const usual = new Float64Array(end - first);
  const observed = new Float64Array(end - first);
  for (const { y, begin, mean } of known) {
    // A mean of m counts with m / (1 + m): counts vary by 1 / m of their square, and everything by about 1.
    const weight = 1 / (1 + mean);
    const largest = LARGEST * (mean + Math.sqrt(mean));
    for (let t = Math.max(firstSale(y), first - begin); t < y.length; t++) {
      if (Number.isNaN(y[t]!)) continue;
      const at = begin - first + t;
      sold[at]! += weight * Math.min(largest, y[t]!);
      usual[at]! += weight * mean;
      observed[at]!++;
    }
  }
  const values = sold.map((sum, at) =>
    observed[at]! >= LEAST_SERIES ? sum / usual[at]! : Number.NaN,
  );
  return { first, values };
}

/** Features of what all sell, in the order in which they are filled in. */
export const PANEL_DEMAND_NAMES: readonly string[] = [
  'last week of all',
  'last month of all',
  'same phase of all',
  'year ago of all',
  'day a year ago of all',
  'growth in a year of all',
];
const WEEK = 7;
const MONTH = 4 * WEEK;
/** What recent weeks are relative to. */
const RECENT = 8 * WEEK;

/** A place in a table's values, and the origin and the period of its row on the clock of the panel. */
interface HistoryRow {
  readonly at: number;
  readonly known: number;
  readonly target: number;
}

/** Sums of what all sell: one for a plan, however many series look at it. */
const HISTORIES = new WeakMap<PanelDemand, PanelDemandHistory>();

/** What all sold, as it is known at an origin. */
export class PanelDemandHistory {
  readonly #first: number;
  readonly #length: number;
  readonly #sums: RunningSums;

  private constructor({ first, values }: PanelDemand) {
    this.#first = first;
    this.#length = values.length;
    this.#sums = RunningSums.of(values, WEEK);
  }

  static of(demand: PanelDemand): PanelDemandHistory {
    let history = HISTORIES.get(demand);
    if (history === undefined) {
      history = new PanelDemandHistory(demand);
      HISTORIES.set(demand, history);
    }
    return history;
  }

  /** Fills PANEL_DEMAND_NAMES in. `into` a table's values · `row` */
  fill(into: Float64Array | Float32Array, row: HistoryRow): void {
    const known = Math.max(0, Math.min(this.#length, row.known - this.#first));
    const target = row.target - this.#first;
    const ago = target - YEAR_OF_DAYS;
    const then = known - YEAR_OF_DAYS;
    // A year before, the panel may have begun not long ago: half of what is recent will do.
    const before = then >= MONTH ? this.#mean(Math.max(0, then - RECENT), then) : Number.NaN;
    const month = this.#mean(known - MONTH, known);
    const recent = this.#mean(known - RECENT, known);
    const half = (WEEK - 1) / 2;
    into[row.at] = this.#mean(known - WEEK, known) / recent;
    into[row.at + 1] = month / recent;
    into[row.at + 2] = this.#sums.phaseMean(target, known, 4) / month;
    into[row.at + 3] = this.#mean(ago - half, Math.min(known, ago + half + 1)) / before;
    into[row.at + 4] = this.#mean(ago, Math.min(known, ago + 1)) / before;
    into[row.at + 5] = month / this.#mean(then - MONTH, then);
  }

  /** NaN where nothing was sold, or nothing is known. */
  #mean(from: number, to: number): number {
    if (from < 0 || to <= from) return Number.NaN;
    return this.#sums.mean(from, to) || Number.NaN;
  }
}

function firstSale(y: ArrayLike<number>): number {
  let t = 0;
  while (t < y.length && !(y[t]! > 0)) t++;
  return t;
}

function meanFromFirstSale({ y, learnable }: Part): number {
  let sum = 0;
  let count = 0;
  for (let t = firstSale(y); t < learnable; t++) {
    if (Number.isNaN(y[t]!)) continue;
    sum += y[t]!;
    count++;
  }
  return sum / count;
}
