import type { RowErrorCode } from '../../../contract/index.ts';

export type DateFormat = 'ymd' | 'dmy' | 'mdy';

const yearFirst = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/;
const compact = /^(\d{4})(\d{2})(\d{2})$/;
const yearLast = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/;
/** Exports of timestamps write midnight; any other time would say that the cell is no day. */
const midnight = /[T ]00:00(:00(\.0+)?)?(Z|[+-]00:?00)?$/;

/** What a date with the year last says about the order of day and month; `open` reads in both. */
export type DateOrder = 'dmy' | 'mdy' | 'open' | 'equal';

export function provenDateOrder(cell: string): DateOrder | undefined {
  const parts = yearLast.exec(cell.replace(midnight, ''));
  if (!parts) return undefined;
  // Dots are written where the day comes first.
  if (parts[2] === '.') return 'dmy';
  const [first, second] = [Number(parts[1]), Number(parts[3])];
  if (first > 12 || second > 12) return first > second ? 'dmy' : 'mdy';
  return first === second ? 'equal' : 'open';
}

/** A cell as YYYY-MM-DD, or the code of what is wrong. Dates with the year first are read in any format. */
export function readDate(
  cell: string,
  format: DateFormat | undefined,
): { text: string } | { code: RowErrorCode } {
  const day = cell.replace(midnight, '');
  const first = yearFirst.exec(day);
  if (first) return dayOf(first[1]!, first[3]!, first[4]!);
  const tight = compact.exec(day);
  if (tight) return dayOf(tight[1]!, tight[2]!, tight[3]!);
  const last = yearLast.exec(day);
  if (!last || format === 'ymd') return { code: 'not_a_date' };
  const monthFirst = format === 'mdy';
  return dayOf(last[4]!, monthFirst ? last[1]! : last[3]!, monthFirst ? last[3]! : last[1]!);
}

function dayOf(
  year: string,
  month: string,
  day: string,
): { text: string } | { code: RowErrorCode } {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (m < 1 || m > 12 || d < 1 || d > daysInMonth(y, m)) return { code: 'not_a_date' };
  if (y < 1900 || y > 2199) return { code: 'out_of_range' };
  return { text: `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` };
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
