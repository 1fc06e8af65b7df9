import { expect, test } from 'vitest';
import { epochSeconds } from '../format/date.ts';
import type { ProductForecast, Sales } from '../queries/products.ts';
import { demandData, visibleTimes } from './demand-data.ts';
import { describeDemand, forecastRows, monthRows, readDay } from './demand-words.ts';

const sales: Sales = {
  dates: ['2026-10-30', '2026-10-31', '2026-11-02'],
  units: [10, null, 20],
  promotion: [false, null, true],
  inStock: [null, null, null],
};

const forecast: ProductForecast = {
  runId: '00000000-0000-4000-8000-000000000000',
  origin: '2026-11-01',
  refusal: null,
  method: 'theta',
  reason: null,
  demandClass: null,
  machineLearning: null,
  scores: [],
  dates: ['2026-11-02', '2026-11-03'],
  mean: [12, 14],
  levels: [0.1, 0.5, 0.9],
  quantiles: [
    [8, 9],
    [12, 14],
    [16, 19],
  ],
  accuracy: null,
};

test('sales and forecast share one axis of days, and a missing day stays missing', () => {
  const data = demandData(sales, forecast);
  expect(data.days).toEqual(['2026-10-30', '2026-10-31', '2026-11-01', '2026-11-02', '2026-11-03']);
  expect(data.times[4]).toBe(epochSeconds('2026-11-03'));
  expect(data.sales).toEqual([10, null, null, 20, null]);
  expect(data.mean).toEqual([null, null, null, 12, 14]);
  expect(data.promotion).toEqual([false, false, false, true, false]);
  expect(data.lastSalesDay).toBe('2026-11-02');
});

test('an interval that the run did not compute is left out', () => {
  expect(demandData(sales, forecast).bands).toEqual([
    { share: 0.8, low: [null, null, null, 8, 9], high: [null, null, null, 16, 19] },
  ]);
});

test('without sales or forecast there is an axis of what there is, or none', () => {
  const nothing: Sales = { dates: [], units: [], promotion: [], inStock: [] };
  expect(demandData(nothing, null).days).toEqual([]);
  expect(demandData(nothing, forecast).days).toEqual(forecast.dates);
  expect(demandData(sales, null).bands).toEqual([]);
});

test('a range shows so much history before the last sale, and the whole forecast', () => {
  const long: Sales = {
    dates: ['2020-01-01', '2026-11-01'],
    units: [1, 2],
    promotion: [null, null],
    inStock: [null, null],
  };
  const data = demandData(long, forecast);
  const last = epochSeconds('2026-11-03');
  expect(visibleTimes(data, '4m')).toEqual({ min: epochSeconds('2026-07-02'), max: last });
  expect(visibleTimes(data, '1y')).toEqual({ min: epochSeconds('2025-11-01'), max: last });
  expect(visibleTimes(data, 'all')).toEqual({ min: epochSeconds('2020-01-01'), max: last });
});

test('the chart says in words what it shows', () => {
  const words = describeDemand(demandData(sales, forecast), 'each');
  expect(words).toContain('sales averaged 15 units a day');
  expect(words).toContain('expects 13 units a day over the next 2 days');
  expect(words).toContain('from 8.5 to 17.5 a day');
  expect(describeDemand(demandData(sales, null), 'each')).toMatch(/There is no forecast yet\.$/);
});

test('under the cursor: sold, expected, interval and promotion', () => {
  const data = demandData(sales, forecast);
  expect(readDay(data, 3, 'each')).toMatch(
    / · sold 20 units · expected 12 units · 80 %: 8 to 16 · promotion$/,
  );
  expect(readDay(data, 1, 'each')).toMatch(/ · not observed$/);
  expect(readDay(data, 99, 'each')).toBe('');
});

test('the tables hold every day of the forecast, and each month with its known days', () => {
  const data = demandData(sales, forecast);
  expect(forecastRows(data)).toEqual([
    { day: '2026-11-02', mean: 12, low: 8, high: 16 },
    { day: '2026-11-03', mean: 14, low: 9, high: 19 },
  ]);
  expect(monthRows(data)).toEqual([
    { month: '2026-11', units: 20, days: 1 },
    { month: '2026-10', units: 10, days: 1 },
  ]);
});
