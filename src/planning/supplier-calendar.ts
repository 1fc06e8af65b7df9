/** When a supplier works: lead times in working days become dates. */

import { dayNumber, isoDate, isoWeekday } from './calendar-day.ts';
import { PlanningRefusal } from './refusal.ts';
import type { IsoDate } from './types.ts';

/** A supplier's working week and closures. */
export interface SupplierCalendar {
  /** ISO weekdays, Monday 1 to Sunday 7; default Monday to Friday. */
  readonly workingWeekdays?: readonly number[];
  /** Holidays and shut-downs, both ends closed. */
  readonly closures?: readonly { readonly from: IsoDate; readonly to: IsoDate }[];
}

const MONDAY_TO_FRIDAY: readonly number[] = [1, 2, 3, 4, 5];
/** Ten years: a closure longer than this is a mistake in the data. */
const LONGEST_SEARCH_DAYS = 3660;

/** A test per day number: is the supplier open? */
export function openDays(calendar: SupplierCalendar): (day: number) => boolean {
  const weekdays = calendar.workingWeekdays ?? MONDAY_TO_FRIDAY;
  const week = new Set(weekdays);
  if (![...week].some((weekday) => weekday >= 1 && weekday <= 7))
    throw new PlanningRefusal('bad_number', {
      field: 'terms.calendar.workingWeekdays',
      found: `[${weekdays.join(', ')}]`,
      wanted: 'at least one weekday from 1 (Monday) to 7 (Sunday)',
    });
  const closures = (calendar.closures ?? []).map(({ from, to }) => ({
    from: dayNumber(from),
    to: dayNumber(to),
  }));
  return (day) =>
    week.has(isoWeekday(day)) && !closures.some(({ from, to }) => day >= from && day <= to);
}

/** Moves `count` open days from `start`; backwards if `direction` is −1; `start` is not counted. */
export function moveOpenDays(
  start: number,
  move: { count: number; direction: 1 | -1; isOpen: (day: number) => boolean },
): number {
  let day = start;
  let left = Math.ceil(move.count);
  for (let step = 0; left > 0; step++) {
    if (step > LONGEST_SEARCH_DAYS + 7 * move.count)
      throw new PlanningRefusal('bad_date', {
        field: 'terms.calendar.closures',
        found: 'no open day within ten years',
        wanted: 'closures that end',
      });
    day += move.direction;
    if (move.isOpen(day)) left--;
  }
  return day;
}

/**
 * The day on which an order is due, counting the supplier's working days.
 *
 * `orderedOn` not counted · `workingDays` whole days, ≥ 0 · returns the due date, an open day
 * (`orderedOn` itself for 0 days) · refuses bad_date
 * source the supplier's calendar of spec vectors: Friday 2026-02-13, 5 days, closed 16–20 Feb →
 * Friday 2026-02-27.
 */
export function dueDate(
  orderedOn: IsoDate,
  lead: { workingDays: number; calendar: SupplierCalendar },
): IsoDate {
  const isOpen = openDays(lead.calendar);
  return isoDate(
    moveOpenDays(dayNumber(orderedOn), { count: lead.workingDays, direction: 1, isOpen }),
  );
}
