import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../../test/support/database.ts';
import { demoSuppliers, readDemoData } from './demo-data.ts';
import { writeDemoFiles } from './demo-files.ts';
import { insertDemoData } from './insert-demo-data.ts';

const TODAY = '2026-03-10';
let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

test('sales end yesterday, and keep every distance between days', () => {
  const { dates, series } = readDemoData(TODAY).sales;
  expect(series).toHaveLength(118);
  expect(dates).toHaveLength(1798);
  expect(dates.at(-1)).toBe('2026-03-09');
  // 2014-01-02 to 2018-12-31 are 1824 days apart.
  expect((Date.parse(dates.at(-1)!) - Date.parse(dates[0]!)) / 86_400_000).toBe(1824);
  expect(series[0]).toMatchObject({ sku: 'B1-001' });
  expect(series[0]!.units.slice(0, 4)).toEqual([7, 5, 9, 5]);
});

test('the made-up part is the same every time, and shows every situation', () => {
  const { products, terms, stock, orders } = readDemoData(TODAY);
  expect(readDemoData(TODAY).stock).toEqual(stock);
  expect(new Set(products.map(({ name }) => name)).size).toBe(118);
  const preferred = terms.filter((term) => term.preferred);
  expect(preferred.map(({ sku }) => sku)).toEqual(products.map(({ sku }) => sku));
  for (const { code } of demoSuppliers) {
    expect(
      preferred.some(({ supplier }) => supplier.code === code),
      code,
    ).toBe(true);
  }
  expect(stock.some(({ onHand }) => onHand === 0)).toBe(true);
  const awaited = orders.filter(({ receivedOn }) => receivedOn === null);
  expect(awaited).toHaveLength(2);
  expect(awaited.filter(({ expectedOn }) => expectedOn < TODAY)).toHaveLength(1);
  for (const { receivedOn, confirmedOn } of orders) {
    if (receivedOn) expect(receivedOn > confirmedOn && receivedOn < TODAY).toBe(true);
  }
});

test('it goes into one tenant, whole, and is marked as made up', async () => {
  const { database, tenantId, otherTenantId } = db;
  await database.withTenant(tenantId, (tx) =>
    insertDemoData(tx, { tenantId, currency: 'EUR', today: TODAY }),
  );
  const count = (tenant: string) =>
    database.withTenant(tenant, async (tx) => {
      const sold = await tx
        .selectFrom('demand_daily')
        .select(({ fn }) => [fn.countAll<number>().as('rows'), fn.sum<number>('units').as('units')])
        .executeTakeFirstOrThrow();
      const real = tx.selectFrom('products').select('id').where('made_up', '=', false);
      return { ...sold, real: (await real.execute()).length };
    });
  // 800012 units: the four brands of the source, 88042 + 294393 + 322549 + 95028.
  expect(await count(tenantId)).toEqual({ rows: 212_164, units: 800_012, real: 0 });
  expect(await count(otherTenantId)).toEqual({ rows: 0, units: null, real: 0 });
  const one = await database.withTenant(tenantId, (tx) =>
    tx
      .selectFrom('demand_daily')
      .innerJoin('products', 'products.id', 'demand_daily.product_id')
      .select(['units', 'promotion'])
      .where('sku', '=', 'B1-001')
      .orderBy('date')
      .limit(2)
      .execute(),
  );
  expect(one).toEqual([
    { units: 7, promotion: false },
    { units: 5, promotion: false },
  ]);
});

test('it can be written as the files that the importer reads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parstock-demo-'));
  const paths = writeDemoFiles(folder, { today: TODAY });
  expect(paths.map((path) => basename(path))).toEqual([
    'products.csv',
    'suppliers.csv',
    'terms.csv',
    'stock.csv',
    'sales.csv',
  ]);
  const sales = readFileSync(paths[4]!, 'utf8').trimEnd().split('\n');
  expect(sales).toHaveLength(212_165);
  expect(sales[1]).toMatch(/^B1-001,2021-03-11,7,no$/);
  rmSync(folder, { recursive: true });
});
