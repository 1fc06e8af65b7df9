/** The data sets of the accuracy bench: how each file is read, and which window of it is scored. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Which part is scored: `development` ends where the published test begins, and may be tuned on. */
export type Split = 'development' | 'test';

/** One history and what came after it. */
export interface Case {
  readonly id: string;
  readonly train: Float64Array;
  readonly actual: Float64Array;
  /** Flags of train and actual together, known in advance, where the data has any. */
  readonly covariates?: Readonly<Record<string, Float64Array>>;
  /** Price per unit of train and actual together, where the data has one. */
  readonly price?: Float64Array;
  /** Instant of the first period, where the data is dated. */
  readonly start?: number;
  readonly category?: string;
  /** Cases of one window are forecast together by models over all series. */
  readonly window?: number;
}

/** How a data set is forecast and scored. */
export interface DataSet {
  readonly name: string;
  readonly horizon: number;
  /** Season that the engine is told. */
  readonly season: number;
  /** Season that errors are scaled by, as the publisher has it. */
  readonly scaleSeason: number;
  readonly read: (folder: string, split: Split) => Case[] | undefined;
  /** Its covariates are of use to models over all series only: most days are alike. */
  readonly globalOnly?: true;
}

/** Rows of a packed file by column; undefined where it is absent. */
export function readRows(path: string): Record<string, string>[] | undefined {
  if (!existsSync(path)) return undefined;
  const [header, ...lines] = gunzipSync(readFileSync(path)).toString().trim().split('\n');
  const names = header!.trim().split(',');
  return lines.map((line) => {
    const cells = line.trim().split(',');
    return Object.fromEntries(names.map((name, i) => [name, cells[i]!]));
  });
}

/** Numbers between spaces; NaN for what is missing. */
export function numbers(text: string): number[] {
  return text.split(' ').map((word) => (word === 'NA' ? Number.NaN : Number(word)));
}

/** A file of one row per series, with its own test part; development is the horizon before that. */
function competition(file: string, kind: (row: Record<string, string>) => boolean) {
  return (folder: string, split: Split): Case[] | undefined => {
    const rows = readRows(join(folder, file, 'series.csv.gz'))?.filter(kind);
    const cases = rows?.map((row) => {
      const y = Float64Array.from([...numbers(row.train!), ...numbers(row.test!)]);
      const horizon = numbers(row.test!).length;
      const end = y.length - (split === 'test' ? 0 : horizon);
      return {
        id: row.id ?? row.unique_id!,
        train: y.slice(0, end - horizon),
        actual: y.slice(end - horizon, end),
      };
    });
    return cases?.filter(({ train }) => train.length >= 4);
  };
}

interface Windows {
  readonly horizon: number;
  readonly windows: number;
}

/** Cases at rolling origins a horizon apart; development takes as many, before those of the test. */
function rolling(
  series: readonly LongSeries[],
  { horizon, windows }: Windows,
  split: Split,
): Case[] {
  return series.flatMap(({ id, y, promotion, price, start }) => {
    const last = y.length - (split === 'test' ? 0 : horizon * windows);
    return Array.from({ length: windows }, (_, w) => {
      const origin = last - (windows - w) * horizon;
      const end = origin + horizon;
      return {
        id,
        train: y.slice(0, origin),
        actual: y.slice(origin, end),
        start,
        window: w,
        ...(promotion === undefined ? {} : { covariates: { promotion: promotion.slice(0, end) } }),
        ...(price === undefined ? {} : { price: price.slice(0, end) }),
      };
    });
  });
}

export const DAY = 86_400_000;

interface LongSeries {
  readonly id: string;
  readonly y: Float64Array;
  readonly promotion?: Float64Array;
  readonly price?: Float64Array;
  readonly start: number;
}

interface LongColumns {
  readonly key: (row: Record<string, string>) => string;
  readonly date: string;
  readonly units: string;
  readonly promotion?: string;
}

/** Long rows on the calendar of the file; a day without a row was not observed. */
function readLong(path: string, columns: LongColumns) {
  const rows = readRows(path);
  if (rows === undefined) return undefined;
  const days = rows.map((row) => Date.parse(`${row[columns.date]}T00:00:00Z`) / DAY);
  const first = days.reduce((a, b) => Math.min(a, b));
  const length = days.reduce((a, b) => Math.max(a, b)) - first + 1;
  const series = new Map<string, LongSeries>();
  rows.forEach((row, i) => {
    const id = columns.key(row);
    const one = series.get(id) ?? {
      id,
      start: first * DAY,
      y: new Float64Array(length).fill(Number.NaN),
      ...(columns.promotion === undefined ? {} : { promotion: new Float64Array(length) }),
    };
    one.y[days[i]! - first] = Number(row[columns.units]);
    if (columns.promotion !== undefined)
      one.promotion![days[i]! - first] = Number(row[columns.promotion]);
    series.set(id, one);
  });
  return [...series.values()];
}

const PASTA: LongColumns = {
  key: (row) => `${row.brand}-${row.item}`,
  date: 'date',
  units: 'qty',
  promotion: 'promo',
};
const GIFTS: LongColumns = { key: (row) => row.StockCode!, date: 'InvoiceDate', units: 'Quantity' };

function retail(file: string, columns: LongColumns, windows: Windows): DataSet['read'] {
  return (folder, split) => {
    const series = readLong(join(folder, file, 'daily_long.csv.gz'), columns);
    return series === undefined ? undefined : rolling(series, windows, split);
  };
}

const WEEK = 7;

/**
 * Weeks of seven days from the first day on, unobserved days left out. Of seasonal naive (of one week,
 * as fev has it) this gives a MASE of 1.1620; published is 1.1617. The promotion state of a week
 * is 0 without a day of it, 1 with up to half of the week, else 2.
 */
function weekly(file: string, columns: LongColumns, windows: Windows): DataSet['read'] {
  return (folder, split) => {
    const series = readLong(join(folder, file, 'daily_long.csv.gz'), columns);
    if (series === undefined) return undefined;
    const sums = (days: Float64Array): Float64Array =>
      Float64Array.from({ length: Math.ceil(days.length / WEEK) }, (_, week) =>
        days
          .subarray(week * WEEK, (week + 1) * WEEK)
          .reduce((total, units) => total + (Number.isNaN(units) ? 0 : units), 0),
      );
    const weeks = series.map(({ id, start, y, promotion }) => ({
      id,
      start,
      y: sums(y),
      promotion: sums(promotion!).map((days) => Math.ceil((2 * days) / WEEK)),
    }));
    return rolling(weeks, windows, split);
  };
}

/** Days of events and of food stamps in California: known in advance, the same for every item. */
function withCalendar(read: DataSet['read']): DataSet['read'] {
  return (folder, split) => {
    const cases = read(folder, split);
    const days = readRows(join(folder, 'm5_ca1_foods', 'calendar.csv.gz'));
    if (cases === undefined || days === undefined) return cases;
    const column = (flag: (row: Record<string, string>) => number) => Float64Array.from(days, flag);
    const kinds = ['', 'Cultural', 'National', 'Religious', 'Sporting'];
    const events = new Map(
      [...new Set(days.map((row) => row.event_name_1!))].map((name, i) => [name, i]),
    );
    const covariates = {
      event: column((row) => events.get(row.event_name_1!)!),
      kind: column((row) => kinds.indexOf(row.event_type_1!)),
      stamps: column((row) => Number(row.snap_CA)),
    };
    const start = Date.parse(`${days[0]!.date}T00:00:00Z`);
    return cases.map((one) => {
      const length = one.train.length + one.actual.length;
      const known = Object.entries(covariates).map(([name, all]) => [name, all.slice(0, length)]);
      // FOODS_2_019_CA_1: the department is what comes before the number of the item.
      const category = one.id.split('_').slice(0, 2).join('_');
      return { ...one, start, category, covariates: Object.fromEntries(known) };
    });
  };
}

/** Foods by the week, back from the last day: what a shop has that counts its week as a whole. */
function foodsByWeek(horizon: number): DataSet['read'] {
  return (folder, split) => {
    const rows = readRows(join(folder, 'm5_ca1_foods', 'series.csv.gz'));
    const weeks = rows?.map((row) => {
      const days = [...numbers(row.train!), ...numbers(row.test!)];
      const count = Math.floor(days.length / WEEK);
      const first = days.length - count * WEEK;
      const sums = Float64Array.from({ length: count }, (_, week) => {
        const from = first + week * WEEK;
        return days.slice(from, from + WEEK).reduce((total, units) => total + units, 0);
      });
      return { id: row.id!, y: sums, start: Date.parse(`${row.start}T00:00:00Z`) + first * DAY };
    });
    return weeks && rolling(weeks, { horizon, windows: 1 }, split);
  };
}

/** Weekly volume and average price by region and type; the price of a week without a row is not known. */
function avocados(horizon: number): DataSet['read'] {
  return (folder, split) => {
    const rows = readRows(join(folder, 'avocado_weekly', 'avocado_long.csv.gz'));
    if (rows === undefined) return undefined;
    const weekOf = (row: Record<string, string>) =>
      Date.parse(`${row.Date}T00:00:00Z`) / DAY / WEEK;
    const byMarket = Map.groupBy(rows, ({ region, type }) => `${region} ${type}`);
    const markets = Array.from(byMarket, ([id, own]) => {
      const weeks = own.map(weekOf);
      const first = Math.min(...weeks);
      const length = Math.max(...weeks) - first + 1;
      const y = new Float64Array(length).fill(Number.NaN);
      const price = new Float64Array(length).fill(Number.NaN);
      own.forEach((row, i) => {
        y[weeks[i]! - first] = Number(row['Total Volume']);
        price[weeks[i]! - first] = Number(row.AveragePrice);
      });
      return { id, y, price, start: first * WEEK * DAY };
    });
    return rolling(markets, { horizon, windows: 1 }, split);
  };
}

const any = () => true;
const frequency = (name: string) => (row: Record<string, string>) => row.freq === name;

function yearlyToOther(file: string, name: string, [season, horizon]: [number, number]): DataSet {
  return {
    name: `${file}_${name}`,
    horizon,
    season,
    scaleSeason: season,
    read: competition(file, frequency(name)),
  };
}

function whole(name: string, horizon: number, [season, scaleSeason]: [number, number]): DataSet {
  return { name, horizon, season, scaleSeason, read: competition(name, any) };
}

/** Every data set by name. On `nn5` the publisher scales errors by lag one. */
export const DATA_SETS: readonly DataSet[] = [
  yearlyToOther('m3', 'monthly', [12, 18]),
  yearlyToOther('m3', 'quarterly', [4, 8]),
  yearlyToOther('m3', 'yearly', [1, 6]),
  yearlyToOther('m3', 'other', [1, 8]),
  yearlyToOther('tourism', 'monthly', [12, 24]),
  yearlyToOther('tourism', 'quarterly', [4, 8]),
  whole('nn5', 56, [7, 1]),
  whole('m4_weekly', 13, [52, 1]),
  whole('m4_hourly', 48, [24, 24]),
  whole('m4_daily_sample', 14, [7, 1]),
  whole('m4_monthly_sample', 18, [12, 12]),
  whole('m4_quarterly_sample', 8, [4, 4]),
  whole('m4_yearly_sample', 6, [1, 1]),
  {
    ...whole('m5_ca1_foods', 28, [7, 7]),
    read: withCalendar(competition('m5_ca1_foods', any)),
    globalOnly: true,
  },
  {
    name: 'weekly_m5_ca1_foods',
    horizon: 8,
    season: 52,
    scaleSeason: 1,
    read: foodsByWeek(8),
  },
  {
    name: 'uci_hierarchical_sales',
    horizon: 28,
    season: 7,
    scaleSeason: 7,
    read: retail('uci_hierarchical_sales', PASTA, { horizon: 28, windows: 10 }),
  },
  {
    name: 'uci_hierarchical_weekly',
    horizon: 13,
    season: 52,
    scaleSeason: 1,
    read: weekly('uci_hierarchical_sales', PASTA, { horizon: 13, windows: 10 }),
  },
  {
    name: 'uci_online_retail_38',
    horizon: 28,
    season: 7,
    scaleSeason: 7,
    read: retail('uci_online_retail_38', GIFTS, { horizon: 28, windows: 3 }),
  },
  { name: 'avocado_weekly', horizon: 13, season: 52, scaleSeason: 1, read: avocados(13) },
  whole('uci_weekly_transactions', 8, [52, 1]),
  whole('pharma_daily', 28, [7, 7]),
  whole('vn1_phase1_2', 13, [52, 1]),
  whole('spares_raf', 12, [1, 1]),
  whole('spares_auto', 6, [1, 1]),
];
