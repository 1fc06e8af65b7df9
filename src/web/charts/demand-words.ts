import { day, dayWithWeekday } from '../format/date.ts';
import { count, decimal, quantity } from '../format/number.ts';
import type { Band, DemandData } from './demand-data.ts';

const recentDays = 28;

function average(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function known(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function bandOf(data: DemandData, share: number): Band | undefined {
  return data.bands.find((band) => band.share === share);
}

/** What the chart shows, in words, for whoever cannot see it. */
export function describeDemand(data: DemandData, unit: string): string {
  const sold = average(known(data.sales).slice(-recentDays));
  const ahead = known(data.mean);
  const expected = average(ahead);
  const parts: string[] = [];
  if (sold !== null && data.lastSalesDay) {
    parts.push(
      `Over the last ${count(Math.min(recentDays, known(data.sales).length), 'known day')} up to ${day(data.lastSalesDay)}, sales averaged ${quantity(sold, unit, 1)} a day.`,
    );
  }
  if (expected === null) return [...parts, 'There is no forecast yet.'].join(' ');
  parts.push(
    `The forecast expects ${quantity(expected, unit, 1)} a day over the next ${count(ahead.length, 'day')}.`,
  );
  const band = bandOf(data, 0.8);
  const low = band && average(known(band.low));
  const high = band && average(known(band.high));
  if (typeof low === 'number' && typeof high === 'number') {
    parts.push(
      `Its 80 % band runs from ${decimal(low, 1)} to ${decimal(high, 1)} a day on average.`,
    );
  }
  return parts.join(' ');
}

/** One day of the chart, as read under the cursor. */
export function readDay(data: DemandData, index: number, unit: string): string {
  const date = data.days[index];
  if (date === undefined) return '';
  const parts = [dayWithWeekday(date)];
  const sold = data.sales[index];
  const expected = data.mean[index];
  if (sold !== null && sold !== undefined) parts.push(`sold ${quantity(sold, unit)}`);
  if (expected !== null && expected !== undefined) {
    parts.push(`expected ${quantity(expected, unit, 1)}`);
    const band = bandOf(data, 0.8);
    const [low, high] = [band?.low[index], band?.high[index]];
    if (typeof low === 'number' && typeof high === 'number') {
      parts.push(`80 %: ${decimal(low, 1)} to ${decimal(high, 1)}`);
    }
  }
  if (parts.length === 1) parts.push('not observed');
  if (data.promotion[index]) parts.push('promotion');
  return parts.join(' · ');
}

export interface ForecastRow {
  readonly day: string;
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** The forecast day by day, with its 80 % interval. */
export function forecastRows(data: DemandData): ForecastRow[] {
  const band = bandOf(data, 0.8);
  return data.days.flatMap((date, i) => {
    const mean = data.mean[i];
    if (mean === null || mean === undefined) return [];
    return [{ day: date, mean, low: band?.low[i] ?? null, high: band?.high[i] ?? null }];
  });
}

export interface MonthRow {
  /** `2026-11`. */
  readonly month: string;
  readonly units: number;
  readonly days: number;
}

/** Sales per month, newest first, with how many days are behind the sum. */
export function monthRows(data: DemandData): MonthRow[] {
  const months = new Map<string, MonthRow>();
  data.days.forEach((date, i) => {
    const sold = data.sales[i];
    if (sold === null || sold === undefined) return;
    const month = date.slice(0, 7);
    const row = months.get(month) ?? { month, units: 0, days: 0 };
    months.set(month, { month, units: row.units + sold, days: row.days + 1 });
  });
  return [...months.values()].reverse();
}
