import { afterEach, beforeEach, expect, test } from 'vitest';
import { insertCatalogue } from '../../../test/support/catalogue.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import type { Tx } from './database.ts';
import { type DemandSeries, listDemand } from './demand.ts';
import { insertPromotion, withPromotions } from './promotions.ts';

const AS_OF = '2026-03-31';
const window = { from: '2026-02-01', to: AS_OF, horizonDays: 14 };
let store: TestDatabase;
let ids: number[];

beforeEach(async () => {
  store = await testDatabase();
  const { tenantId } = store;
  await insertCatalogue(store.database, { tenantId, products: 3, days: 20, lastDay: AS_OF });
  const rows = await inTenant((tx) =>
    tx.selectFrom('products').select('id').orderBy('sku').execute(),
  );
  ids = rows.map(({ id }) => Number(id));
});
afterEach(() => store.close());

const inTenant = <T>(work: (tx: Tx) => Promise<T>) =>
  store.database.withTenant(store.tenantId, work);

const plan = (product: number, firstDay: string, lastDay: string) =>
  inTenant((tx) =>
    insertPromotion(tx, {
      ...{ tenantId: store.tenantId, productId: ids[product]!, firstDay, lastDay, name: null },
    }),
  );

/** Days with a 1 and days that are not known, as days from the end of the history. */
async function told(): Promise<({ promoted: number[]; unknown: number[] } | null)[]> {
  const series = await inTenant(async (tx) => {
    const demand = await listDemand(tx, { ...window, productIds: ids, missingDays: 'missing' });
    return withPromotions(tx, demand, window);
  });
  return series.map(({ y, promotion }: DemandSeries) => {
    if (promotion === undefined) return null;
    expect(promotion).toHaveLength(y.length + window.horizonDays);
    const days = [...promotion].map((flag, i) => [flag, i - y.length + 1] as const);
    const where = (test: (flag: number) => boolean) =>
      days.filter(([flag]) => test(flag)).map(([, day]) => day);
    return { promoted: where((flag) => flag === 1), unknown: where(Number.isNaN) };
  });
}

test('nothing is told where nothing is planned, whatever was promoted', async () => {
  await plan(0, '2026-03-20', '2026-03-22');
  expect(await told()).toEqual([null, null, null]);
});

test('past days come from plan and sales file alike, and the plan is known to its last day', async () => {
  await plan(0, '2026-03-20', '2026-03-22');
  await plan(0, '2026-04-03', '2026-04-04');
  await plan(1, '2026-04-01', '2026-04-10');
  await inTenant((tx) =>
    tx
      .updateTable('demand_daily')
      .set({ promotion: true })
      .where('product_id', 'in', [ids[0]!, ids[2]!])
      .where('date', '=', '2026-03-22')
      .execute(),
  );
  const unknown = [11, 12, 13, 14];
  expect(await told()).toEqual([
    { promoted: [-11, -10, -9, 3, 4], unknown },
    // It never was promoted: what a promotion does to it, nobody can know.
    null,
    { promoted: [-9], unknown },
  ]);
});

test('a promotion that is under way, and one that reaches beyond the horizon, count to the ends', async () => {
  await plan(0, '2026-03-30', '2026-04-02');
  await plan(0, '2026-04-13', '2026-05-20');
  // Before the product’s first sale there is no day to mark.
  await plan(0, '2026-02-10', '2026-03-12');
  expect((await told())[0]).toEqual({ promoted: [-19, -1, 0, 1, 2, 13, 14], unknown: [] });
});

test('the plan of another company says nothing', async () => {
  const { database, otherTenantId: tenantId } = store;
  await insertCatalogue(database, { tenantId, products: 1, days: 5, lastDay: AS_OF });
  await database.withTenant(tenantId, async (tx) => {
    const { id } = await tx.selectFrom('products').select('id').executeTakeFirstOrThrow();
    const days = { firstDay: '2026-04-01', lastDay: '2026-04-09' };
    await insertPromotion(tx, { tenantId, productId: Number(id), ...days, name: null });
  });
  await plan(0, '2026-03-20', '2026-03-22');
  expect(await told()).toEqual([null, null, null]);
});

test('two promotions of a product cannot begin on one day', async () => {
  expect(await plan(0, '2026-04-01', '2026-04-02')).toMatchObject({ first_day: '2026-04-01' });
  expect(await plan(0, '2026-04-01', '2026-04-05')).toBeNull();
});
