import { expect, test } from 'vitest';
import { goldenSection } from './golden-section.ts';

test.each([
  ['a valley', (x: number) => (x - 0.3) ** 2, 0.3],
  ['a crease', (x: number) => Math.abs(x - 1.7), 1.7],
  ['a slope to the left bound', (x: number) => x, -1],
  ['a slope to the right bound', (x: number) => -x, 3],
])('the least of %s is found', (_, valueAt, wanted) => {
  const found = goldenSection(valueAt, { low: -1, high: 3, steps: 34 });
  expect(Math.abs(found - wanted)).toBeLessThan(1e-6);
});

test('every step asks once, after the first two', () => {
  let asked = 0;
  const counted = (x: number) => {
    asked++;
    return x * x;
  };
  goldenSection(counted, { low: -1, high: 1, steps: 10 });
  expect(asked).toBe(12);
});
