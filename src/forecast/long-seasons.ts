/** Seasons that models which learn them period by period see too late, and who sees them. */

/** Months and weeks of a year. */
const [MONTHS, WEEKS] = [12, 52] as const;
/** Hours of a day come with days of a week. */
const HOURS = 24;

/** By local regression: they take two of the seasons, and two periods. */
const BY_LOCAL_REGRESSION = ['mstl', 'log-mstl'] as const;
/** By a few harmonics: they take one. */
const BY_HARMONICS = ['harmonic', 'log-harmonic'] as const;

/** Whoever sees a year where others do not. */
export const SEEING_A_YEAR: ReadonlySet<string> = new Set([
  ...BY_LOCAL_REGRESSION,
  ...BY_HARMONICS,
]);

/** A history as a backtest sees it. */
export interface Seen {
  /** Season, periods. */
  readonly season: number;
  /** Periods that are known at the first origin; all of them without a backtest. */
  readonly learned: number;
}

/**
 * Models of long seasons: a year of months is a matter for all models once two are known, one of weeks is too long for
 * those that learn it week by week.
 * returns names of the catalogue, none where every model sees the season
 */
export function longSeasons({ season, learned }: Seen): readonly string[] {
  if (season === HOURS) return BY_LOCAL_REGRESSION;
  if (season !== MONTHS && season !== WEEKS) return [];
  if (learned < 2 * season + 2) return BY_HARMONICS;
  return season === WEEKS ? BY_LOCAL_REGRESSION : [];
}

/** Whether a year is what the models of `longSeasons` see. */
export function isYearHidden(seen: Seen): boolean {
  return seen.season !== HOURS && longSeasons(seen).length > 0;
}
