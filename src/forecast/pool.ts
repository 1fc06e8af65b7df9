/** Which models may agree on a forecast where a backtest proves little. */

import { isSlow } from './demand-class.ts';
import { isYearHidden, SEEING_A_YEAR, type Seen } from './long-seasons.ts';
import { type Moments, mixMoments, periodDeviations } from './moments.ts';
import { leastSquaresLine } from './numeric/line.ts';
import { proportions } from './numeric/weights.ts';
import type { Prepared } from './prepare.ts';
import { interpolate, isSeasonal } from './seasonal-adjustment.ts';

/** Models whose agreement is a forecast, and how they are put together. */
export interface Pool {
  /** Names of the catalogue. */
  readonly names: ReadonlySet<string>;
  /** Whether all of them say one level, about which demand scatters as it always did. */
  readonly level: boolean;
  /** Those that see a season which the others cannot: two sides, whose members agree among themselves. */
  readonly seeing?: ReadonlySet<string>;
  /** Whether the others could not see it at the origins, but can now: what they missed there says nothing. */
  readonly outgrown?: boolean;
}

/** What is said of one origin, by whom, and from how long a history. */
interface Said {
  readonly moments: readonly Moments[];
  readonly names: readonly string[];
  readonly length: number;
  /** RMSSE of each in the backtest, where there was one. */
  readonly errors?: readonly number[];
}

/** Models that learn level, trend and season. */
export const MOVING: Pool = {
  names: new Set(['ets', 'ces', 'arima', 'dynamic-theta', 'theta', 'damped']),
  level: false,
};
/** A year that most models cannot see yet, or not at all. */
export const MOVING_YEAR: Pool = {
  names: new Set([...MOVING.names, ...SEEING_A_YEAR]),
  level: false,
  seeing: SEEING_A_YEAR,
};
/** A year that most models could not see yet when the backtest began. */
const MOVING_YEAR_SEEN: Pool = { ...MOVING_YEAR, outgrown: true };
const HELD = 'historic-average';
/** Joins those that agree on small counts; a ranking that can be trusted does without it. */
export const LIKELY = 'local-level';
/** Small counts without a season drift more often than they follow a trend. */
export const MOVING_COUNTS: Pool = { names: new Set([...MOVING.names, LIKELY]), level: false };
/** Models of one level: held for ever, as likely to have drifted as it looks, drifting with the demands, fading without them. */
export const LEVEL: Pool = { names: new Set([HELD, LIKELY, 'imapa', 'tsb']), level: true };

/** Above this mean demand, whole units are amounts: counting leaves next to no noise in them. */
const SMALL_COUNT = 100;
/** Up to this average demand interval a season can be seen. */
const SEEN_INTERVAL = 3;
/** Standard errors. */
const SIGNIFICANT = 3;
/**
 * Periods after which what a level drifted weighs as much as the noise in its mean. The drift in a
 * mean grows with the length of the history, its noise falls with it: their ratio goes with the square.
 */
const EVEN_LENGTH = 60;
/** How those that drift no more than demand shows share the rest. */
const STANDING: Readonly<Record<string, number>> = { [HELD]: 0.25, [LIKELY]: 0.75 };

/** What the choice of a pool depends on. */
interface Situation extends Seen {
  /** Whether a backtest proves little, or there is none. */
  readonly doubtful: boolean;
}

/**
 * The models whose agreement is the forecast where the ranking of a backtest is luck. Slow demand
 * without a season, and small counts that show neither a season nor that one period resembles the
 * next, have a level at most.
 * `prepared` the series · `season` periods · returns Pool
 * source Box & Jenkins (1976) on the standard error 1/√n of an autocorrelation of noise
 */
export function poolFor({ y, profile, whole }: Prepared, situation: Situation): Pool {
  const { season, doubtful } = situation;
  if (!doubtful) return MOVING;
  const slow = isSlow(profile);
  if (slow && profile.adi >= SEEN_INTERVAL) return LEVEL;
  const moving = movingFor(y, situation);
  if (!slow && (!whole || !isSmallCount(y))) return moving;
  const drifting = !slow && autocorrelationScore(y, 1) > SIGNIFICANT;
  if (!drifting && !repeats(y, season)) return LEVEL;
  return isSeasonal(interpolate(y), season) ? moving : MOVING_COUNTS;
}

/** Models that learn, with those that see a year where others could not. */
function movingFor(y: Float64Array, seen: Seen): Pool {
  if (!isYearHidden(seen) || !resemblesYearBefore(y, seen.season)) return MOVING;
  return isYearHidden({ ...seen, learned: y.length }) ? MOVING_YEAR : MOVING_YEAR_SEEN;
}

/**
 * Whether a period resembles the one a season before: by a season, or by a level that drifts.
 * `y` units, NaN where not observed · `season` periods · returns true where that is hardly chance
 */
export function repeats(y: Float64Array, season: number): boolean {
  return season > 1 && autocorrelationScore(y, season) > SIGNIFICANT;
}

/**
 * Whether periods resemble those of the year before by more than a standard error, once a straight trend
 * is taken out. One or two pairs of years prove no more: who sees a year then proves it by errors, see
 * `weighSides`. (In noise, 156 weeks of it, errors grow by .2 %, by 1.5 % without the standard error.)
 */
function resemblesYearBefore(y: Float64Array, year: number): boolean {
  const ranks = ranksOf(y);
  const { level, slope } = leastSquaresLine(ranks);
  const rest = ranks.map((rank, t) => rank - level - slope * t);
  let pairs = 0;
  let products = 0;
  let earlier = 0;
  let later = 0;
  for (let t = year; t < rest.length; t++) {
    const [then, now] = [rest[t - year]!, rest[t]!];
    if (Number.isNaN(then * now)) continue;
    pairs++;
    products += then * now;
    earlier += then ** 2;
    later += now ** 2;
  }
  return products * Math.sqrt(pairs) > Math.sqrt(earlier * later);
}

/**
 * Whether whole units are so few that counting itself makes noise.
 * `y` units, NaN left out · returns true up to a mean of 100
 */
export function isSmallCount(y: Float64Array): boolean {
  return meanOf(y) <= SMALL_COUNT;
}

function meanOf(y: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of y) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}

/**
 * Autocorrelation of ranks over its standard error under noise; 0 where the history has no spread.
 * Ranks, as a single spike would hide a season from the demands themselves.
 */
function autocorrelationScore(y: Float64Array, lag: number): number {
  const ranks = ranksOf(y);
  const mean = meanOf(ranks);
  let products = 0;
  let squares = 0;
  let observed = 0;
  for (let t = 0; t < y.length; t++) {
    if (Number.isNaN(ranks[t]!)) continue;
    observed++;
    squares += (ranks[t]! - mean) ** 2;
    if (t < lag || Number.isNaN(ranks[t - lag]!)) continue;
    products += (ranks[t]! - mean) * (ranks[t - lag]! - mean);
  }
  return squares > 0 ? (products / squares) * Math.sqrt(observed) : 0;
}

/** Ranks of the observed demands, equal ones sharing their mean; NaN where not observed. */
function ranksOf(y: Float64Array): Float64Array {
  const sorted = y.filter((value) => !Number.isNaN(value)).sort();
  const ranks = new Map<number, number>();
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to + 1 < sorted.length && sorted[to + 1] === sorted[from]) to++;
    ranks.set(sorted[from]!, (from + to) / 2);
    from = to + 1;
  }
  return y.map((value) => ranks.get(value) ?? Number.NaN);
}

/**
 * Weights of the members of a pool: of a level, more for the models that let it drift more than it shows, the
 * longer the history; else by agreement, of all or of two sides.
 * `pool` they are from · `said` by at least one of them · returns weights, which sum to 1
 */
export function weighPool(pool: Pool, said: Said): readonly number[] {
  const { moments, names, length } = said;
  if (!pool.level)
    return pool.seeing === undefined ? weighByAgreement(moments) : weighSides(pool, said);
  const drifters = names.filter((name) => STANDING[name] === undefined).length;
  const drifting = length ** 2 / (length ** 2 + EVEN_LENGTH ** 2);
  return proportions(
    names.map((name) => {
      const part = STANDING[name];
      return part === undefined ? drifting / drifters : (1 - drifting) * part;
    }),
  );
}

/**
 * What a pool says. About a level demand scatters as in the whole history about its mean: what a
 * drifting model adds for its own drift is not seen in demand. Else what the members differ by adds to
 * what each of them says of its errors.
 * `pool` they are from · `said` by at least one of them · returns Moments
 */
export function mixPool(pool: Pool, said: Said): Moments {
  const weights = weighPool(pool, said);
  const mixed = mixMoments(said.moments, weights);
  const held = said.moments[said.names.indexOf(HELD)];
  if (!pool.level) return widenByDisagreement(mixed, said.moments, weights);
  return held === undefined ? mixed : { ...mixed, factor: held.factor };
}

/** The variance of a mixture: that of its members on average, and that between their means. */
function widenByDisagreement(
  mixed: Moments,
  parts: readonly Moments[],
  weights: readonly number[],
): Moments {
  const { horizon, mean } = mixed;
  const sd = periodDeviations(mixed);
  const factor = mixed.factor.slice();
  for (let k = 0; k < horizon; k++) {
    if (!(sd[k]! > 0)) continue;
    let between = 0;
    parts.forEach((part, p) => {
      between += weights[p]! * ((part.mean[k]! - mean[k]!) / sd[k]!) ** 2;
    });
    const wider = Math.sqrt(1 + between);
    for (let i = 0; i <= k; i++) factor[k * horizon + i]! *= wider;
  }
  return { ...mixed, factor };
}

/** Errors below this share of the season's own are none. */
const LEAST_ERROR = 1e-3;

/**
 * Weights where a few see a season and most do not: about the median of all, those few would count for
 * the less the clearer the season is. A half to each side before a backtest that is fair to both, after it by the
 * inverse of the mean squared errors; within a side by agreement.
 * source Bates & Granger (1969), doi:10.1057/jors.1969.103, with correlations ignored
 */
function weighSides(
  { seeing, outgrown = false }: Pool,
  { moments, names, errors }: Said,
): readonly number[] {
  const missedBy = (i: number): number => (outgrown ? 1 : (errors?.[i] ?? 1));
  const sides = [true, false]
    .map((sees) => names.flatMap((name, i) => (seeing?.has(name) === sees ? [i] : [])))
    .filter((members) => members.length > 0);
  const missed = sides.map((members) =>
    Math.max(
      LEAST_ERROR,
      members.reduce((sum, i) => sum + missedBy(i) / members.length, 0),
    ),
  );
  const least = Math.min(...missed);
  const shares = proportions(missed.map((error) => (least / error) ** 2));
  const weights = names.map(() => 0);
  sides.forEach((members, side) => {
    weighByAgreement(members.map((i) => moments[i]!)).forEach((weight, k) => {
      weights[members[k]!] = shares[side]! * weight;
    });
  });
  return weights;
}

/**
 * Weights that fall with the distance of a path from the median path, in units of the usual distance.
 * `said` moments of one origin · returns weights, which sum to 1
 */
function weighByAgreement(said: readonly Moments[]): readonly number[] {
  const { horizon } = said[0]!;
  const squares = new Float64Array(said.length);
  for (let k = 0; k < horizon; k++) {
    const middle = medianOf(said.map(({ mean }) => mean[k]!));
    for (let i = 0; i < said.length; i++) squares[i]! += (said[i]!.mean[k]! - middle) ** 2;
  }
  const usual = medianOf([...squares]);
  return proportions(
    [...squares].map((value) => (usual > 0 ? 1 / Math.sqrt(1 + value / usual) : 1)),
  );
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
