import { type DemandProfile, isSlow } from './demand-class.ts';
import { longSeasons } from './long-seasons.ts';
import { LIKELY, type Pool } from './pool.ts';

/** What the choice of candidates depends on. */
interface Situation {
  readonly profile: DemandProfile;
  /** Observed periods that a model can learn from. */
  readonly length: number;
  readonly season: number;
  /** Periods that are known at the first origin of the backtest; all of them without one. */
  readonly learned: number;
  /** Whether promotions or the like are known in advance. */
  readonly informed: boolean;
  /** Whether a period resembles the one a season before. */
  readonly repeating: boolean;
  /** Whether demand has a season that grows with its level. */
  readonly proportional: boolean;
  /** Whether a backtest proves little: models that only a ranking can tell from others are left out. */
  readonly doubtful: boolean;
  /** Models whose agreement stands where a backtest proves little. */
  readonly pool: Pool;
}

/** What every other model has to beat. */
const NAIVE = 'seasonal-naive';
/** One level for all periods: cheap, and never far off where nothing repeats. */
const FLAT = ['window-average', 'historic-average'] as const;
/** From here on past periods can be weighed in spite of a trend. */
const LONG = 150;
/** A distribution per phase of the season has to have seen it that often. */
const SEEN_PHASES = 25;
/** Only a model that knows of promotions can tell one that is planned: a year of weeks will do. */
const INFORMED = 52;
/** Up to here a mean of more models is worth their time. */
const VERY_LONG = 500;
/** Hours of a day, weeks of a year: long seasons come in long histories. */
const LONG_SEASON = 24;

/**
 * Whether slow models are worth their time on a history.
 * `length` observed periods · `season` periods · returns true for a short history, or a long season
 */
export function isWorthTime({ length, season }: { length: number; season: number }): boolean {
  return length < VERY_LONG || season >= LONG_SEASON;
}

/**
 * Which models `auto` tries on a series, by its demand class and its length. Seasonal naive is
 * always among them. A mean of models is better for each that differs by its faults, but those of one level all
 * lack the same pattern: where there is one, they are left out. Known promotions are such a pattern of
 * their own, by which every model is corrected.
 * returns names of the catalogue, in the order in which a tie is settled
 * source Syntetos, Boylan & Croston (2005) for the classes; Petropoulos & Svetunkov (2020) for the simple pool
 */
export function candidatesFor(situation: Situation): readonly string[] {
  const { profile, length, pool } = situation;
  if (profile.demandClass === 'no-demand') return ['historic-average', NAIVE];
  if (length < 6) return ['window-average', NAIVE, 'naive'];
  if (pool.level && !situation.informed) return [...new Set([NAIVE, ...FLAT, ...pool.names])];
  const patterned = situation.repeating && !situation.informed;
  const flat = patterned ? [] : FLAT;
  const more = isSlow(profile) ? slowCandidates(profile, patterned) : regularCandidates(situation);
  const drifting = !pool.level && pool.names.has(LIKELY) ? [LIKELY] : [];
  return [NAIVE, ...flat, ...more, ...drifting];
}

function regularCandidates(situation: Situation): readonly string[] {
  const { length, season, informed, proportional, doubtful } = situation;
  const enough = informed ? INFORMED : Math.max(LONG, SEEN_PHASES * season);
  const own = length >= enough ? ['npts'] : [];
  const logarithmic = doubtful ? [] : ['log-ces', ...(proportional ? ['log-arima'] : [])];
  const learned = ['dynamic-theta', 'ces', 'arima', ...logarithmic];
  const more = isWorthTime({ length, season }) ? learned : [];
  const single = season > 1 ? [] : ['damped'];
  return [...own, ...longSeasons(situation), 'ets', 'theta', ...more, ...single];
}

function slowCandidates({ adi }: DemandProfile, patterned: boolean): readonly string[] {
  if (patterned) return ['npts', 'ets', 'theta'];
  // Frequent small gaps may hide a weekly pattern; with rare demand there is none to find.
  const moving = adi < 3 ? ['ets', 'theta'] : ['ses'];
  return ['npts', ...moving, 'croston', 'sba', 'tsb'];
}

/**
 * Candidates that are scored for comparison and never chosen. For slow demand, repeating the last
 * season repeats single sales, and wins a backtest on empty weeks by luck.
 * `profile` of the series · returns names of the catalogue
 */
export function barredFor(profile: DemandProfile): readonly string[] {
  return isSlow(profile) ? [NAIVE] : [];
}
