/** What the calendar says of a period: numbers that trees can split on. */

import type { Frequency } from '../types.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const STEPS: Partial<Record<Frequency, number>> = { H: HOUR, D: DAY, W: 7 * DAY };
const MONTHS: Partial<Record<Frequency, number>> = { M: 1, Q: 3, Y: 12 };

/** Names of what `calendarOf` tells, by spacing of the periods. */
export const CALENDAR: Readonly<Record<Frequency, readonly string[]>> = {
  H: ['hour', 'day of week', 'month'],
  D: ['day of week', 'day of month', 'days to month end', 'week of year', 'month'],
  W: ['week of month', 'week of year', 'month'],
  M: ['month'],
  Q: ['quarter'],
  Y: [],
};

/**
 * Number of the period that begins at an instant: equal numbers are the same period in any series.
 * `start` milliseconds since 1970, UTC · returns whole periods
 */
export function periodNumber(start: number, frequency: Frequency): number {
  const step = STEPS[frequency];
  if (step !== undefined) return Math.floor(start / step);
  const date = new Date(start);
  return Math.floor((12 * date.getUTCFullYear() + date.getUTCMonth()) / MONTHS[frequency]!);
}

/**
 * Period after the last one of a series, on the clock of its panel; series without dates end together.
 * `series` with the instant of its first period, where it is dated
 */
export function endOf(
  { start, y }: { readonly start?: number | undefined; readonly y: ArrayLike<number> },
  { dated, frequency }: { readonly dated: boolean; readonly frequency: Frequency },
): number {
  return dated ? periodNumber(start!, frequency) + y.length : 0;
}

/**
 * Features of one period, in the order of CALENDAR.
 * `start` milliseconds since 1970, UTC, of the first period · `t` periods later
 */
export function calendarOf(start: number, t: number, frequency: Frequency): readonly number[] {
  const step = STEPS[frequency];
  const date =
    step !== undefined ? new Date(start + t * step) : monthsLater(start, t * MONTHS[frequency]!);
  const month = date.getUTCMonth() + 1;
  const day = date.getUTCDate();
  const year = date.getUTCFullYear();
  const week = Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY)) + 1;
  switch (frequency) {
    case 'H':
      return [date.getUTCHours(), date.getUTCDay(), month];
    case 'D':
      return [
        date.getUTCDay(),
        day,
        new Date(Date.UTC(year, month, 0)).getUTCDate() - day,
        week,
        month,
      ];
    case 'W':
      return [Math.ceil(day / 7), week, month];
    case 'M':
      return [month];
    case 'Q':
      return [Math.ceil(month / 3)];
    case 'Y':
      return [];
  }
}

function monthsLater(start: number, months: number): Date {
  const first = new Date(start);
  return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + months, 1));
}
