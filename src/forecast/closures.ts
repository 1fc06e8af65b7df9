/** Periods in which nothing can be sold, and that it is known of: the shop is shut. */

import { type KnownAhead, type LevelColumn, layOutKnown, UNKNOWN_LEVEL } from './known-ahead.ts';
import type { Series } from './types.ts';

/** So seldom would chance leave all periods of a level without demand. */
const UNLIKELY = 0.005;
/** Longest season in which a phase can be shut for good: in longer ones each comes but once a year. */
const LONGEST_WEEK = 12;

/**
 * Periods of a flag or category under which nothing was ever sold, while otherwise so little of the time is
 * without demand that chance is no explanation.
 * `y` demand per period, units, NaN where not observed · `known` of the same periods and those to come
 * returns per period whether it is shut; undefined where none is
 */
export function closedPeriods(y: Float64Array, { columns }: KnownAhead): Uint8Array | undefined {
  let closed: Uint8Array | undefined;
  for (const column of columns) {
    if (column.kind !== 'levels') continue;
    const shut = shutLevels(y, column);
    if (!shut.includes(true)) continue;
    closed ??= new Uint8Array(column.at.length);
    for (let t = 0; t < closed.length; t++)
      if (column.at[t] !== UNKNOWN_LEVEL && shut[column.at[t]!]) closed[t] = 1;
  }
  return closed;
}

function shutLevels(y: Float64Array, { values, at }: LevelColumn): readonly boolean[] {
  const observed = new Int32Array(values.length);
  const empty = new Int32Array(values.length);
  for (let t = 0; t < y.length; t++) {
    const level = at[t]!;
    if (Number.isNaN(y[t]!) || level === UNKNOWN_LEVEL) continue;
    observed[level]!++;
    if (y[t] === 0) empty[level]!++;
  }
  const periods = observed.reduce((sum, count) => sum + count, 0);
  const empties = empty.reduce((sum, count) => sum + count, 0);
  return values.map((_, level) => {
    const within = observed[level]!;
    const without = periods - within;
    const emptyWithout = empties - empty[level]!;
    if (within === 0 || empty[level] !== within || emptyWithout === without) return false;
    const chance = (emptyWithout + 1) / (without + 2);
    return chance ** within < UNLIKELY;
  });
}

/**
 * The history without what shut periods show: their demand is not known, as nobody could buy. A day of the week on which it is
 * always shut keeps its zeros, which are its season.
 * `y` units · `closed` of closedPeriods · `season` periods · returns a history of the same length
 */
export function withoutClosed(y: Float64Array, closed: Uint8Array, season: number): Float64Array {
  const phases = season <= LONGEST_WEEK ? season : 1;
  const open = new Uint8Array(phases);
  for (let t = 0; t < y.length; t++)
    if (closed[t] === 0 && !Number.isNaN(y[t]!)) open[t % phases] = 1;
  return y.map((units, t) => (closed[t] === 1 && open[t % phases] === 1 ? Number.NaN : units));
}

/**
 * A series without what its shut periods show, for models over all series.
 * `series` as given · `season` periods · returns the series itself where none is shut
 */
export function openSeries<S extends Series>(series: S, season: number): S {
  if (series.covariates === undefined) return series;
  const y = Float64Array.from(series.y);
  const known = layOutKnown({ y, covariates: series.covariates }, 0);
  const closed = known && closedPeriods(y, known);
  return closed === undefined ? series : { ...series, y: withoutClosed(y, closed, season) };
}
