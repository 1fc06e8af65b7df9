import { expect, test } from 'vitest';
import { planningDays } from './planning-days.ts';

const known = {
  origin: '2026-03-09',
  horizonDays: 28,
  counted: '2026-03-09',
  today: '2026-03-10',
};

test('sales and stock of yesterday: an order of today, from the first day of the forecast', () => {
  expect(planningDays(known)).toEqual({
    asOf: '2026-03-09',
    orderOn: '2026-03-10',
    elapsedDays: 0,
    forecastAgeDays: 0,
    isOutdated: false,
  });
  const today = { ...known, counted: '2026-03-10' };
  expect(planningDays(today)).toEqual(planningDays(known));
  expect(planningDays({ ...known, counted: null })).toEqual(planningDays(known));
});

test('sales that ended ten days ago: the forecast goes on from yesterday', () => {
  expect(planningDays({ ...known, origin: '2026-02-27' })).toMatchObject({
    asOf: '2026-03-09',
    orderOn: '2026-03-10',
    elapsedDays: 10,
    forecastAgeDays: 10,
  });
});

test('stock counted before the last sales is taken for that of their day', () => {
  expect(planningDays({ ...known, counted: '2026-03-01' })).toEqual(planningDays(known));
});

test('stock that is older than yesterday has the days until the order to serve, too', () => {
  const old = { ...known, origin: '2026-02-27', counted: '2026-03-05' };
  expect(planningDays(old)).toMatchObject({
    asOf: '2026-03-05',
    orderOn: '2026-03-10',
    elapsedDays: 6,
  });
});

test('a forecast whose horizon is over is used as if it began now, and is called outdated', () => {
  const last = planningDays({ ...known, origin: '2026-02-10' });
  expect(last).toMatchObject({ elapsedDays: 27, isOutdated: false });
  expect(planningDays({ ...known, origin: '2026-02-09', counted: '2018-12-31' })).toEqual({
    asOf: '2026-03-09',
    orderOn: '2026-03-10',
    elapsedDays: 0,
    forecastAgeDays: 28,
    isOutdated: true,
  });
});

test('sales dated today or later move the order, never before its stock', () => {
  expect(planningDays({ ...known, origin: '2026-03-10' })).toMatchObject({
    asOf: '2026-03-10',
    orderOn: '2026-03-10',
    elapsedDays: 0,
  });
  expect(planningDays({ ...known, origin: '2026-03-12' })).toMatchObject({ orderOn: '2026-03-12' });
});
