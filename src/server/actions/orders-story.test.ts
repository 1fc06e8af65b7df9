import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertCatalogue } from '../../../test/support/catalogue.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { eventually, startTestJobs, type TestJobs } from '../../../test/support/jobs.ts';
import { orderSchema, proposalSchema, proposalWithTraceSchema } from '../../contract/orders.ts';
import { todaySchema } from '../../contract/overview.ts';
import { runSchema } from '../../contract/runs.ts';
import { acceptProposal } from './accept-proposal.ts';
import { acceptProposals } from './accept-proposals.ts';
import { cancelOrder } from './cancel-order.ts';
import { changeOrderLine } from './change-order-line.ts';
import { confirmOrder } from './confirm-order.ts';
import type { ActionContext } from './context.ts';
import { dismissProposal } from './dismiss-proposal.ts';
import { getOrder } from './get-order.ts';
import { getProposal } from './get-proposal.ts';
import { getRun } from './get-run.ts';
import { listOrders } from './list-orders.ts';
import { listProposals } from './list-proposals.ts';
import { listRuns } from './list-runs.ts';
import { listSupplierProposals } from './list-supplier-proposals.ts';
import { readToday } from './read-today.ts';
import { receiveOrder } from './receive-order.ts';
import { refreshProposals } from './refresh-proposals.ts';
import { reopenProposal } from './reopen-proposal.ts';
import { startRun } from './start-run.ts';

let store: TestDatabase;
let jobs: TestJobs;
let context: ActionContext;

beforeAll(async () => {
  store = await testDatabase();
  await insertCatalogue(store.database, {
    tenantId: store.tenantId,
    products: 40,
    days: 150,
    lastDay: '2026-03-31',
  });
  jobs = await startTestJobs(store, { today: '2026-04-01' });
  context = jobs.context;
  const { id } = await startRun(context);
  await eventually('proposals of the run', async () => (await getRun(context, { id })).proposals);
});
afterAll(async () => {
  await jobs?.stop();
  await store?.close();
});

const onHand = (sku: string) =>
  store.database.withTenant(store.tenantId, async (tx) => {
    const row = await tx
      .selectFrom('stock')
      .innerJoin('products', 'products.id', 'stock.product_id')
      .select('on_hand')
      .where('sku', '=', sku)
      .executeTakeFirstOrThrow();
    return row.on_hand;
  });
const nextOpen = async (supplierCode: string) =>
  (await listProposals(context, { supplierCode, limit: 1 })).items[0]!;

test('what is read has the shapes of the contract', async () => {
  const { items, nextCursor } = await listProposals(context, { ordersOnly: false, limit: 25 });
  for (const item of items) proposalSchema.strict().parse(item);
  const rest = await listProposals(context, { ordersOnly: false, cursor: nextCursor! });
  expect(items.length + rest.items.length).toBe(40);
  expect(new Set([...items, ...rest.items].map(({ sku }) => sku)).size).toBe(40);
  expect(rest.nextCursor).toBeNull();
  const one = await getProposal(context, { id: items[0]!.id });
  proposalWithTraceSchema.strict().parse(one);
  expect(one.trace.at(-1)).toMatchObject({ id: 'value' });
  expect(one.trace.map(({ id }) => id)).toContain('order-quantity');
  todaySchema.strict().parse(await readToday(context));
  for (const run of (await listRuns(context)).items) runSchema.strict().parse(run);
});

test('sums per supplier are the sums of the open proposals', async () => {
  const { items } = await listProposals(context, { limit: 500 });
  const { items: sums } = await listSupplierProposals(context);
  const today = await readToday(context);
  expect(sums.reduce((n, sum) => n + sum.lines, 0)).toBe(items.length);
  expect(today.toOrder).toMatchObject({ lines: items.length, suppliers: sums.length });
  const cents = items.reduce((sum, item) => sum + Number(item.value?.amount), 0);
  expect(Number(today.toOrder.value[0]?.amount)).toBeCloseTo(cents, 6);
});

test('accepted, confirmed, received in two parts: stock rises by just that', async () => {
  const proposal = await nextOpen('S1');
  const accepted = await acceptProposal(context, { id: proposal.id });
  expect(accepted).toMatchObject({ state: 'accepted', decidedBy: context.actor });
  const { items } = await listOrders(context, { state: 'draft' });
  const draft = items.find(({ number }) => number === accepted.orderNumber)!;
  orderSchema.strict().parse(draft);
  expect(draft).toMatchObject({ next: ['confirmed', 'cancelled'], supplierCode: 'S1' });
  const line = draft.lines[0]!;
  expect(line).toMatchObject({ sku: proposal.sku, quantity: proposal.quantity, received: 0 });

  for (const confirmedOn of ['1926-04-01', '2026-04-02'])
    await expect(confirmOrder(context, { id: draft.id, confirmedOn })).rejects.toMatchObject({
      code: 'invalid_request',
      details: { field: 'confirmedOn', found: confirmedOn },
    });
  const confirmed = await confirmOrder(context, { id: draft.id });
  expect(confirmed).toMatchObject({ state: 'confirmed', confirmedOn: '2026-04-01' });
  // Wednesday plus the lead time of the terms, and never on a weekend.
  expect([0, 6]).not.toContain(new Date(confirmed.lines[0]!.expectedOn!).getUTCDay());
  expect(confirmed.lines[0]!.expectedOn! >= '2026-04-06').toBe(true);

  const before = await onHand(proposal.sku);
  const part = { id: draft.id, requestId: 'first', lines: [{ lineId: line.id, quantity: 2 }] };
  expect(await receiveOrder(context, part)).toMatchObject({ state: 'part_received' });
  expect(await receiveOrder(context, part)).toMatchObject({ lines: [{ received: 2 }] });
  expect(await onHand(proposal.sku)).toBe(before + 2);
  await expect(cancelOrder(context, { id: draft.id })).rejects.toMatchObject({
    code: 'order_transition',
    details: { from: 'part_received', next: ['received'] },
  });
  const tooMuch = { ...part, requestId: 'second', lines: [{ lineId: line.id, quantity: 1e6 }] };
  await expect(receiveOrder(context, tooMuch)).rejects.toMatchObject({
    code: 'receipt_exceeds_order',
  });
  const rest = [{ lineId: line.id, quantity: line.quantity - 2 }];
  const done = await receiveOrder(context, { ...part, requestId: 'third', lines: rest });
  expect(done).toMatchObject({ state: 'received', next: [] });
  expect(await onHand(proposal.sku)).toBe(before + line.quantity);
});

test('what is on its way is not proposed again', async () => {
  const proposal = await nextOpen('S2');
  await acceptProposal(context, { id: proposal.id });
  await refreshProposals(context);
  const find = async () =>
    (await listProposals(context, { ordersOnly: false, limit: 500 })).items.find(
      ({ sku }) => sku === proposal.sku,
    )!;
  expect((await find()).quantity).toBe(0);
  const { items } = await listOrders(context, { state: 'draft' });
  const draft = items.find(({ supplierCode }) => supplierCode === 'S2')!;
  await cancelOrder(context, { id: draft.id });
  expect((await find()).quantity).toBe(proposal.quantity);
});

test('another quantity needs a reason, and the terms are pointed out', async () => {
  const proposal = await nextOpen('S3');
  const other = { id: proposal.id, quantity: proposal.quantity + 1 };
  await expect(acceptProposal(context, other)).rejects.toMatchObject({ code: 'reason_required' });
  await expect(acceptProposal(context, { ...other, quantity: 7.5 })).rejects.toMatchObject({
    code: 'invalid_request',
  });
  const accepted = await acceptProposal(context, { ...other, reason: 'a fair next week' });
  expect(accepted.decidedQuantity).toBe(proposal.quantity + 1);
  expect(accepted.warnings.map(({ code }) => code)).toContain('quantity_outside_terms');
  const reopened = await reopenProposal(context, { id: proposal.id });
  expect(reopened).toMatchObject({ state: 'open', decidedQuantity: null, orderNumber: null });
});

test('dismissed stays dismissed until the next run, unless reopened', async () => {
  const proposal = await nextOpen('S3');
  await dismissProposal(context, { id: proposal.id, reason: 'discontinued' });
  await refreshProposals(context);
  const open = await listProposals(context, { ordersOnly: false, limit: 500 });
  expect(open.items.map(({ sku }) => sku)).not.toContain(proposal.sku);
  expect(await reopenProposal(context, { id: proposal.id })).toMatchObject({ state: 'open' });
});

test('of two who accept the same proposal one wins', async () => {
  const proposal = await nextOpen('S1');
  const outcomes = await Promise.allSettled(
    Array.from({ length: 4 }, () => acceptProposal(context, { id: proposal.id })),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes)
    if (outcome.status === 'rejected')
      expect(outcome.reason).toMatchObject({ code: 'proposal_not_open' });
  const { items } = await listOrders(context, { state: 'draft' });
  const lines = items.flatMap((order) => order.lines).filter(({ sku }) => sku === proposal.sku);
  expect(lines).toMatchObject([{ quantity: proposal.quantity }]);
});

test('many are accepted at once, into one draft per supplier', async () => {
  const { items } = await listProposals(context, { limit: 500 });
  const ids = [...items.map(({ id }) => id), crypto.randomUUID()];
  const outcome = await acceptProposals(context, { ids });
  expect(outcome.accepted).toBe(items.length);
  expect(outcome.refused).toEqual([{ id: ids.at(-1), code: 'not_found' }]);
  expect(new Set(outcome.orders).size).toBe(new Set(items.map((i) => i.supplierCode)).size);
  const { items: drafts } = await listOrders(context, { state: 'draft' });
  const suppliers = drafts.map(({ supplierCode }) => supplierCode);
  expect(new Set(suppliers).size).toBe(suppliers.length);
});

test('a draft line can be changed and removed, a confirmed one cannot', async () => {
  const { items } = await listOrders(context, { state: 'draft' });
  const draft = items.find(({ lines }) => lines.length > 1)!;
  const [first, second] = draft.lines;
  await changeOrderLine(context, { id: draft.id, line: first!.id, quantity: 0 });
  const change = { id: draft.id, line: second!.id, quantity: 17 };
  const changed = await changeOrderLine(context, change);
  expect(changed.lines).toHaveLength(draft.lines.length - 1);
  expect(changed.lines.find(({ id }) => id === second!.id)?.quantity).toBe(17);
  await confirmOrder(context, { id: draft.id });
  await expect(changeOrderLine(context, change)).rejects.toMatchObject({
    code: 'order_transition',
  });
  const twice = [
    { lineId: second!.id, quantity: 9 },
    { lineId: second!.id, quantity: 9 },
  ];
  await expect(
    receiveOrder(context, { id: draft.id, requestId: 'x', lines: twice }),
  ).rejects.toMatchObject({ code: 'receipt_exceeds_order' });
});

test('another tenant sees none of it and can touch none of it', async () => {
  const stranger = { ...context, tenantId: store.otherTenantId };
  const { items } = await listOrders(context);
  expect(items.length).toBeGreaterThan(0);
  expect((await listOrders(stranger)).items).toEqual([]);
  expect((await listRuns(stranger)).items).toEqual([]);
  expect((await listProposals(stranger, { ordersOnly: false })).items).toEqual([]);
  expect(await readToday(stranger)).toMatchObject({ products: 0, lastRun: null, drafts: 0 });
  const { id } = items[0]!;
  for (const act of [getOrder, cancelOrder, confirmOrder])
    await expect(act(stranger, { id })).rejects.toMatchObject({ code: 'not_found' });
  await expect(startRun(stranger)).rejects.toMatchObject({ code: 'nothing_to_forecast' });
  await expect(refreshProposals(stranger)).rejects.toMatchObject({ code: 'no_forecast' });
});

test('a completed run cannot be rewritten', async () => {
  for (const statement of [
    sql`update forecasts set method = 'other'`,
    sql`delete from forecasts`,
    sql`update forecast_runs set state = 'running'`,
  ])
    await expect(
      store.database.withTenant(store.tenantId, (tx) => statement.execute(tx)),
    ).rejects.toMatchObject({ code: '55000' });
});

test('every change of state is in the audit log', async () => {
  const actions = await store.database.withTenant(store.tenantId, (tx) =>
    tx.selectFrom('audit_log').select('action').distinct().orderBy('action').execute(),
  );
  expect(actions.map(({ action }) => action)).toEqual([
    'order.cancel',
    'order.change',
    'order.confirm',
    'order.receive',
    'proposal.accept',
    'proposal.dismiss',
    'proposal.reopen',
    'run.start',
  ]);
});
