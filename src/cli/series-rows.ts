import { Refusal } from '../contract/errors.ts';
import type { CsvFile, CsvRow } from './csv.ts';
import { type ReadTime, type TimeStyle, timeReader } from './time-text.ts';

/** A column of a file: its place, and its name there for messages. */
interface Place {
  readonly at: number;
  readonly name: string;
}

/** Where a long file keeps what is read of it. */
export interface SeriesColumns {
  readonly id: Place;
  readonly time: Place;
  readonly value: Place;
  /** What is known in advance, such as promotions. */
  readonly covariates?: readonly Place[];
  /** Whether it could be bought in that period. */
  readonly stock?: Place | undefined;
  /** Series of one group are forecast together by a model that can. */
  readonly group?: Place | undefined;
  readonly price?: Place | undefined;
  readonly category?: Place | undefined;
}

/** The rows of one series, column by column. */
export interface Group {
  readonly id: string;
  readonly times: number[];
  /** Demand; NaN where it was not observed, or nothing was left to sell. */
  readonly values: number[];
  readonly lines: number[];
  /** One list per covariate; NaN where it is blank. */
  readonly flags: readonly number[][];
  /** Name of its group, where the file has them. */
  readonly group: string | undefined;
  /** Price per row, NaN where it is not known; empty without such a column. */
  readonly prices: number[];
  /** The first category named. */
  category: string | undefined;
  /** The last time with a demand written in the file. */
  end: number;
}

/** What the rows say, gathered by series. */
export interface Collected {
  readonly groups: Map<string, Group>;
  readonly style: TimeStyle;
}

/** The words of the command line that name columns. */
export interface ColumnWords {
  readonly idColumn: string;
  readonly timeColumn: string;
  readonly valueColumn: string;
  readonly covariates?: readonly string[];
  readonly stockColumn?: string;
  readonly groupColumn?: string;
  readonly priceColumn?: string;
  readonly categoryColumn?: string;
  readonly unfinished?: boolean;
}

/** Finds columns by the names that the options gave. */
export function namedColumns(words: ColumnWords): (file: CsvFile) => SeriesColumns {
  return (file) => {
    const place = (name: string, option: string): Place => {
      const at = file.header.indexOf(name);
      if (at >= 0) return { name, at };
      throw new Refusal('import_missing_column', {
        where: `${file.name}, line 1`,
        found: file.header.join(', '),
        wanted: name,
        next: `Rename a column to ${name}, or say which one it is with ${option}.`,
      });
    };
    const { stockColumn, groupColumn, priceColumn, categoryColumn, covariates = [] } = words;
    const perhaps = (name: string | undefined, option: string) =>
      name === undefined ? undefined : place(name, option);
    return {
      id: place(words.idColumn, '--id-column'),
      time: place(words.timeColumn, '--time-column'),
      value: place(words.valueColumn, '--value-column'),
      covariates: covariates.map((name) => place(name, '--covariates')),
      stock: perhaps(stockColumn, '--stock-column'),
      group: perhaps(groupColumn, '--group-column'),
      price: perhaps(priceColumn, '--price-column'),
      category: perhaps(categoryColumn, '--category-column'),
    };
  };
}

/** Gathers the rows of a file by series. */
export async function collect(file: CsvFile, columns: SeriesColumns): Promise<Collected> {
  const groups = new Map<string, Group>();
  let style: TimeStyle | undefined;
  const timeOf = timeReader();
  for await (const batch of file.rows)
    for (const row of batch) {
      const read = readRow(row, { file: file.name, columns, style, timeOf });
      const { id, time, value, given, flags, group: name, price, category } = read;
      style ??= time.style;
      const start = { id, covariates: flags.length, group: name };
      const group = groups.get(id) ?? started(groups, start);
      if (group.group !== name) throw otherGroup(file.name, { row, columns, group });
      group.times.push(time.time);
      group.values.push(value);
      group.lines.push(row.line);
      for (let c = 0; c < flags.length; c++) group.flags[c]!.push(flags[c]!);
      if (price !== undefined) group.prices.push(price);
      group.category ??= category;
      if (given && time.time > group.end) group.end = time.time;
    }
  return { groups, style: style ?? 'date' };
}

interface ReadRow {
  readonly id: string;
  readonly time: ReadTime;
  readonly value: number;
  readonly given: boolean;
  readonly flags: readonly number[];
  readonly group: string | undefined;
  readonly price: number | undefined;
  readonly category: string | undefined;
}

/** A series is in one group, whatever the row. */
function otherGroup(
  file: string,
  { row, columns, group }: { row: CsvRow; columns: SeriesColumns; group: Group },
): Refusal {
  const { name, at } = columns.group!;
  return new Refusal('file_bad_value', {
    where: `${file}, line ${row.line}, column ${name}`,
    found: row.cells[at]!.trim() || '(blank)',
    wanted: `${group.group || '(blank)'}, as in the rows above of ${group.id}`,
  });
}

const NONE: readonly number[] = [];

function readRow(
  { line, cells }: CsvRow,
  from: {
    file: string;
    columns: SeriesColumns;
    style: TimeStyle | undefined;
    timeOf: (text: string) => ReadTime | undefined;
  },
): ReadRow {
  const { columns, style } = from;
  const text = (place: Place) => cells[place.at]!.trim();
  const bad = (place: Place, wanted: string) =>
    new Refusal('file_bad_value', {
      where: `${from.file}, line ${line}, column ${place.name}`,
      found: text(place) === '' ? '(blank)' : text(place),
      wanted,
    });
  const id = text(columns.id);
  if (id === '') throw bad(columns.id, 'the name of a series');
  const time = from.timeOf(text(columns.time));
  if (!time)
    throw bad(columns.time, 'a date such as 2024-01-31, or a time such as 2024-01-31T08:00:00Z');
  if (style !== undefined && time.style !== style)
    throw bad(columns.time, `the same form as in the rows above (${style})`);
  const demand = readDemand(text(columns.value));
  if (typeof demand === 'string') throw bad(columns.value, demand);
  const flagAt = (place: Place, read: (text: string) => number | string) => {
    const flag = read(text(place));
    if (typeof flag === 'string') throw bad(place, flag);
    return flag;
  };
  const flags = columns.covariates?.map((place) => flagAt(place, readFlag)) ?? NONE;
  const inStock = columns.stock === undefined || flagAt(columns.stock, readStock) === 1;
  const price = columns.price && flagAt(columns.price, readPrice);
  const category = (columns.category && text(columns.category)) || undefined;
  const given = !MISSING.test(text(columns.value));
  const group = columns.group && text(columns.group);
  const value = inStock ? demand : Number.NaN;
  return { id, time, value, given, flags, group, price, category };
}

function started(
  groups: Map<string, Group>,
  { id, covariates, group }: { id: string; covariates: number; group: string | undefined },
): Group {
  const flags = Array.from({ length: covariates }, () => []);
  const lists = { times: [], values: [], lines: [], flags, prices: [] };
  const made: Group = { id, ...lists, group, category: undefined, end: -Infinity };
  groups.set(id, made);
  return made;
}

const MISSING = /^(?:|na|nan|null|none)$/i;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Demand of one period, NaN for one that was not observed, or what was wanted instead. */
function readDemand(text: string): number | string {
  if (MISSING.test(text)) return Number.NaN;
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value))
    return 'a number with a decimal point, or nothing for a missing period';
  if (value < 0) return 'demand of 0 or more; book returns apart from sales';
  return value;
}

/** A price, NaN where it is not known, or what was wanted instead. */
function readPrice(text: string): number | string {
  if (MISSING.test(text)) return Number.NaN;
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  return value > 0 && value < Number.POSITIVE_INFINITY
    ? value
    : 'a price above 0, or nothing where it is not known';
}

const YES = /^(?:1|yes|y|true|t)$/i;
const NO = /^(?:0|no|n|false|f)$/i;

/** A flag, the number of a category, or what is measured; NaN for a blank, or what was wanted instead. */
function readFlag(text: string): number | string {
  if (text === '') return Number.NaN;
  if (YES.test(text)) return 1;
  if (NO.test(text)) return 0;
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  return 'yes or no, 1 or 0, the number of a category, or what is measured; nothing for no';
}

/** Whether it was in stock; a blank says that nothing else is known. */
function readStock(text: string): number | string {
  if (text === '' || YES.test(text)) return 1;
  return NO.test(text) ? 0 : 'yes or no, 1 or 0; nothing where it is not known';
}
