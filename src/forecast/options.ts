import { DEFAULT_WINDOWS } from './backtest-windows.ts';
import { findModel } from './catalogue.ts';
import type { ForecastRefusalCode, Frequency } from './types.ts';

/** What a caller may ask of a forecast. */
export interface ForecastOptions {
  /** Periods ahead, integer from 1 to 1000. */
  readonly horizon: number;
  /** Spacing of the observations; gives the season where none is named. Default `D`. */
  readonly frequency?: Frequency;
  /** Season length, periods, integer from 1 to 400. */
  readonly season?: number;
  /** Probabilities in (0,1); default .025, .1, .25, .5, .75, .9, .975. */
  readonly levels?: readonly number[];
  /** `auto`, a name of the catalogue, or one of `external`. */
  readonly method?: string;
  /** Names under which forecasts come from outside of the engine, with the series. */
  readonly external?: readonly string[];
  /** Fixes the sample paths, integer. */
  readonly seed?: number;
  /** Rolling origins of the backtest, integer from 0 to 100; 0 chooses by rule, without one. */
  readonly windows?: number;
}

/** Options with every default filled in. */
export interface Settings {
  readonly horizon: number;
  readonly season: number;
  readonly levels: readonly number[];
  readonly method: string;
  readonly seed: number;
  readonly windows: number;
}

/** Options that cannot be followed: which, what was found, what was wanted. */
export interface OptionRefusal {
  readonly code: ForecastRefusalCode;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Season by spacing: day of the week for daily, month of the year for monthly demand. */
const SEASONS: Readonly<Record<Frequency, number>> = { H: 24, D: 7, W: 52, M: 12, Q: 4, Y: 1 };
const DEFAULT_LEVELS: readonly number[] = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975];
const LONGEST_HORIZON = 1000;
const LONGEST_SEASON = 400;
const MOST_WINDOWS = 100;

/**
 * Season length of a spacing of observations.
 * `frequency` one of H D W M Q Y · returns periods: 24, 7, 52, 12, 4, 1
 */
export function seasonOf(frequency: Frequency): number {
  return SEASONS[frequency];
}

/**
 * Fills in defaults and checks what a caller asked.
 * `options` as given · returns Settings, or why they cannot be followed
 * refuses bad_horizon, bad_season, bad_level, unknown_method, bad_windows, bad_seed
 */
export function resolveOptions(
  options: ForecastOptions,
): { ok: true; settings: Settings } | ({ ok: false } & OptionRefusal) {
  const { horizon, levels = DEFAULT_LEVELS, method = 'auto', seed = 1 } = options;
  const { windows = DEFAULT_WINDOWS } = options;
  const season = options.season ?? SEASONS[options.frequency ?? 'D'] ?? Number.NaN;
  if (!isWhole(horizon, 1, LONGEST_HORIZON)) {
    return refuse('bad_horizon', { found: horizon, wanted: `whole, 1 to ${LONGEST_HORIZON}` });
  }
  if (!isWhole(season, 1, LONGEST_SEASON)) {
    const found = options.season ?? options.frequency;
    return refuse('bad_season', { found, wanted: `whole, 1 to ${LONGEST_SEASON}` });
  }
  const level = levels.find((value) => !(value > 0 && value < 1));
  if (level !== undefined) return refuse('bad_level', { found: level, wanted: 'in (0,1)' });
  const known = method === 'auto' || findModel(method) !== undefined;
  if (!known && !options.external?.includes(method)) {
    return refuse('unknown_method', { found: method, wanted: 'auto or a name of the catalogue' });
  }
  if (!isWhole(windows, 0, MOST_WINDOWS)) {
    return refuse('bad_windows', { found: windows, wanted: `whole, 0 to ${MOST_WINDOWS}` });
  }
  if (!Number.isSafeInteger(seed)) return refuse('bad_seed', { found: seed, wanted: 'whole' });
  return { ok: true, settings: { horizon, season, levels, method, seed, windows } };
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function refuse(code: ForecastRefusalCode, details: Record<string, unknown>) {
  return { ok: false, code, details } as const;
}
