import type { RowErrorCode } from '../../../contract/index.ts';
import { addDays } from '../../store/calendar-day.ts';
import type { CellType, ImportColumn } from '../kinds/kind.ts';
import { type DateFormat, readDate } from './date.ts';
import { type DecimalSign, readNumber } from './number.ts';

/** A cell that cannot be taken over. One instance per code: a million bad cells cost nothing. */
export class CellFault {
  readonly code: RowErrorCode;
  constructor(code: RowErrorCode) {
    this.code = code;
  }
}

const faults = new Map<RowErrorCode, CellFault>();
export function fault(code: RowErrorCode): CellFault {
  const found = faults.get(code) ?? new CellFault(code);
  faults.set(code, found);
  return found;
}

/** What reading a cell depends on beside the cell. */
export interface CellContext {
  readonly today: string;
  readonly dateFormat: DateFormat | undefined;
  readonly decimal: DecimalSign | undefined;
  /** Key → id of the rows that a reference may name. */
  readonly ids: Readonly<Record<'products' | 'suppliers', ReadonlyMap<string, string>>>;
}

/** From a cell to the text that COPY takes, or to what is wrong with it. */
export type CellReader = (cell: string) => string | CellFault;

const NULL = '\\N';
/** How far a plan may reach: a wrong year shall be noticed. */
const DAYS_AHEAD = 730;

/** The reader of a column: blanks first, then its type. */
export function cellReader(column: ImportColumn, context: CellContext): CellReader {
  const blank = blankOf(column, context);
  const read = readers[column.type.is](column.type as never, context);
  return (cell) => {
    const trimmed = cell.trim();
    return trimmed === '' ? blank : read(trimmed);
  };
}

/** What COPY is given where the cell is blank. */
export function blankOf(column: ImportColumn, { today }: Pick<CellContext, 'today'>) {
  if (column.required) return fault('missing_value');
  if (column.blank === 'today') return today;
  return column.blank ?? NULL;
}

type Of<K extends CellType['is']> = Extract<CellType, { is: K }>;
const readers: { [K in CellType['is']]: (type: Of<K>, context: CellContext) => CellReader } = {
  text: (type) => (cell) => (cell.length > type.maxLength ? fault('text_too_long') : escaped(cell)),
  number: (type, { decimal }) => {
    const checked = rangeCheck(type);
    return (cell) => {
      if (/^\d{1,9}$/.test(cell)) return checked(cell);
      const number = readNumber(cell, decimal);
      return 'code' in number ? fault(number.code) : checked(number.text);
    };
  },
  date: ({ planned }, context) => {
    const last = planned ? addDays(context.today, DAYS_AHEAD) : context.today;
    const later = fault(planned ? 'date_too_far' : 'date_in_future');
    return remembered((cell) => dateText(cell, { context, last, later }));
  },
  boolean: () => remembered((cell) => choice(booleans, cell)),
  currency: () => (cell) =>
    /^[A-Za-z]{3}$/.test(cell) ? cell.toUpperCase() : fault('not_a_choice'),
  weekdays: () => remembered(weekdaysText),
  reference: (type, { ids }) => {
    const known = ids[type.to];
    const unknown = fault(type.to === 'products' ? 'unknown_sku' : 'unknown_supplier');
    return (cell) => known.get(cell) ?? unknown;
  },
};

function rangeCheck(type: Of<'number'>): CellReader {
  return (text) => {
    const value = Number(text);
    if (value < 0) return fault('negative_quantity');
    if (value === 0 && type.sign === 'above-zero') return fault('out_of_range');
    if (value > type.max || (type.below && value === type.max)) return fault('out_of_range');
    const point = text.indexOf('.');
    if (point < 0 || text.length - point - 1 <= type.decimals) return text;
    // Spreadsheets write 0.30000000000000004 for 0.3: noise of the last digits is not a decimal place.
    const rounded = value.toFixed(type.decimals);
    const noise = Math.abs(Number(rounded) - value) <= 1e-12 * Math.max(1, value);
    return noise ? rounded : fault('too_many_decimals');
  };
}

function dateText(
  cell: string,
  { context, last, later }: { context: CellContext; last: string; later: CellFault },
): string | CellFault {
  const date = readDate(cell, context.dateFormat);
  if ('code' in date) return fault(date.code);
  return date.text > last ? later : date.text;
}

const booleans: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['yes', 'y', 'true', 't', '1', '1.0', 'ja', 'x'].map((word) => [word, 't']),
  ),
  ...Object.fromEntries(['no', 'n', 'false', 'f', '0', '0.0', 'nein'].map((word) => [word, 'f'])),
};

function choice(choices: Readonly<Record<string, string>>, cell: string): string | CellFault {
  const word = cell.toLowerCase();
  return Object.hasOwn(choices, word) ? choices[word]! : fault('not_a_choice');
}

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** `1-5`, `1,2,4`, `Mon-Fri`, `mon tue` → `{1,2,…}`. */
function weekdaysText(cell: string): string | CellFault {
  const days = new Set<number>();
  for (const part of cell
    .toLowerCase()
    .split(/[,;\s]+/)
    .filter(Boolean)) {
    const ends = part.split(/[-–]/).map(dayNumber);
    const [from, to = from] = ends;
    if (ends.length > 2 || !from || !to || to < from) return fault('not_a_choice');
    for (let day = from; day <= to; day++) days.add(day);
  }
  return `{${[...days].sort().join(',')}}`;
}

function dayNumber(text: string): number | undefined {
  if (/^[1-7]$/.test(text)) return Number(text);
  const index = dayNames.indexOf(text.slice(0, 3));
  return text.length >= 3 && index >= 0 ? index + 1 : undefined;
}

/** Files repeat the same few thousand dates; each is read once. The memory stays bounded. */
function remembered(read: CellReader): CellReader {
  const seen = new Map<string, string | CellFault>();
  return (cell) => {
    const known = seen.get(cell);
    if (known !== undefined) return known;
    if (seen.size > 20_000) seen.clear();
    const value = read(cell);
    seen.set(detached(cell), value);
    return value;
  };
}

/** A copy that does not keep alive the piece of the file that it was cut from. */
export function detached(text: string): string {
  return Buffer.from(text).toString();
}

/** Backslash, tab and newlines have a meaning in COPY. */
function escaped(text: string): string {
  if (!/[\\\t\n\r]/.test(text)) return text;
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
}
