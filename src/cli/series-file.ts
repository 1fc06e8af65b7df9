import { Refusal } from '../contract/errors.ts';
import type { Frequency, Series } from '../forecast/types.ts';
import { type CsvFile, openCsv } from './csv.ts';
import { FREQUENCY_NAMES, gridThrough, inferFrequency, type TimeGrid } from './time-grid.ts';
import { readTime, type TimeStyle, writeTime } from './time-text.ts';

/** Names of the columns of a long file. */
export interface SeriesColumns {
  readonly id: string;
  readonly time: string;
  readonly value: string;
}

/** A series on its regular grid, and how the periods after it are dated. */
export interface DatedSeries extends Series {
  readonly y: Float64Array;
  /** Timestamp of the k-th period after the last one, k from 1. */
  dateAfter(k: number): string;
}

export interface SeriesFile {
  readonly name: string;
  readonly frequency: Frequency;
  readonly inferred: boolean;
  readonly series: readonly DatedSeries[];
}

/** Reads a long CSV file `unique_id,ds,y` into regular series; gaps become NaN. */
export async function readSeriesFile(
  path: string,
  options: { columns: SeriesColumns; frequency?: Frequency | undefined },
): Promise<SeriesFile> {
  const file = await openCsv(path);
  const columns = places(file, options.columns);
  const raw = await collect(file, { columns, names: options.columns });
  if (raw.groups.size === 0) throw new Refusal('import_file_empty', { where: file.name });
  const groups = [...raw.groups.values()].map(inTimeOrder);
  const frequency = options.frequency ?? inferred(file.name, groups);
  const series = groups.map((group) =>
    onGrid(group, { file: file.name, frequency, style: raw.style }),
  );
  return { name: file.name, frequency, inferred: options.frequency === undefined, series };
}

interface Group {
  readonly id: string;
  readonly times: number[];
  readonly values: number[];
  readonly lines: number[];
}

interface Places {
  readonly id: number;
  readonly time: number;
  readonly value: number;
}

function places(file: CsvFile, names: SeriesColumns): Places {
  const place = (name: string, option: string): number => {
    const at = file.header.indexOf(name);
    if (at >= 0) return at;
    throw new Refusal('import_missing_column', {
      where: `${file.name}, line 1`,
      found: file.header.join(', '),
      wanted: name,
      next: `Rename a column to ${name}, or say which one it is with ${option}.`,
    });
  };
  return {
    id: place(names.id, '--id-column'),
    time: place(names.time, '--time-column'),
    value: place(names.value, '--value-column'),
  };
}

async function collect(
  file: CsvFile,
  options: { columns: Places; names: SeriesColumns },
): Promise<{ groups: Map<string, Group>; style: TimeStyle }> {
  const { columns, names } = options;
  const groups = new Map<string, Group>();
  let style: TimeStyle | undefined;
  for await (const batch of file.rows)
    for (const { line, cells } of batch) {
      const bad = (column: string, found: string, wanted: string) =>
        new Refusal('file_bad_value', {
          where: `${file.name}, line ${line}, column ${column}`,
          found: found === '' ? '(blank)' : found,
          wanted,
        });
      const id = cells[columns.id]!.trim();
      if (id === '') throw bad(names.id, '', 'the name of a series');
      const text = cells[columns.time]!.trim();
      const read = readTime(text);
      if (!read) throw bad(names.time, text, 'a date such as 2024-01-31 (YYYY-MM-DD)');
      style ??= read.style;
      if (read.style !== style)
        throw bad(names.time, text, `the same form as in the rows above (${style})`);
      const value = readDemand(cells[columns.value]!);
      if (typeof value === 'string') throw bad(names.value, cells[columns.value]!, value);
      const group = groups.get(id) ?? started(groups, id);
      group.times.push(read.time);
      group.values.push(value);
      group.lines.push(line);
    }
  return { groups, style: style ?? 'date' };
}

function started(groups: Map<string, Group>, id: string): Group {
  const group: Group = { id, times: [], values: [], lines: [] };
  groups.set(id, group);
  return group;
}

const MISSING = /^(?:|na|nan|null|none)$/i;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Demand of one period, NaN for one that was not observed, or what was wanted instead. */
function readDemand(cell: string): number | string {
  const text = cell.trim();
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

function inferred(file: string, groups: readonly Group[]): Frequency {
  const answer = inferFrequency(groups.map((group) => group.times));
  if (answer.frequency !== undefined) return answer.frequency;
  refuseRepeats(file, groups);
  throw new Refusal('frequency_unclear', { where: file, found: answer.reason });
}

/** A repeated timestamp is named as such, even where the frequency cannot be told either. */
function refuseRepeats(file: string, groups: readonly Group[]): void {
  for (const { id, times, lines } of groups)
    for (let i = 1; i < times.length; i++)
      if (times[i] === times[i - 1]) throw repeated({ file, id }, lines[i]!, lines[i - 1]!);
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
