import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertCatalogue } from '../../../test/support/catalogue.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { fixedClock } from '../../../test/support/jobs.ts';
import { lockOrdering } from '../store/ordering-lock.ts';
import { addLines, takeDraft } from '../store/orders.ts';
import { confirmOrder } from './confirm-order.ts';
import type { ActionContext } from './context.ts';
import { receiveOrder } from './receive-order.ts';

let store: TestDatabase;
let context: ActionContext;

beforeAll(async () => {
  store = await testDatabase();
  const { database, tenantId } = store;
  await insertCatalogue(database, { tenantId, products: 2, days: 1, lastDay: '2026-03-31' });
  context = {
    database,
    jobs: { enqueue: async () => {} },
    clock: fixedClock('2026-04-20'),
    tenantId,
    actor: 'planner@example.com',
    userId: null,
    uploadFolder: '',
  };
});
afterAll(() => store.close());

/** A confirmed order of two products, made for this one trial. */
async function confirmedOrder(quantities: readonly [number, number]) {
  const { database, tenantId } = store;
  const id = await database.withTenant(tenantId, async (tx) => {
    await lockOrdering(tx, tenantId);
    const supplier = await tx.selectFrom('suppliers').select('id').executeTakeFirstOrThrow();
    const products = await tx.selectFrom('products').select('id').orderBy('id').execute();
    const draft = await takeDraft(tx, {
      tenantId,
      supplierId: supplier.id,
      currency: 'EUR',
      actor: 'planner@example.com',
    });
    const lines = products.map(({ id: productId }, i) => ({
      productId,
      quantity: quantities[i]!,
      unitCost: 1.25,
    }));
    await addLines(tx, { tenantId, orderId: draft.id }, lines);
    return String(draft.id);
  });
  return confirmOrder(context, { id, confirmedOn: '2026-04-01' });
}

const stock = () =>
  store.database.withTenant(store.tenantId, async (tx) => {
    const { rows } = await sql<{ sku: string; on_hand: number; moved: number; arrived: number }>`
      select p.sku, k.on_hand,
        coalesce((select sum(m.quantity) from stock_movements m where m.product_id = p.id), 0) as moved,
        coalesce((select sum(l.received) from purchase_order_lines l where l.product_id = p.id), 0) as arrived
      from products p join stock k on k.product_id = p.id order by p.sku`.execute(tx);
    return rows;
  });

test('whatever is received, however often it is sent: on hand = start + receipts', async () => {
  const start = await stock();
  const quantity = fc.integer({ min: 1, max: 40 });
  const attempt = fc.record({
    request: fc.integer({ min: 0, max: 4 }),
    line: fc.integer({ min: 0, max: 1 }),
    quantity,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(quantity, quantity),
      fc.array(attempt, { minLength: 1, maxLength: 8 }),
      async (quantities, attempts) => {
        const order = await confirmedOrder(quantities);
        const before = await stock();
        // Two at a time, as two people at two desks would.
        for (let i = 0; i < attempts.length; i += 2)
          await Promise.all(
            attempts.slice(i, i + 2).map(async ({ request, line, quantity: units }) => {
              const lines = [{ lineId: order.lines[line]!.id, quantity: units }];
              const requestId = `request ${request}`;
              await receiveOrder(context, { id: order.id, requestId, lines }).catch((error) => {
                expect(['receipt_exceeds_order', 'order_transition']).toContain(error.code);
              });
            }),
          );
        const after = await stock();
        const rows = await store.database.withTenant(store.tenantId, (tx) =>
          sql<{ product: number; units: number; requests: number }>`
            select l.product_id as product, sum(r.quantity) as units,
              count(distinct r.request_id)::int as requests
            from receipts r join purchase_order_lines l on l.id = r.purchase_order_line_id
            where l.purchase_order_id = ${order.id}::bigint group by 1 order by 1`.execute(tx),
        );
        const received = rows.rows.reduce((sum, row) => sum + row.units, 0);
        const rise = after.reduce((sum, row, i) => sum + row.on_hand - before[i]!.on_hand, 0);
        expect(rise).toBe(received);
        expect(received).toBeLessThanOrEqual(quantities[0] + quantities[1]);
        for (const [i, row] of after.entries()) {
          expect(row.on_hand).toBe(start[i]!.on_hand + row.arrived);
          expect(row.moved).toBe(row.arrived);
        }
      },
    ),
    { numRuns: 25, seed: 20260401 },
  );
});

test('enough receipts replace the lead time of the terms', async () => {
  for (let i = 0; i < 5; i++) {
    const order = await confirmedOrder([2, 2]);
    const lines = order.lines.map(({ id, quantity }) => ({ lineId: id, quantity }));
    await receiveOrder(context, {
      id: order.id,
      requestId: `lead time ${i}`,
      receivedOn: '2026-04-18',
      lines,
    });
  }
  // The 25 orders above arrived after 19 days or not at all, these after 17; the terms say about a week.
  const next = await confirmedOrder([1, 1]);
  for (const { expectedOn } of next.lines) {
    expect(expectedOn! >= '2026-04-18').toBe(true);
    expect(expectedOn! <= '2026-04-20').toBe(true);
  }
});
