/** Calendar days as whole numbers, so that date arithmetic knows no zone and no clock. */

import { PlanningRefusal } from './refusal.ts';
import type { IsoDate } from './types.ts';

const MS_PER_DAY = 86_400_000;
const SHAPE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Days since 1970-01-01. Refuses bad_date for anything that is not an existing `YYYY-MM-DD`. */
export function dayNumber(date: IsoDate): number {
  const match = SHAPE.exec(date);
  if (match !== null) {
    const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
    const at = new Date(Date.UTC(year, month - 1, day));
    if (at.getUTCMonth() === month - 1 && at.getUTCDate() === day) return at.getTime() / MS_PER_DAY;
  }
  throw new PlanningRefusal('bad_date', { found: date, wanted: 'an existing day as YYYY-MM-DD' });
}

/** The `YYYY-MM-DD` of a day number. */
export function isoDate(day: number): IsoDate {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

/** ISO weekday, Monday 1 to Sunday 7. */
export function isoWeekday(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}
