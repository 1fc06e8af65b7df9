import { closedPeriods, withoutClosed } from './closures.ts';
import { classifyDemand, type DemandProfile } from './demand-class.ts';
import { externalModels } from './external.ts';
import { type KnownAhead, knownBeside, layOutKnown } from './known-ahead.ts';
import type { Model } from './model.ts';
import type { ForecastRefusalCode, Series } from './types.ts';

/** A series that models can be fitted to. */
export interface Prepared {
  readonly id: string;
  /** Demand per period, units, NaN where not observed; begins at the first period that counts. */
  readonly y: Float64Array;
  readonly profile: DemandProfile;
  /** Whether all observed demand is in whole units. */
  readonly whole: boolean;
  /** What is known of the periods of `y` and of those to come. */
  readonly known?: KnownAhead | undefined;
  /** Per period of `y` and those to come, whether nothing can be sold; undefined where always something can. */
  readonly closed?: Uint8Array | undefined;
  /** Forecasts from outside of the engine, in the guise of models. */
  readonly outside: readonly Model[];
}

/** A series that cannot be forecast. */
export interface SeriesRefusal {
  readonly ok: false;
  readonly code: ForecastRefusalCode;
  readonly seriesId: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Longer histories are cut to their most recent part: older periods cost time and say little. */
const LONGEST_HISTORY = 3000;

/** Squares of demand must stay within what a double can hold, both ways. */
const LARGEST = 1e100;
const SMALLEST = 1e-100;

/**
 * Checks a series, drops what lies before its first sale and what is shut, and classes its demand.
 * `series` as given · `season` periods · returns Prepared
 * refuses empty_series, no_observation (all NaN), not_finite (infinite, or above 1e100)
 */
export function prepare(
  series: Series,
  season: number,
): { ok: true; prepared: Prepared } | SeriesRefusal {
  const n = series.y.length;
  const finished = series.unfinished ? n - 1 : n;
  if (n === 0) return refuse(series, 'empty_series', { periods: 0 });
  const y = new Float64Array(n);
  let observed = 0;
  let whole = true;
  for (let t = 0; t < n; t++) {
    const given = t < finished ? Number(series.y[t]) : Number.NaN;
    const value = Math.abs(given) < SMALLEST ? 0 : given;
    if (Math.abs(value) > LARGEST) {
      return refuse(series, 'not_finite', { period: t, found: String(given) });
    }
    if (!Number.isNaN(value)) {
      observed++;
      whole &&= Number.isInteger(value);
    }
    y[t] = value;
  }
  if (observed === 0) return refuse(series, 'no_observation', { periods: n });
  const from = Math.max(firstSale(y), n - LONGEST_HISTORY);
  const told = layOutKnown(series, from);
  const closed = told && closedPeriods(y.subarray(from), told);
  const known = closed ? knownBeside(told, closed) : told;
  const counted = closed ? withoutClosed(y.subarray(from), closed, season) : y.subarray(from);
  const profile = classifyDemand(counted);
  const outside = externalModels(series.external, { from });
  const { id } = series;
  return { ok: true, prepared: { id, y: counted, profile, whole, known, closed, outside } };
}

function refuse(
  series: Series,
  code: ForecastRefusalCode,
  details: Record<string, unknown>,
): SeriesRefusal {
  return { ok: false, code, seriesId: series.id, details };
}

/** A run of zeros at the start that chance would make so seldom means that there was no product yet. */
const UNLIKELY = 0.05;

/**
 * Where the history begins to count. A run of zeros at the start that is longer than any later
 * one, and longer than the later share of zeros makes likely, means that the product was not on sale
 * yet; a shorter one is ordinary slow demand.
 */
function firstSale(y: Float64Array): number {
  let start = 0;
  while (start < y.length && Number.isNaN(y[start]!)) start++;
  let first = start;
  while (first < y.length && !(Math.abs(y[first]!) > 0)) first++;
  if (first === y.length) return start;
  let longest = 0;
  let run = 0;
  let zeros = 0;
  let observed = 0;
  for (let t = first; t < y.length; t++) {
    if (Number.isNaN(y[t]!)) continue;
    observed++;
    if (y[t] === 0) zeros++;
    run = y[t] === 0 ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  const leading = first - start;
  const chance = ((zeros + 1) / (observed + 2)) ** leading;
  return leading > longest && chance < UNLIKELY ? first : start;
}
