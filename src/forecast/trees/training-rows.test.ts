import { describe, expect, it } from 'vitest';
import { makePanel } from './panel.ts';
import { drawRows } from './training-rows.ts';

const START = Date.UTC(2024, 0, 1);
const DAYS = 200;
/** Item i sells i + 1 a day: targets are relative to that, the scale of a row is not. */
const shop = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `item ${String(i).padStart(3, '0')}`,
    start: START,
    category: `c${i}`,
    y: Float64Array.from({ length: DAYS }, (_, t) => (i + 1) * (1 + (t % 7))),
  }));
const draw = (series: ReturnType<typeof shop>, most: number) => {
  const panel = makePanel(series, { horizon: 14, frequency: 'D' });
  const { earlier, later } = drawRows(panel, { most, seed: 1 });
  const at = earlier.table.names.indexOf('category');
  const categories = [earlier, later].flatMap(({ table }) =>
    Array.from({ length: table.rows }, (_, r) => table.values[r * table.names.length + at]!),
  );
  return { rows: categories.length, from: new Set(categories).size, earlier };
};

describe('rows to learn from', () => {
  it('are of all series, and a share of all periods where there are more than enough', () => {
    const all = draw(shop(40), 100_000);
    expect(all.from).toBe(40);
    const some = draw(shop(40), 2000);
    expect(some.from).toBe(40);
    expect(some.rows).toBeGreaterThan(1600);
    expect(some.rows).toBeLessThan(2200);
    expect(all.rows).toBeGreaterThan(2 * some.rows);
  });

  it('are of fewer series where those few have plenty, and no fewer rows', () => {
    const { from, rows } = draw(shop(40), 200);
    // 40 series of 158 periods are 3.9 times eight for each of 200 rows: every third is left.
    expect(from).toBe(14);
    expect(rows).toBeGreaterThan(140);
    expect(rows).toBeLessThan(260);
  });

  it('are the same in whatever order the series come', () => {
    const sorted = (values: Float64Array) => [...values].sort((a, b) => a - b);
    const [one, other] = [shop(40), shop(40).reverse()].map((series) => draw(series, 200).earlier);
    expect(sorted(other!.targets)).toEqual(sorted(one!.targets));
  });
});
