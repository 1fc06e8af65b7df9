import { expect, test, vi } from 'vitest';

// Dates are worded by the reader's English: fixed here before the formats are made.
vi.hoisted(() => {
  Object.defineProperty(globalThis.navigator, 'languages', {
    value: ['de-DE', 'en-GB'],
    configurable: true,
  });
});

import {
  addDays,
  calendarDay,
  dayNear,
  daysBetween,
  dayWithWeekday,
  duration,
  epochSeconds,
  fromEpochSeconds,
  relativeDay,
  runOutWords,
  withDays,
} from './date.ts';
import { pickLocale } from './locale.ts';
import { lineValue, money, moneyList } from './money.ts';
import {
  briefQuantity,
  count,
  decimal,
  fileSize,
  percent,
  quantity,
  score,
  units,
} from './number.ts';
import { sumMoney } from './sum-money.ts';
import { method, orderState, sentence, urgency } from './words.ts';

test('numbers follow the reader’s own English, and English where there is none', () => {
  expect(pickLocale(['fr-FR', 'en-AU', 'en-GB'])).toBe('en-AU');
  expect(pickLocale(['fr-FR', 'ent'])).toBe('en-GB');
  expect(pickLocale([])).toBe('en-GB');
});

test('units are whole where they are whole, and never a negative zero', () => {
  expect(units(1234)).toBe('1,234');
  expect(units(12.5)).toBe('12.5');
  expect(units(123.456)).toBe('123');
  expect(units(null)).toBe('–');
  expect(decimal(-0.2)).toBe('0');
  expect(decimal(-0.6)).toBe('-1');
  expect(decimal(Number.NaN)).toBe('–');
  expect(percent(0.475)).toBe('48 %');
  expect(percent(-0.0214, 1)).toBe('-2.1 %');
  expect(score(0.9)).toBe('0.90');
  expect(count(1, 'line')).toBe('1 line');
  expect(count(0, 'reply', { plural: 'replies' })).toBe('0 replies');
  expect(count(1.5, 'day', { maximumDecimals: 1 })).toBe('1.5 days');
  expect(count(0.96, 'day', { maximumDecimals: 1 })).toBe('1 day');
  expect([999, 1500, 2_500_000].map(fileSize)).toEqual(['999 B', '2 kB', '2.5 MB']);
});

test('what is counted one by one is said as units in a sentence, and not at all in a column', () => {
  expect(quantity(1, 'each')).toBe('1 unit');
  expect(quantity(12.5, 'kg')).toBe('12.5 kg');
  expect(quantity(3.25, 'each', 1)).toBe('3.3 units');
  expect(briefQuantity(12, 'each')).toBe('12');
  expect(briefQuantity(1200, 'kg')).toBe('1,200 kg');
  expect(briefQuantity(null, 'kg')).toBe('–');
});

test('money keeps its currency, and amounts beyond the reach of a float', () => {
  expect(money({ amount: '1234.5', currency: 'EUR' })).toBe('€1,234.50');
  expect(money({ amount: '12345678901234567.89', currency: 'EUR' })).toBe(
    '€12,345,678,901,234,567.89',
  );
  expect(money({ amount: '500', currency: 'JPY' })).toBe('¥500');
  expect(money(null)).toBe('–');
  const mixed = [
    { amount: '10.4', currency: 'EUR' },
    { amount: '3', currency: 'USD' },
  ];
  expect(moneyList(mixed)).toBe('€10 + $3');
  expect(moneyList([])).toBe('–');
  expect(lineValue(3, { amount: '0.1', currency: 'EUR' })).toEqual({
    amount: '0.3000',
    currency: 'EUR',
  });
});

test('sums of money are exact, and one per currency', () => {
  const tenths = Array.from({ length: 10 }, () => ({ amount: '0.1', currency: 'EUR' }));
  expect(sumMoney(tenths)).toEqual([{ amount: '1.0000', currency: 'EUR' }]);
  expect(
    sumMoney([
      { amount: '2', currency: 'USD' },
      { amount: '-0.25', currency: 'EUR' },
      { amount: '-3.5', currency: 'USD' },
    ]),
  ).toEqual([
    { amount: '-1.5000', currency: 'USD' },
    { amount: '-0.2500', currency: 'EUR' },
  ]);
});

test('days of business do not slip with the zone', () => {
  expect(dayWithWeekday('2026-11-23')).toBe('Mon, 23 Nov 2026');
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(daysBetween('2026-10-24', '2026-10-26')).toBe(2);
  expect(fromEpochSeconds(epochSeconds('2024-02-29'))).toBe('2024-02-29');
  expect(relativeDay('2026-11-23', '2026-11-23')).toBe('today');
  expect(relativeDay('2026-11-20', '2026-11-23')).toBe('3 days ago');
  expect(relativeDay('2026-11-28', '2026-11-23')).toBe('in 5 days');
});

test('a year is left out only where nobody could mistake it', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  expect(dayNear('2026-12-01', now)).toBe('1 Dec');
  expect(dayNear('2027-06-01', now)).toBe('1 Jun 2027');
  expect(dayNear(null, now)).toBe('–');
});

test('today is the reader’s calendar day, and what has run out is not “in −2 days”', () => {
  expect(calendarDay(new Date(2026, 10, 3, 23, 59))).toBe('2026-11-03');
  const at = { isOut: false, today: '2026-11-23' };
  expect(runOutWords('2026-11-22', at)).toEqual({ when: 'Already out', away: null });
  expect(runOutWords('2026-11-23', at).when).toBe('Today');
  expect(runOutWords('2026-11-23', { ...at, isOut: true }).when).toBe('Already out');
  expect(runOutWords('2026-11-24', at).away).toBe('tomorrow');
});

test('days inside a sentence of the server are written as everywhere on the page', () => {
  expect(withDays('due on 2019-11-02, 1234-56 units')).toBe('due on 2 Nov 2019, 1234-56 units');
});

test('durations, and codes in the planner’s words', () => {
  expect(duration('2026-11-23T10:00:00.000Z', '2026-11-23T10:01:12.000Z')).toBe('1 min 12 s');
  expect(duration('2026-11-23T10:00:00.000Z', null)).toBe('–');
  expect(urgency('late')).toEqual(['Runs out first', 'danger']);
  expect(orderState('part_received')[0]).toBe('Part received');
  expect(orderState('on_hold')).toEqual(['On hold', 'plain']);
  expect(method('seasonal-naive')).toBe('Seasonal naive');
  expect(method(null)).toBe('–');
  expect(sentence('rowsBad')).toBe('Rows bad');
  expect(sentence('P(demand ≤ x)')).toBe('P(demand ≤ x)');
});

test('a method of an acronym is written as one', () => {
  for (const name of ['ets', 'arima', 'ces', 'mstl', 'npts', 'adida', 'imapa', 'tsb', 'sba'])
    expect(method(name)).toContain(name.toUpperCase());
});
