import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Daily sales of one product; `units` and `promotion` run along the dates of all. */
export interface DemoSeries {
  readonly sku: string;
  readonly units: readonly number[];
  readonly promotion: readonly boolean[];
}

export interface DemoSales {
  /** YYYY-MM-DD, oldest first; the last one is the day asked for. */
  readonly dates: readonly string[];
  readonly series: readonly DemoSeries[];
}

const FILE = new URL('./sales.csv.gz', import.meta.url);
const DAY_MS = 86_400_000;

/** The real sales, all dates moved by the same number of days so that they end on `lastDay`. */
export function readDemoSales(lastDay: string): DemoSales {
  const lines = gunzipSync(readFileSync(FILE)).toString('utf8').trimEnd().split('\n').slice(1);
  const series = new Map<string, { units: number[]; promotion: boolean[] }>();
  const dates: string[] = [];
  for (const line of lines) {
    const [sku = '', date = '', units = '', promotion] = line.split(',');
    const one = series.get(sku) ?? { units: [], promotion: [] };
    series.set(sku, one);
    // Every product has the same days, so that those of the first serve all.
    if (series.size === 1) dates.push(date);
    one.units.push(Number(units));
    one.promotion.push(promotion === '1');
  }
  return {
    dates: endOn(dates, lastDay),
    series: Array.from(series, ([sku, values]) => ({ sku, ...values })),
  };
}

function endOn(dates: readonly string[], lastDay: string): string[] {
  const shift = Date.parse(lastDay) - Date.parse(dates.at(-1) as string);
  return dates.map((date) => new Date(Date.parse(date) + shift).toISOString().slice(0, 10));
}

/** The day that many days later; earlier where negative. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}
