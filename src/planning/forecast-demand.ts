/** Demand of a window, read from a forecast: day by day, and as a curve of quantiles. */

import { normalQuantile } from '../forecast/index.ts';
import type { QuantileCurve } from './quantile-curve.ts';
import { PlanningRefusal } from './refusal.ts';
import type { PredictiveDemand } from './types.ts';

/** A forecast made ready to be asked for windows of any length. */
export interface ForecastDemand {
  readonly source: PredictiveDemand;
  /** `sums[w]` is the expected demand of the first w days; days below 0 count as 0. */
  readonly sums: Float64Array;
  /** Expected demand per day beyond the last forecast day. */
  readonly tailPerDay: number;
  /** Days whose forecast was below 0. */
  readonly negativeDays: number;
  /** Normal scores of the stored levels. */
  readonly scores: Float64Array;
  /** The longest window for which quantiles and daily means are stored. */
  readonly horizonDays: number;
}

/** The stored windows on both sides of a length; `shorter` is −1 before the first. */
export interface WindowBracket {
  readonly shorter: number;
  readonly longer: number;
  /** Weight of the spread of the longer window; above 1 beyond the last stored one. */
  readonly share: number;
}

/** Whole weeks, so that the weekly pattern cancels out; four of them, so that a season does not. */
const TAIL_DAYS = 28;

/**
 * Makes a forecast ready.
 *
 * `demand` daily means and cumulative quantiles · returns sums and normal scores
 * refuses bad_forecast: fewer than two levels, levels not ascending in (0,1), no window, rows of
 * another length, values that are not finite
 */
export function readForecast(demand: PredictiveDemand): ForecastDemand {
  const { levels, quantiles } = demand.cumulative;
  const days = demand.mean.length;
  if (days === 0 || quantiles.length === 0) refuse('cumulative', 'no days', 'at least one day');
  if (levels.length < 2) refuse('cumulative.levels', `${levels.length} levels`, 'at least two');
  const sums = new Float64Array(days + 1);
  let negativeDays = 0;
  for (let day = 0; day < days; day++) {
    const mean = demand.mean[day]!;
    if (!Number.isFinite(mean)) refuse(`mean[${day}]`, String(mean), 'a finite number');
    if (mean < 0) negativeDays++;
    sums[day + 1] = sums[day]! + Math.max(0, mean);
  }
  const scores = new Float64Array(levels.length);
  for (let i = 0; i < levels.length; i++) {
    const level = levels[i]!;
    if (!(level > (i === 0 ? 0 : levels[i - 1]!) && level < 1))
      refuse(`cumulative.levels[${i}]`, String(level), 'probabilities in (0,1), ascending');
    scores[i] = normalQuantile(level);
  }
  const tail = days >= 7 ? Math.floor(Math.min(days, TAIL_DAYS) / 7) * 7 : days;
  const tailPerDay = (sums[days]! - sums[days - tail]!) / tail;
  const last = windowLength(demand, quantiles.length - 1);
  const horizonDays = Math.min(days, last);
  return { source: demand, sums, tailPerDay, negativeDays, scores, horizonDays };
}

/**
 * Expected demand of the first `days` days, the sum of the forecast over those dates.
 *
 * `days` ≥ 0, also fractional · returns units; beyond the forecast the mean of its last whole weeks
 */
export function demandThrough(forecast: ForecastDemand, days: number): number {
  const { sums, tailPerDay } = forecast;
  const known = sums.length - 1;
  if (days >= known) return sums[known]! + (days - known) * tailPerDay;
  const whole = Math.floor(days);
  return sums[whole]! + (days - whole) * (sums[whole + 1]! - sums[whole]!);
}

/**
 * The distribution of demand over the first `days` days, as a curve of quantiles.
 *
 * `days` ≥ 0 · returns the stored quantiles where the window is stored; else the expected demand of
 * the window plus the spread of its neighbours, which grows with √days
 */
export function curveOver(forecast: ForecastDemand, days: number): QuantileCurve {
  const { scores } = forecast;
  const units = new Float64Array(scores.length);
  const bracket = bracketOf(forecast, days);
  const exact = bracket.share === 1;
  const mean = exact ? 0 : demandThrough(forecast, days);
  let highest = 0;
  for (let i = 0; i < units.length; i++) {
    const value = exact
      ? storedQuantile(forecast, { window: bracket.longer, level: i })
      : mean + spreadBetween(forecast, { bracket, level: i });
    highest = Math.max(highest, value);
    units[i] = highest;
  }
  return { scores, units };
}

/** The stored windows around a length, on the scale of √days. */
export function bracketOf(forecast: ForecastDemand, days: number): WindowBracket {
  const count = forecast.source.cumulative.quantiles.length;
  let longer = 0;
  if (forecast.source.cumulative.windows === undefined)
    longer = Math.min(count - 1, Math.max(0, Math.ceil(days) - 1));
  else while (longer < count - 1 && windowLength(forecast.source, longer) < days) longer++;
  const length = windowLength(forecast.source, longer);
  if (days > length) return { shorter: -1, longer, share: Math.sqrt(days / length) };
  const shorter = days === length ? -1 : longer - 1;
  const from = shorter < 0 ? 0 : Math.sqrt(windowLength(forecast.source, shorter));
  if (days === length) return { shorter, longer, share: 1 };
  return { shorter, longer, share: (Math.sqrt(days) - from) / (Math.sqrt(length) - from) };
}

/** Length in days of a stored window. */
export function windowLength(demand: PredictiveDemand, window: number): number {
  return demand.cumulative.windows?.[window] ?? window + 1;
}

/** Mean of a stored window. */
export function storedMean(forecast: ForecastDemand, window: number): number {
  const stored = forecast.source.cumulative.means?.[window];
  return stored ?? demandThrough(forecast, windowLength(forecast.source, window));
}

/** Quantile of a stored window at a stored level. */
export function storedQuantile(
  forecast: ForecastDemand,
  at: { window: number; level: number },
): number {
  const row = forecast.source.cumulative.quantiles[at.window]!;
  const value = row[at.level]!;
  if (!Number.isFinite(value))
    refuse(`cumulative.quantiles[${at.window}][${at.level}]`, String(value), 'a finite number');
  return value;
}

function spreadBetween(
  forecast: ForecastDemand,
  at: { bracket: WindowBracket; level: number },
): number {
  const { shorter, longer, share } = at.bracket;
  const spread = (window: number) =>
    window < 0
      ? 0
      : storedQuantile(forecast, { window, level: at.level }) - storedMean(forecast, window);
  return (1 - share) * spread(shorter) + share * spread(longer);
}

function refuse(field: string, found: string, wanted: string): never {
  throw new PlanningRefusal('bad_forecast', { field: `demand.${field}`, found, wanted });
}
