import { addDays, epochSeconds } from '../format/date.ts';
import type { ProductForecast, Sales } from '../queries/products.ts';
import type { Promotion } from '../queries/promotions.ts';

export type Range = '4m' | '1y' | 'all';

/** Central intervals that are drawn, widest first, so that the narrow ones lie on top. */
export const intervals = [
  { share: 0.95, low: 0.025, high: 0.975 },
  { share: 0.8, low: 0.1, high: 0.9 },
  { share: 0.5, low: 0.25, high: 0.75 },
] as const;

export interface Band {
  readonly share: number;
  readonly low: (number | null)[];
  readonly high: (number | null)[];
}

/** Sales and forecast on one axis of days, column by column, as the chart wants them. */
export interface DemandData {
  readonly days: readonly string[];
  /** Seconds since the epoch, one per day. */
  readonly times: readonly number[];
  readonly sales: (number | null)[];
  readonly mean: (number | null)[];
  readonly bands: readonly Band[];
  readonly promotion: boolean[];
  readonly lastSalesDay: string | null;
}

function daysFrom(first: string, last: string): string[] {
  const days: string[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}

function levelIndex(levels: readonly number[], level: number): number {
  return levels.findIndex((candidate) => Math.abs(candidate - level) < 1e-9);
}

/** A missing day stays missing: `null` is drawn as a gap, never as zero. */
export function demandData(
  sales: Sales,
  forecast: ProductForecast | null,
  promotions: readonly Promotion[] = [],
): DemandData {
  const ahead = forecast?.dates ?? [];
  const ends = [sales.dates[0], sales.dates.at(-1), ahead[0], ahead.at(-1)].filter(
    (day) => day !== undefined,
  );
  if (ends.length === 0) return nothing;
  ends.sort();
  const days = daysFrom(ends[0] as string, ends.at(-1) as string);
  const position = new Map(days.map((day, index) => [day, index]));
  const column = () => days.map(() => null as number | null);
  const place = (dates: readonly string[], values: readonly (number | null)[] | undefined) => {
    const placed = column();
    dates.forEach((date, i) => {
      placed[position.get(date) as number] = values?.[i] ?? null;
    });
    return placed;
  };

  const promotion = days.map((day) =>
    promotions.some(({ firstDay, lastDay }) => firstDay <= day && day <= lastDay),
  );
  sales.dates.forEach((date, i) => {
    if (sales.promotion[i]) promotion[position.get(date) as number] = true;
  });

  return {
    days,
    times: days.map(epochSeconds),
    sales: place(sales.dates, sales.units),
    mean: place(ahead, forecast?.mean),
    bands: bandsOf(forecast, (values) => place(ahead, values)),
    promotion,
    lastSalesDay: sales.dates.at(-1) ?? null,
  };
}

const nothing: DemandData = {
  days: [],
  times: [],
  sales: [],
  mean: [],
  bands: [],
  promotion: [],
  lastSalesDay: null,
};

function bandsOf(
  forecast: ProductForecast | null,
  place: (values: readonly number[] | undefined) => (number | null)[],
): Band[] {
  if (!forecast) return [];
  return intervals.flatMap(({ share, low, high }) => {
    const [from, to] = [levelIndex(forecast.levels, low), levelIndex(forecast.levels, high)];
    // An interval that the run did not compute is left out, not guessed.
    if (from < 0 || to < 0) return [];
    return [{ share, low: place(forecast.quantiles[from]), high: place(forecast.quantiles[to]) }];
  });
}

const rangeDays: Record<Range, number> = { '4m': 122, '1y': 365, all: Number.POSITIVE_INFINITY };

/** The part of the axis that a range shows: so much history, and the whole forecast. */
export function visibleTimes(data: DemandData, range: Range): { min: number; max: number } {
  const first = data.times[0] ?? 0;
  const last = data.times.at(-1) ?? 0;
  const anchor = data.lastSalesDay ? epochSeconds(data.lastSalesDay) : first;
  return { min: Math.max(first, anchor - rangeDays[range] * 86_400), max: last };
}
