import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ImportDesk, importDesk } from '../../../test/support/imports.ts';

let desk: ImportDesk;
beforeAll(async () => {
  desk = await importDesk();
});
afterAll(() => desk.close());

test('sales go from a file into the table, and once more change nothing', async () => {
  const file = 'item;ds;y;note\nA;2026-03-01;12,5;x\nB;2026-03-01;0;\nA;2026-03-02;3;\n';
  const checked = await desk.check('sales', file);
  expect(checked).toMatchObject({
    state: 'checked',
    rows: { total: 3, new: 3, changed: 0, same: 0, bad: 0 },
    dialect: {
      delimiter: ';',
      encoding: 'utf-8',
      decimal: ',',
      dateFormat: 'ymd',
      columns: { sku: 'item', date: 'ds', units: 'y' },
      ignoredColumns: ['note'],
    },
  });
  expect(await desk.rows('select * from demand_daily')).toEqual([]);
  expect(await desk.files()).toEqual([checked.id]);

  expect(await desk.commit(checked)).toMatchObject({ state: 'committed', rows: { new: 3 } });
  const stored =
    'select p.sku, d.date, d.units, d.promotion from demand_daily d' +
    ' join products p on p.id = d.product_id order by 1, 2';
  const rows = await desk.rows(stored);
  expect(rows).toEqual([
    { sku: 'A', date: '2026-03-01', units: 12.5, promotion: null },
    { sku: 'A', date: '2026-03-02', units: 3, promotion: null },
    { sku: 'B', date: '2026-03-01', units: 0, promotion: null },
  ]);
  expect(await desk.files()).toEqual([]);
  expect(desk.jobs.map(({ name }) => name)).toContain('evaluate-accuracy');

  const again = await desk.take('sales', file);
  expect(again.rows).toEqual({ total: 3, new: 0, changed: 0, same: 3, bad: 0 });
  expect(await desk.rows(stored)).toEqual(rows);
});
