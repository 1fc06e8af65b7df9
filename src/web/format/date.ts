import { locale } from './locale.ts';

const dayMilliseconds = 86_400_000;

/** Made when first used: each costs milliseconds, and few pages need them all. */
function format(options: Intl.DateTimeFormatOptions): { format(value: Date): string } {
  let made: Intl.DateTimeFormat | undefined;
  return {
    format: (value) => {
      made ??= new Intl.DateTimeFormat(locale, options);
      return made.format(value);
    },
  };
}

/** A day of business carries no zone: it is read and written as UTC, or it moves by one. */
const utc = (options: Intl.DateTimeFormatOptions) => format({ timeZone: 'UTC', ...options });

const shortDay = utc({ day: 'numeric', month: 'short' });
const fullDay = utc({ day: 'numeric', month: 'short', year: 'numeric' });
const longDay = utc({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const weekDay = utc({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
const moment = format({
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

const shortMonth = utc({ month: 'short' });
const wholeMonth = utc({ month: 'long', year: 'numeric' });

function asDate(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

/** "23 Nov 2026". */
export function day(value: string | null | undefined): string {
  return value ? fullDay.format(asDate(value)) : '–';
}

/** "November 2026", of `2026-11`. */
export function month(value: string): string {
  return wholeMonth.format(asDate(`${value}-01`));
}

/** "Nov". */
export function monthShort(value: string): string {
  return shortMonth.format(asDate(value));
}

/** "23 Nov". */
export function dayShort(value: string | null | undefined): string {
  return value ? shortDay.format(asDate(value)) : '–';
}

const nearMilliseconds = 150 * dayMilliseconds;

/** Without its year where nobody could mistake it: within five months from now. */
export function dayNear(value: string | null | undefined, now = Date.now()): string {
  if (!value) return '–';
  return Math.abs(asDate(value).getTime() - now) < nearMilliseconds ? dayShort(value) : day(value);
}

/** "Monday 23 November 2026". */
export function dayLong(value: string | null | undefined): string {
  return value ? longDay.format(asDate(value)) : '–';
}

/** "Mon, 23 Nov 2026". */
export function dayWithWeekday(value: string): string {
  return weekDay.format(asDate(value));
}

/** An instant in the reader's own zone: "23 Nov, 14:20". */
export function instant(value: string | null | undefined): string {
  return value ? moment.format(new Date(value)) : '–';
}

export function daysBetween(from: string, to: string): number {
  return Math.round((asDate(to).getTime() - asDate(from).getTime()) / dayMilliseconds);
}

export function addDays(value: string, days: number): string {
  return new Date(asDate(value).getTime() + days * dayMilliseconds).toISOString().slice(0, 10);
}

/** "today", "tomorrow", "in 5 days", "3 days ago". */
export function relativeDay(value: string, today: string): string {
  const days = daysBetween(today, value);
  if (days === 0) return 'today';
  if (days === 1) return 'tomorrow';
  if (days === -1) return 'yesterday';
  return days > 0 ? `in ${days} days` : `${-days} days ago`;
}

/** The reader's own calendar day: "in 3 days" is said from here, not from the day of the data. */
export function calendarDay(now = new Date()): string {
  const parts = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  return parts.map((part) => String(part).padStart(2, '0')).join('-');
}

/** When stock runs out, and how far off that is; `isOut` where there is none even now. */
export function runOutWords(
  stockOutOn: string,
  { isOut, today = calendarDay() }: { isOut: boolean; today?: string },
): { when: string; away: string | null } {
  if (isOut || stockOutOn < today) return { when: 'Already out', away: null };
  if (stockOutOn === today) return { when: 'Today', away: null };
  return { when: dayNear(stockOutOn), away: relativeDay(stockOutOn, today) };
}

const isoDay = /\b\d{4}-\d{2}-\d{2}\b/g;

/** A sentence of the server, whose days are ISO dates, with days as they are written here. */
export function withDays(text: string): string {
  return text.replaceAll(isoDay, (found) => dayNear(found));
}

/** Seconds since the epoch at the start of the day, as charts count. */
export function epochSeconds(value: string): number {
  return asDate(value).getTime() / 1000;
}

export function fromEpochSeconds(value: number): string {
  return new Date(value * 1000).toISOString().slice(0, 10);
}

/** "1 min 12 s" between two instants. */
export function duration(from: string | null, to: string | null): string {
  if (!from || !to) return '–';
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
