import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ImportDesk, importDesk, today } from '../../../../test/support/imports.ts';
import { templateCsv } from '../template.ts';
import { importKinds } from './all-kinds.ts';

let desk: ImportDesk;
beforeAll(async () => {
  desk = await importDesk();
});
beforeEach(async () => {
  await desk.rows('delete from product_suppliers');
  await desk.rows('delete from stock');
});
afterAll(() => desk.close());

const counted = (rows: object) => ({ new: 0, changed: 0, same: 0, bad: 0, ...rows });

describe('products', () => {
  test('take their defaults where cells are blank or columns missing', async () => {
    const file = 'sku,name,unit,service level,price,active\nP1,One,,,,\nP2,Two,kg,0.99,1.5,no\n';
    expect((await desk.take('products', file)).rows).toEqual(counted({ total: 2, new: 2 }));
    const query = `select sku, unit, unit_decimals, service_level, unit_price, active, made_up
      from products where sku like 'P_' order by sku`;
    expect(await desk.rows(query)).toEqual([
      {
        sku: 'P1',
        unit: 'each',
        unit_decimals: 0,
        service_level: 0.95,
        unit_price: null,
        active: true,
        made_up: false,
      },
      {
        sku: 'P2',
        unit: 'kg',
        unit_decimals: 0,
        service_level: 0.99,
        unit_price: 1.5,
        active: false,
        made_up: false,
      },
    ]);
  });

  test('are changed where the file differs, and real from then on', async () => {
    await desk.take('products', 'sku,name,brand\nQ1,One,Old\nQ2,Two,Old\n');
    await desk.rows("update products set made_up = true where sku = 'Q2'");
    const second = await desk.take('products', 'sku,name\nQ1,Uno\nQ2,Two\n');
    expect(second.rows).toEqual(counted({ total: 2, changed: 2 }));
    expect(
      await desk.rows("select name, brand, made_up from products where sku like 'Q_' order by sku"),
    ).toEqual([
      { name: 'Uno', brand: 'Old', made_up: false },
      { name: 'Two', brand: 'Old', made_up: false },
    ]);
  });

  test('are refused outside of the ranges', async () => {
    const file = `sku,name,service_level,unit_decimals,currency,unit_cost\nR1,${'x'.repeat(301)},95,5,euro,-1\nR2,x,1,1.5,EUR,0\n`;
    expect(await desk.faults(await desk.check('products', file))).toEqual([
      '2:name:text_too_long',
      '2:unit_decimals:out_of_range',
      '2:unit_cost:negative_quantity',
      '2:currency:not_a_choice',
      '2:service_level:out_of_range',
      '3:unit_decimals:too_many_decimals',
      '3:service_level:out_of_range',
    ]);
  });
});

test('suppliers work on the weekdays that are named', async () => {
  const file = 'code;name;working days\nS1;One;\nS2;Two;1-3, 6\nS3;Three;Mon-Thu\nS4;Four;8\n';
  expect(await desk.faults(await desk.check('suppliers', file))).toEqual([
    '5:working_weekdays:not_a_choice',
  ]);
  await desk.take('suppliers', file.replace(';8', ';7'));
  expect(
    await desk.rows(
      "select working_weekdays as days from suppliers where code like 'S_' order by code",
    ),
  ).toEqual([
    { days: [1, 2, 3, 4, 5] },
    { days: [1, 2, 3, 6] },
    { days: [1, 2, 3, 4] },
    { days: [7] },
  ]);
});

describe('terms', () => {
  const preferred = async () =>
    (
      await desk.rows(`select p.sku || ' ' || s.code as preferred from product_suppliers t
        join products p on p.id = t.product_id join suppliers s on s.id = t.supplier_id
        where t.preferred order by 1`)
    ).map((row) => row.preferred);

  test('prefer the first supplier of the file where none is named', async () => {
    const file = 'sku,supplier,lead_time\nA,HARBOUR,9\nA,MILL,3\nB,MILL,4\n';
    await desk.take('terms', file);
    expect(await preferred()).toEqual(['A HARBOUR', 'B MILL']);
    expect((await desk.take('terms', file)).rows).toEqual(counted({ total: 3, same: 3 }));
  });

  test('keep the present preference unless the file names or denies one', async () => {
    await desk.take('terms', 'sku,supplier,lead_time,preferred\nA,HARBOUR,9,no\nA,MILL,3,yes\n');
    await desk.take('terms', 'sku,supplier,lead_time\nA,HARBOUR,8\n');
    expect(await preferred()).toEqual(['A MILL']);
    const moved = 'sku,supplier,lead_time,preferred\nA,HARBOUR,8,yes\n';
    expect((await desk.take('terms', moved)).rows).toEqual(counted({ total: 1, changed: 1 }));
    expect(await preferred()).toEqual(['A HARBOUR']);
    expect((await desk.take('terms', moved)).rows).toEqual(counted({ total: 1, same: 1 }));
    await desk.take('terms', 'sku,supplier,lead_time,preferred\nA,MILL,3,\nA,HARBOUR,8,no\n');
    expect(await preferred()).toEqual(['A MILL']);
  });

  test('are refused for two preferred suppliers, unknown ones and impossible sizes', async () => {
    const file = `sku,supplier,lead_time,moq,preferred
A,MILL,9,10,yes
A,HARBOUR,9,10,yes
B,NOBODY,9,10,
B,MILL,731,0,`;
    expect(await desk.faults(await desk.check('terms', file))).toEqual([
      '3:preferred:second_preferred',
      '4:supplier:unknown_supplier',
      '5:lead_time_days:out_of_range',
      '5:minimum_order_quantity:out_of_range',
    ]);
  });
});

describe('stock', () => {
  const movements = () =>
    desk.rows(`select p.sku, kind, quantity, on_hand_after from stock_movements m
      join products p on p.id = m.product_id order by m.id`);

  test('is counted today where no day is given, and every difference is a movement', async () => {
    await desk.take('stock', 'sku,on_hand,reserved\nA,10,2\nB,0,\n');
    expect(
      await desk.rows(
        'select on_hand, committed, backorders, counted_on from stock order by product_id',
      ),
    ).toEqual([
      { on_hand: 10, committed: 2, backorders: 0, counted_on: today },
      { on_hand: 0, committed: 0, backorders: 0, counted_on: today },
    ]);
    const second = await desk.take('stock', 'sku,on_hand,reserved\nA,7.5,2\nB,0,\n');
    expect(second.rows).toEqual(counted({ total: 2, changed: 1, same: 1 }));
    expect(await movements()).toEqual([
      { sku: 'A', kind: 'count', quantity: 10, on_hand_after: 10 },
      { sku: 'A', kind: 'count', quantity: -2.5, on_hand_after: 7.5 },
    ]);
  });

  test('is refused below zero and for a day to come', async () => {
    const file = 'sku,on_hand,counted_on\nA,-1,2026-03-31\nB,1,2026-04-01\n';
    expect(await desk.faults(await desk.check('stock', file))).toEqual([
      '2:on_hand:negative_quantity',
      '3:counted_on:date_in_future',
    ]);
  });
});

describe('promotions', () => {
  const kept = () =>
    desk.rows(`select p.sku, first_day, last_day, m.name, m.made_up from promotions m
      join products p on p.id = m.product_id order by p.sku, first_day`);

  test('are taken for days that were and days to come; the first day says which one is meant', async () => {
    const file = 'sku;from;to;name\nA;01.12.2025;06.12.2025;Advent\nA;06.04.2026;11.04.2026;\n';
    expect((await desk.take('promotions', file)).rows).toEqual(counted({ total: 2, new: 2 }));
    const longer = 'sku,first_day,last_day,name\nA,2026-04-06,2026-04-13,Easter\n';
    expect((await desk.take('promotions', longer)).rows).toEqual(counted({ total: 1, changed: 1 }));
    const named = (first_day: string, last_day: string, name: string) => ({
      ...{ sku: 'A', first_day, last_day, name, made_up: false },
    });
    expect(await kept()).toEqual([
      named('2025-12-01', '2025-12-06', 'Advent'),
      named('2026-04-06', '2026-04-13', 'Easter'),
    ]);
  });

  test('are refused where the days make no sense', async () => {
    const file = `sku,first_day,last_day
A,2026-05-10,2026-05-09
A,2026-05-11,2027-05-13
A,2026-05-12,2028-04-01
A,2026-06-01,2026-06-02
A,2026-06-01,2026-06-03
Z,2026-06-01,2026-06-02
A,,2026-06-02`;
    expect(await desk.faults(await desk.check('promotions', file))).toEqual([
      '2:last_day:reversed_days',
      '3:last_day:reversed_days',
      '4:last_day:date_too_far',
      '6:sku, first_day:duplicate_key',
      '7:sku:unknown_sku',
      '8:first_day:missing_value',
    ]);
  });
});

test('every template is a file that can be imported', async () => {
  for (const kind of ['products', 'suppliers', 'terms', 'stock', 'sales', 'promotions'] as const) {
    const import_ = await desk.take(kind, templateCsv(kind));
    expect(import_).toMatchObject({ state: 'committed', rows: { total: 2, bad: 0 } });
  }
});

test('no name of a column means two columns of a kind', () => {
  for (const { kind, columns } of Object.values(importKinds)) {
    const names = columns.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(names).size, kind).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z_]+$/);
  }
});
