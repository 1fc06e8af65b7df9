import { addDays, daysBetween } from '../store/calendar-day.ts';

/** The days that one recomputation of proposals is about. */
export interface PlanningDays {
  /** Day at whose end stock is taken to be as it was counted. */
  readonly asOf: string;
  /** Day on which orders would be placed: today. */
  readonly orderOn: string;
  /** Days of the forecast that are over by the end of `asOf`. */
  readonly elapsedDays: number;
  /** Days from the last known sales to yesterday. */
  readonly forecastAgeDays: number;
  /** The forecast has no day left: its first days stand in for those that come. */
  readonly isOutdated: boolean;
}

/**
 * Orders are placed today. Stock is that of yesterday evening, or of the newest count where that is
 * older, and the forecast goes on from there: what is sold until the order arrives comes off it.
 *
 * A forecast whose horizon is over says nothing about today; its level is the best there is, so it
 * is used as if it began now. Stock of back then would be projected over all the time between.
 */
export function planningDays(known: {
  /** Last day of the sales behind the forecast. */
  readonly origin: string;
  readonly horizonDays: number;
  /** Newest day of a stock count; null without stock. */
  readonly counted: string | null;
  readonly today: string;
}): PlanningDays {
  const { origin, horizonDays, counted, today } = known;
  const yesterday = addDays(today, -1);
  const forecastAgeDays = Math.max(0, daysBetween(origin, yesterday));
  if (forecastAgeDays >= horizonDays)
    return { asOf: yesterday, orderOn: today, elapsedDays: 0, forecastAgeDays, isOutdated: true };
  const stockDay = counted !== null && counted < yesterday ? counted : yesterday;
  const asOf = stockDay > origin ? stockDay : origin;
  return {
    asOf,
    orderOn: asOf > today ? asOf : today,
    elapsedDays: daysBetween(origin, asOf),
    forecastAgeDays,
    isOutdated: false,
  };
}
