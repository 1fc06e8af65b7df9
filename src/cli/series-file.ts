import { Refusal } from '../contract/errors.ts';
import type { Frequency, Series } from '../forecast/types.ts';
import { type CsvFile, type CsvRow, openCsv } from './csv.ts';
import { FREQUENCY_NAMES, gridThrough, inferFrequency, type TimeGrid } from './time-grid.ts';
import { type ReadTime, type TimeStyle, timeReader, writeTime } from './time-text.ts';

/** A column of a file: its place, and its name there for messages. */
interface Place {
  readonly at: number;
  readonly name: string;
}

/** Where a long file keeps its three columns. */
export interface SeriesColumns {
  readonly id: Place;
  readonly time: Place;
  readonly value: Place;
}

/** A series on its regular grid, and how the periods after it are dated. */
export interface DatedSeries extends Series {
  readonly y: Float64Array;
  /** Timestamp of the k-th period after the last one; 1 is the next, 0 the last, −1 the one before. */
  dateAfter(k: number): string;
}

export interface SeriesFile {
  readonly name: string;
  readonly frequency: Frequency;
  /** What the dates themselves say, where they are clear. */
  readonly told: Frequency | undefined;
  readonly series: readonly DatedSeries[];
}

/** Reads a long CSV file `unique_id,ds,y` into regular series; gaps become NaN. */
export async function readSeriesFile(
  path: string,
  options: { columns: (file: CsvFile) => SeriesColumns; frequency?: Frequency | undefined },
): Promise<SeriesFile> {
  const file = await openCsv(path);
  const raw = await collect(file, options.columns(file));
  if (raw.groups.size === 0) throw new Refusal('import_file_empty', { where: file.name });
  const groups = [...raw.groups.values()].map(inTimeOrder);
  const told = inferFrequency(groups.map((group) => group.times));
  const frequency = options.frequency ?? told.frequency;
  if (frequency === undefined) throw unclear(file.name, { groups, reason: told.reason });
  const series = groups.map((group) =>
    onGrid(group, { file: file.name, frequency, style: raw.style }),
  );
  return { name: file.name, frequency, told: told.frequency, series };
}

interface Group {
  readonly id: string;
  readonly times: number[];
  readonly values: number[];
  readonly lines: number[];
}

/** Finds columns by the names that the options gave. */
export function namedColumns(words: {
  readonly idColumn: string;
  readonly timeColumn: string;
  readonly valueColumn: string;
}): (file: CsvFile) => SeriesColumns {
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
    return {
      id: place(words.idColumn, '--id-column'),
      time: place(words.timeColumn, '--time-column'),
      value: place(words.valueColumn, '--value-column'),
    };
  };
}

/** What the rows say, gathered by series. */
interface Collected {
  readonly groups: Map<string, Group>;
  readonly style: TimeStyle;
}

async function collect(file: CsvFile, columns: SeriesColumns): Promise<Collected> {
  const groups = new Map<string, Group>();
  let style: TimeStyle | undefined;
  const timeOf = timeReader();
  for await (const batch of file.rows)
    for (const row of batch) {
      const { id, time, value } = readRow(row, { file: file.name, columns, style, timeOf });
      style ??= time.style;
      const group = groups.get(id) ?? started(groups, id);
      group.times.push(time.time);
      group.values.push(value);
      group.lines.push(row.line);
    }
  return { groups, style: style ?? 'date' };
}

function readRow(
  { line, cells }: CsvRow,
  from: {
    file: string;
    columns: SeriesColumns;
    style: TimeStyle | undefined;
    timeOf: (text: string) => ReadTime | undefined;
  },
): { id: string; time: ReadTime; value: number } {
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
  const value = readDemand(text(columns.value));
  if (typeof value === 'string') throw bad(columns.value, value);
  return { id, time, value };
}

function started(groups: Map<string, Group>, id: string): Group {
  const group: Group = { id, times: [], values: [], lines: [] };
  groups.set(id, group);
  return group;
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

function inTimeOrder(group: Group): Group {
  const { times } = group;
  if (times.every((time, i) => i === 0 || times[i - 1]! <= time)) return group;
  const order = times.map((_, i) => i).sort((a, b) => times[a]! - times[b]! || a - b);
  const pick = (from: number[]) => order.map((i) => from[i]!);
  return { id: group.id, times: pick(times), values: pick(group.values), lines: pick(group.lines) };
}

/** A repeated timestamp is named as such, even where the frequency cannot be told either. */
function unclear(
  file: string,
  { groups, reason }: { groups: readonly Group[]; reason: string | undefined },
): Refusal {
  for (const { id, times, lines } of groups)
    for (let i = 1; i < times.length; i++)
      if (times[i] === times[i - 1]) return repeated({ file, id }, lines[i]!, lines[i - 1]!);
  return new Refusal('frequency_unclear', { where: file, found: reason });
}

function repeated(from: { file: string; id: string }, line: number, earlier: number): Refusal {
  const [later, first] = line > earlier ? [line, earlier] : [earlier, line];
  return new Refusal('file_duplicate_date', {
    where: `${from.file}, line ${later}`,
    found: `a second row for the same period of ${from.id} (the first is line ${first})`,
  });
}

/** More periods than this between two rows is a typing error in a date, not a gap. */
const LONGEST_SERIES = 200_000;

function onGrid(
  group: Group,
  options: { file: string; frequency: Frequency; style: TimeStyle },
): DatedSeries {
  const { file, frequency, style } = options;
  const { id, times, values, lines } = group;
  const grid = gridThrough(frequency, times);
  const offGrid = (i: number, found: string) =>
    new Refusal('file_irregular_dates', {
      where: `${file}, line ${lines[i]}`,
      found,
      wanted: `${FREQUENCY_NAMES[frequency]} dates of ${id}, one period apart or several`,
    });
  const at = times.map((time, i) => {
    const index = grid.index(time);
    if (index === undefined) throw offGrid(i, writeTime(time, style));
    return index;
  });
  const length = at.at(-1)! + 1;
  if (length > LONGEST_SERIES) throw offGrid(times.length - 1, `${length} periods in one series`);
  const y = new Float64Array(length).fill(Number.NaN);
  for (let i = 0; i < at.length; i++) {
    if (i > 0 && at[i] === at[i - 1]) throw repeated({ file, id }, lines[i]!, lines[i - 1]!);
    y[at[i]!] = values[i]!;
  }
  const dates = futureDates(grid, { length, style });
  return { id, y, dateAfter: dates };
}

function futureDates(grid: TimeGrid, last: { length: number; style: TimeStyle }) {
  return (k: number): string => writeTime(grid.instant(last.length - 1 + k), last.style);
}
