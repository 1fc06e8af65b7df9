import { Refusal } from '../contract/errors.ts';
import type { PanelSeries } from '../forecast/index.ts';
import type { Frequency } from '../forecast/types.ts';
import { type CsvFile, openCsv } from './csv.ts';
import { collect, type Group, type SeriesColumns } from './series-rows.ts';
import { FREQUENCY_NAMES, gridThrough, inferFrequency, type TimeGrid } from './time-grid.ts';
import { type TimeStyle, writeTime } from './time-text.ts';

/** A series on its regular grid, and how the periods after it are dated. */
export interface DatedSeries extends PanelSeries {
  readonly y: Float64Array;
  /** Series of one name end at the same period, and are forecast together by a model that can. */
  readonly group?: string;
  readonly start: number;
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

/**
 * Reads a long CSV file `unique_id,ds,y` into regular series; gaps become NaN. Where columns of it are
 * covariates, rows without demand after the last one with it are the future that they are known for.
 * Where its newest period is not over yet, what that shows so far counts as not observed.
 */
export async function readSeriesFile(
  path: string,
  options: {
    columns: (file: CsvFile) => SeriesColumns;
    frequency?: Frequency | undefined;
    unfinished?: boolean | undefined;
  },
): Promise<SeriesFile> {
  const file = await openCsv(path);
  const columns = options.columns(file);
  const raw = await collect(file, columns);
  if (raw.groups.size === 0) throw new Refusal('import_file_empty', { where: file.name });
  const groups = [...raw.groups.values()].map(inTimeOrder);
  const told = inferFrequency(groups.map((group) => group.times));
  const frequency = options.frequency ?? told.frequency;
  if (frequency === undefined) throw unclear(file.name, { groups, reason: told.reason });
  const { style } = raw;
  const covariates = (columns.covariates ?? []).map(({ name }, c): Covariate => {
    const cells = groups.flatMap(({ flags }) => flags[c]!);
    return { name, blank: isMeasured(cells) ? Number.NaN : 0 };
  });
  const newest = groups.reduce(
    (latest, { end }) => Math.max(latest, end),
    Number.NEGATIVE_INFINITY,
  );
  const unfinished = options.unfinished ? newest : undefined;
  const about = { file: file.name, frequency, style, covariates, unfinished };
  const series = groups.map((group) => onGrid(group, about));
  return { name: file.name, frequency, told: told.frequency, series };
}

function inTimeOrder(group: Group): Group {
  const { times, values, lines, flags, prices } = group;
  if (times.every((time, i) => i === 0 || times[i - 1]! <= time)) return group;
  const order = times.map((_, i) => i).sort((a, b) => times[a]! - times[b]! || a - b);
  const pick = (from: readonly number[]) => order.map((i) => from[i]!);
  return {
    ...group,
    times: pick(times),
    values: pick(values),
    lines: pick(lines),
    flags: flags.map(pick),
    prices: prices.length > 0 ? pick(prices) : prices,
  };
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

/** A column known in advance, and what a blank in it stands for, as does a period without a row. */
interface Covariate {
  readonly name: string;
  readonly blank: number;
}

/** A promotion or a discount that is not named is none; a temperature is not 0 because nobody wrote it down. */
function isMeasured(cells: readonly number[]): boolean {
  const filled = cells.filter((value) => !Number.isNaN(value));
  return 2 * filled.length > cells.length && !filled.every(Number.isInteger);
}

interface GridOptions {
  readonly file: string;
  readonly frequency: Frequency;
  readonly style: TimeStyle;
  readonly covariates: readonly Covariate[];
  /** Time of the period that is not over yet. */
  readonly unfinished: number | undefined;
}

function onGrid(group: Group, options: GridOptions): DatedSeries {
  const { file, frequency, style, covariates } = options;
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
  const flags = covariates.map(({ blank }) => new Float64Array(length).fill(blank));
  const prices = new Float64Array(group.prices.length > 0 ? length : 0).fill(Number.NaN);
  for (let i = 0; i < at.length; i++) {
    if (i > 0 && at[i] === at[i - 1]) throw repeated({ file, id }, lines[i]!, lines[i - 1]!);
    y[at[i]!] = times[i] === options.unfinished ? Number.NaN : values[i]!;
    for (let c = 0; c < flags.length; c++)
      if (!Number.isNaN(group.flags[c]![i]!)) flags[c]![at[i]!] = group.flags[c]![i]!;
    if (prices.length > 0) prices[at[i]!] = group.prices[i]!;
  }
  const ahead = flags.length > 0 || prices.length > 0;
  const known = ahead ? observedLength(group, at, length) : length;
  const dateAfter = futureDates(grid, { length: known, style });
  const named = Object.fromEntries(covariates.map(({ name }, c) => [name, flags[c]!]));
  return {
    id,
    y: y.slice(0, known),
    start: grid.instant(0),
    dateAfter,
    // A blank is no group; and what ends elsewhere is not laid beside the others.
    ...(group.group && { group: `${group.group} ${dateAfter(0)}` }),
    ...(flags.length > 0 && { covariates: named }),
    ...(prices.length > 0 && { price: prices }),
    ...(group.category !== undefined && { category: group.category }),
  };
}

/** Periods up to the last one with a demand in the file; all of them where none has one. */
function observedLength(group: Group, at: readonly number[], length: number): number {
  const last = group.times.indexOf(group.end);
  return last < 0 ? length : at[last]! + 1;
}

function futureDates(grid: TimeGrid, last: { length: number; style: TimeStyle }) {
  return (k: number): string => writeTime(grid.instant(last.length - 1 + k), last.style);
}
