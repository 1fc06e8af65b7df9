/** What is known of periods in advance, laid out for models: flags and categories by level, and what is measured. */

import type { Series } from './types.ts';

/** State of a period whose covariates are not known; it counts like any. */
export const UNKNOWN_STATE = -1;
/** Level of a period of which a column is not known. */
export const UNKNOWN_LEVEL = -1;

/** A flag or a category. */
export interface LevelColumn {
  readonly name: string;
  readonly kind: 'levels';
  /** Ascending. */
  readonly values: readonly number[];
  /** Place in `values` of the most frequent one. */
  readonly usual: number;
  /** Place in `values` per period, UNKNOWN_LEVEL where not known. */
  readonly at: Int32Array;
}

/** A price, a temperature, the depth of a discount. */
export interface MeasuredColumn {
  readonly name: string;
  readonly kind: 'measured';
  /** Per period, in standard deviations from the median, of logarithms where all are positive; NaN where not known. */
  readonly score: Float64Array;
  /** Of logarithms. */
  readonly logarithmic: boolean;
  readonly median: number;
  /** Standard deviation. */
  readonly spread: number;
  /** Of periods beyond: the last one that is known. */
  readonly last: number;
}

export type KnownColumn = LevelColumn | MeasuredColumn;

/** What is known of each period of a history and of those to come. */
export interface KnownAhead {
  readonly columns: readonly KnownColumn[];
  /** Number per period, equal where all flags and categories are; 0 where all are as usual, UNKNOWN_STATE where one is not known. */
  readonly states: Int32Array;
}

/** More values than this are no categories, unless most periods share one: holidays have many names. */
const MOST_CATEGORIES = 12;
/** Beyond these, squares are none that a double can hold. */
const LARGEST = 1e100;
const SMALLEST = 1e-100;
/** What is measured is alike within one of so many. */
const BINS = 20;

/**
 * Lays out covariates and price. Whatever is in whole numbers is a category, unless it is measured: in many values,
 * none of which is that of most periods.
 * `series` its covariates and price · `from` first period that counts · returns undefined where nothing is known, or nothing varies
 */
export function layOutKnown(
  { covariates = {}, price, y }: Pick<Series, 'covariates' | 'price' | 'y'>,
  from: number,
): KnownAhead | undefined {
  const given: [name: string, column: ArrayLike<number>][] = Object.entries(covariates);
  if (price !== undefined) given.push(['price', price]);
  const length = given.reduce((most, [, { length: n }]) => Math.max(most, n), y.length) - from;
  const columns = given.flatMap(([name, column]): KnownColumn[] => {
    const values = Float64Array.from({ length }, (_, t) => believed(column[t + from]));
    const told = Math.max(0, column.length - from);
    const counts = countValues(values);
    if (counts.size < 2) return [];
    const measured = column === price || isMeasured(counts, values.length);
    if (!measured) return [{ name, ...layOutLevels(values, counts, told) }];
    const scored = layOutMeasured(values, told);
    return scored === undefined ? [] : [{ name, ...scored }];
  });
  return together(columns, length);
}

/** Undefined where nothing is known. */
function together(columns: readonly KnownColumn[], length: number): KnownAhead | undefined {
  return columns.length === 0 ? undefined : { columns, states: statesOf(columns, length) };
}

/**
 * What is left to tell periods apart by, once some are taken out.
 * `known` of all periods · `taken` per period, 1 where it is out · returns undefined where nothing is left
 */
export function knownBeside(
  { columns, states }: KnownAhead,
  taken: Uint8Array,
): KnownAhead | undefined {
  const left = columns.filter((column) => {
    if (column.kind === 'measured') return true;
    return (
      new Set(column.at.filter((level, t) => taken[t] === 0 && level !== UNKNOWN_LEVEL)).size > 1
    );
  });
  return together(left, states.length);
}

/** What can be squared and added up; the rest is not known. */
function believed(value = Number.NaN): number {
  if (Math.abs(value) < SMALLEST) return 0;
  return Math.abs(value) > LARGEST ? Number.NaN : value;
}

/** How often each value occurs, ascending by value; what is not known left out. */
function countValues(values: Float64Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values.filter((one) => !Number.isNaN(one)).sort())
    counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function isMeasured(counts: ReadonlyMap<number, number>, periods: number): boolean {
  const values = [...counts.keys()];
  if (!values.every(Number.isInteger)) return true;
  return values.length > MOST_CATEGORIES && Math.max(...counts.values()) < periods / 2;
}

/** Beyond what a column says, periods are as usual. */
function layOutLevels(
  column: Float64Array,
  counts: ReadonlyMap<number, number>,
  told: number,
): Omit<LevelColumn, 'name'> {
  const values = [...counts.keys()];
  const most = Math.max(...counts.values());
  const usual = values.findIndex((value) => counts.get(value) === most);
  const places = new Map(values.map((value, place) => [value, place]));
  const at = Int32Array.from(column, (value, t) =>
    t >= told ? usual : (places.get(value) ?? UNKNOWN_LEVEL),
  );
  return { kind: 'levels', values, usual, at };
}

/** Beyond what a column says, a price stays what it is; undefined where its values are one but for rounding. */
function layOutMeasured(
  column: Float64Array,
  told: number,
): Omit<MeasuredColumn, 'name'> | undefined {
  const known = column.filter((value) => !Number.isNaN(value));
  const logarithmic = known.every((value) => value > 0);
  const figures = known.map((value) => (logarithmic ? Math.log(value) : value));
  const median = figures.toSorted()[Math.floor(figures.length / 2)]!;
  const mean = figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
  const squares = figures.reduce((sum, figure) => sum + (figure - mean) ** 2, 0);
  const spread = Math.sqrt(squares / figures.length);
  if (!(spread > 0)) return undefined;
  let next = 0;
  const score = column.map((value) =>
    Number.isNaN(value) ? Number.NaN : (figures[next++]! - median) / spread,
  );
  const last = (figures.at(-1)! - median) / spread;
  return { kind: 'measured', score: score.fill(last, told), logarithmic, median, spread, last };
}

/**
 * Numbers each combination of levels, in order of appearance after the usual one; what is measured counts by bins
 * of as many periods.
 */
function statesOf(columns: readonly KnownColumn[], length: number): Int32Array {
  const levels = columns.map((column) => (column.kind === 'levels' ? column : binned(column)));
  const numbers = new Map([[levels.map(({ usual }) => usual).join(), 0]]);
  return Int32Array.from({ length }, (_, t) => {
    if (levels.some(({ at }) => at[t] === UNKNOWN_LEVEL)) return UNKNOWN_STATE;
    const key = levels.map(({ at }) => at[t]).join();
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    return numbers.get(key)!;
  });
}

/** Few values are a bin each. */
function binned({ score, last }: MeasuredColumn): Pick<LevelColumn, 'usual' | 'at'> {
  const sorted = score.filter((value) => !Number.isNaN(value)).sort();
  const distinct = new Set(sorted);
  const evenly = Array.from(
    { length: BINS },
    (_, i) => sorted[Math.ceil(((i + 1) * sorted.length) / BINS) - 1]!,
  );
  const upTo = [...(distinct.size <= BINS ? distinct : new Set(evenly))];
  const binOf = (value: number) =>
    Number.isNaN(value) ? UNKNOWN_LEVEL : upTo.findIndex((edge) => value <= edge);
  return { usual: binOf(last), at: Int32Array.from(score, binOf) };
}
