import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertCatalogue } from '../../../test/support/catalogue.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { fixedClock } from '../../../test/support/jobs.ts';
import { completeChunk, type ForecastRecord } from '../store/forecasts.ts';
import { beginRun, endRun, insertRun } from '../store/runs.ts';
import { acceptProposals } from './accept-proposals.ts';
import { changeProduct } from './change-product.ts';
import { confirmOrder } from './confirm-order.ts';
import type { ActionContext } from './context.ts';
import { listOrders } from './list-orders.ts';
import { listProposals } from './list-proposals.ts';
import { readToday } from './read-today.ts';
import { refreshProposals } from './refresh-proposals.ts';

const AS_OF = '2026-03-31';
const HORIZON = 30;
const LEVELS = [0.1, 0.5, 0.9];
let store: TestDatabase;
let context: ActionContext;

/** 10 a day, known well: a window of w days needs 10 w, give or take 1. */
const tenADay = (productId: number): ForecastRecord => ({
  ok: true,
  productId,
  method: 'ets',
  reason: 'given',
  reasonData: {},
  demandClass: 'smooth',
  scores: [],
  mean: new Float64Array(HORIZON).fill(10),
  quantiles: new Float64Array(HORIZON * LEVELS.length).fill(10),
  windowMeans: Float64Array.from({ length: HORIZON }, (_, w) => 10 * (w + 1)),
  windowQuantiles: Float64Array.from(
    { length: HORIZON * LEVELS.length },
    (_, at) => 10 * (Math.floor(at / LEVELS.length) + 1) + (at % LEVELS.length) - 1,
  ),
});

beforeAll(async () => {
  store = await testDatabase();
  const { database, tenantId } = store;
  await insertCatalogue(database, { tenantId, products: 3, days: 3, lastDay: AS_OF, suppliers: 1 });
  await database.withTenant(tenantId, async (tx) => {
    await sql`update suppliers set working_weekdays = '{1,2,3,4,5,6,7}'`.execute(tx);
    await sql`update product_suppliers set lead_time_days = 7, lead_time_sd_days = 0,
      review_period_days = 7, minimum_order_quantity = null, order_multiple = null, unit_cost = 2.5`.execute(
      tx,
    );
    // One runs out before help can come, one is just right, one holds far too much.
    await sql`update stock set on_hand = case substr(sku, 2)::int when 1 then 25 when 2 then 100
      else 1000 end from products p where p.id = stock.product_id`.execute(tx);
    const options = { seed: 1, method: 'auto', historyDays: 9, backtestWindows: 0 };
    const { id } = await insertRun(tx, {
      tenantId,
      asOf: AS_OF,
      horizonDays: HORIZON,
      options: { ...options, levels: LEVELS, windowLevels: LEVELS, missingDays: 'missing' },
      engineVersion: 'test',
      requestedBy: 'test',
      chunkSize: 10,
    });
    await beginRun(tx, id);
    const products = await tx.selectFrom('products').select('id').execute();
    const chunk = { tenantId, runId: id, chunkNo: 0, origin: AS_OF, levels: LEVELS };
    const records = products.map((product) => tenADay(product.id));
    await completeChunk(tx, { ...chunk, windowLevels: LEVELS }, records);
    await endRun(tx, { runId: id, state: 'completed' });
  });
  context = {
    database,
    jobs: { enqueue: async () => {} },
    clock: fixedClock('2026-04-01'),
    tenantId,
    actor: 'planner@example.com',
    userId: null,
    uploadFolder: '',
  };
  await refreshProposals(context);
});
afterAll(() => store.close());

test('what is at risk is named with the units that will be missing', async () => {
  const today = await readToday(context);
  expect(today).toMatchObject({ asOf: AS_OF, products: 3, lastSalesOn: AS_OF, drafts: 0 });
  // 25 last two days and a half; an order of today comes on day 8: days 3 to 7 go short.
  expect(today.atRisk).toMatchObject([
    { sku: 'P00001', onHand: 25, stockOutOn: '2026-04-03', lateUnits: 50 },
  ]);
});

test('what is to order and what lies too long are summed in units and money', async () => {
  const { toOrder, overstock } = await readToday(context);
  // Fourteen days of 10 and a little safety, less what is there.
  expect(toOrder.lines).toBe(2);
  expect(toOrder.units).toBe(2 * 142 - 25 - 100);
  expect(toOrder.value).toEqual([{ amount: String(toOrder.units * 2.5), currency: 'EUR' }]);
  expect(overstock.products).toBe(1);
  expect(Math.round(overstock.units)).toBe(1000 - 141);
});

test('orders move from proposal to draft to awaited, and become overdue', async () => {
  const { items } = await listProposals(context);
  await acceptProposals(context, { ids: items.map(({ id }) => id) });
  expect(await readToday(context)).toMatchObject({ drafts: 1, toOrder: { lines: 0, value: [] } });
  const [draft] = (await listOrders(context)).items;
  const { expectedOn } = await confirmOrder(context, { id: draft!.id });
  expect(items.map((item) => item.expectedReceipt)).toEqual(items.map(() => expectedOn));
  const value = [
    { amount: String(items.reduce((n, i) => n + i.quantity, 0) * 2.5), currency: 'EUR' },
  ];
  const { awaitingReceipt, drafts } = await readToday(context);
  expect({ awaitingReceipt, drafts }).toEqual({
    drafts: 0,
    awaitingReceipt: { orders: 1, overdue: 0, value },
  });
  const later = { ...context, clock: fixedClock('2026-04-09') };
  expect((await readToday(later)).awaitingReceipt.overdue).toBe(1);
});

test('a lead time that receipts have shown is planned with the windows of the forecast', async () => {
  const { tenantId, database } = store;
  const proposal = async () => {
    await refreshProposals(context);
    const { items } = await listProposals(context, { ordersOnly: false });
    return items.find(({ sku }) => sku === 'P00003')!;
  };
  expect((await proposal()).reorderPoint).toBeCloseTo(10 * 14 + 1, 0);
  await database.withTenant(tenantId, async (tx) => {
    await sql`with one as (insert into purchase_orders
        (tenant_id, number, supplier_id, state, created_by, confirmed_on)
        select tenant_id, 'LATE', id, 'received', 'test', date '2026-02-01' from suppliers returning id),
      line as (insert into purchase_order_lines
        (tenant_id, purchase_order_id, product_id, quantity, received)
        select ${tenantId}, one.id, p.id, 5, 5 from one, products p where p.sku = 'P00003' returning id)
      insert into receipts
        (tenant_id, purchase_order_line_id, request_id, quantity, received_on, recorded_by)
      select ${tenantId}, line.id, n::text, 1, date '2026-02-21', 'test'
      from line, generate_series(1, 5) n`.execute(tx);
  });
  const late = await proposal();
  expect(late.reorderPoint).toBeCloseTo(10 * 27 + 1, 0);
  expect(late.warnings.map(({ code }) => code)).not.toContain('window_exceeds_horizon');
  await database.withTenant(tenantId, async (tx) => {
    await sql`delete from receipts where request_id in ('1', '2', '3', '4', '5')`.execute(tx);
  });
});

test('what cannot be planned is named with the reason, until it is mended', async () => {
  const { tenantId } = store;
  await store.database.withTenant(tenantId, async (tx) => {
    await sql`insert into products (tenant_id, sku, name) values (${tenantId}, 'ALONE', 'No supplier'),
      (${tenantId}, 'NEW', 'Never sold')`.execute(tx);
    await sql`insert into product_suppliers (tenant_id, product_id, supplier_id, lead_time_days)
      select ${tenantId}, p.id, s.id, 5 from products p, suppliers s where p.sku = 'NEW'`.execute(
      tx,
    );
  });
  expect(await refreshProposals(context)).toMatchObject({ proposals: 3, unplanned: 2 });
  expect((await readToday(context)).unplanned).toMatchObject([
    { code: 'no_demand', products: 1, skus: ['NEW'] },
    { code: 'no_terms', products: 1, skus: ['ALONE'], title: expect.stringMatching(/supplier/) },
  ]);
  await changeProduct(context, { sku: 'ALONE', active: false });
  expect((await readToday(context)).unplanned).toMatchObject([{ code: 'no_demand' }]);
  const proposed = async () => (await listProposals(context, { ordersOnly: false })).items.length;
  expect(await proposed()).toBe(3);
  await changeProduct(context, { sku: 'P00001', active: false });
  expect(await proposed()).toBe(2);
});

test('old sales and old stock are said on the proposal, and its dates are of today', async () => {
  const warned = async (today: string) => {
    const later = { ...context, clock: fixedClock(today) };
    await refreshProposals(later);
    const [item] = (await listProposals(later, { ordersOnly: false })).items;
    return { ...item!, codes: item!.warnings.map(({ code }) => code) };
  };
  expect((await warned('2026-04-05')).codes).not.toContain('forecast_old');
  const old = await warned('2026-04-20');
  expect(old.codes).toEqual(expect.arrayContaining(['stock_count_old', 'forecast_old']));
  expect(old).toMatchObject({ asOf: AS_OF, expectedReceipt: '2026-04-27' });
  const over = await warned('2027-01-15');
  expect(over).toMatchObject({ asOf: '2027-01-14', expectedReceipt: '2027-01-22' });
  expect(over.warnings.find(({ code }) => code === 'forecast_old')?.message).toMatch(/is over/);
});
