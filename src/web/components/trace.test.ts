import { expect, test } from 'vitest';
import { isTelling, substituted, traceValue, withUnit } from './trace.ts';

const input = (name: string, value: number | string, unit = 'units') => ({ name, value, unit });

test('a formula is shown with the numbers in the place of the names', () => {
  const step = {
    formula: 'on hand − committed − backorders + receipts',
    inputs: [
      input('on hand', 120),
      input('committed', 8),
      input('backorders', -5),
      input('receipts', 0),
    ],
  };
  expect(substituted(step)).toBe('120 − 8 − (-5) + 0');
});

test('a long name wins over a short one that it begins with', () => {
  const step = {
    formula: 'lead time sd × lead time + time',
    inputs: [input('lead time', 9), input('lead time sd', 2), input('time', 1)],
  };
  expect(substituted(step)).toBe('2 × 9 + 1');
});

test('a name inside another word is left alone', () => {
  const step = { formula: 'L × LT', inputs: [input('L', 3)] };
  expect(substituted(step)).toBe('3 × LT');
});

test('sums and products over all inputs are written out, but not what the formula names', () => {
  expect(substituted({ formula: 'sum of inputs', inputs: [input('a', 0.75), input('b', 2)] })).toBe(
    '0.75 + 2',
  );
  expect(
    substituted({
      formula: 'x such that sum of products ≥ service level',
      inputs: [
        input('probability of 15 days', 0.5),
        input('P(demand over 15 days ≤ x)', 0.97788),
        input('probability of 16 days', 0.5),
        input('P(demand over 16 days ≤ x)', 0.92213),
        input('service level', 0.95),
      ],
    }),
  ).toBe('x such that 0.5 × 0.9779 + 0.5 × 0.9221 ≥ 0.95');
});

test('what says nothing new is left out', () => {
  expect(substituted({ formula: 'a + b', inputs: [] })).toBeNull();
  expect(substituted({ formula: 'need', inputs: [input('need', 4)] })).toBeNull();
  expect(isTelling({ formula: 'need', inputs: [input('need', 4)] })).toBe(false);
  expect(isTelling({ formula: 'need × 2', inputs: [input('need', 4)] })).toBe(true);
});

test('values are written as people write them', () => {
  expect(traceValue(57.599999999999994)).toBe('57.6');
  expect(traceValue(0.978012)).toBe('0.978');
  expect(traceValue('2019-12-01')).toMatch(/^(Dec 1, 2019|1 Dec 2019)$/);
  expect(withUnit(1, 'days')).toBe('1 day');
  expect(withUnit(2, 'units')).toBe('2 units');
  expect(withUnit(1, 'EUR')).toBe('1 EUR');
});
