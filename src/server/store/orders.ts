import { sql } from 'kysely';
import type { Tx } from './database.ts';
import type { OrderState } from './schema.ts';

export interface OrderRow {
  readonly id: number;
  readonly number: string;
  readonly supplier_id: number;
  readonly supplier_code: string;
  readonly supplier_name: string;
  readonly working_weekdays: number[];
  readonly state: OrderState;
  readonly currency: string | null;
  readonly created_by: string;
  readonly created_at: Date;
  readonly confirmed_on: string | null;
}

export interface OrderLineRow {
  readonly id: number;
  readonly purchase_order_id: number;
  readonly product_id: number;
  readonly sku: string;
  readonly product_name: string;
  readonly unit: string;
  readonly unit_decimals: number;
  readonly quantity: number;
  readonly received: number;
  /** Exact, as text. */
  readonly unit_cost: string | null;
  readonly value: string | null;
  readonly expected_on: string | null;
}

function selectOrders(tx: Tx) {
  return tx
    .selectFrom('purchase_orders as o')
    .innerJoin('suppliers as s', 's.id', 'o.supplier_id')
    .select([
      'o.id',
      'o.number',
      'o.supplier_id',
      's.code as supplier_code',
      's.name as supplier_name',
      's.working_weekdays',
      'o.state',
      'o.currency',
      'o.created_by',
      'o.created_at',
      'o.confirmed_on',
    ]);
}

/** Newest first; `before` is the id of the last one of the page before. */
export async function listOrderRows(
  tx: Tx,
  page: { state?: OrderState; limit: number; before?: number },
): Promise<OrderRow[]> {
  let query = selectOrders(tx);
  if (page.state) query = query.where('o.state', '=', page.state);
  if (page.before !== undefined) query = query.where('o.id', '<', page.before);
  return query.orderBy('o.id', 'desc').limit(page.limit).execute();
}

export async function findOrder(tx: Tx, id: string): Promise<OrderRow | undefined> {
  return selectOrders(tx).where(sql<boolean>`o.id = ${id}::bigint`).executeTakeFirst();
}

export async function listOrderLines(
  tx: Tx,
  orderIds: readonly number[],
): Promise<Map<number, OrderLineRow[]>> {
  if (orderIds.length === 0) return new Map();
  const rows: OrderLineRow[] = await tx
    .selectFrom('purchase_order_lines as l')
    .innerJoin('products as p', 'p.id', 'l.product_id')
    .innerJoin('purchase_orders as o', 'o.id', 'l.purchase_order_id')
    .select([
      'l.id',
      'l.purchase_order_id',
      'l.product_id',
      'p.sku',
      'p.name as product_name',
      'p.unit',
      'p.unit_decimals',
      'l.quantity',
      'l.received',
      sql<string | null>`trim_scale(l.unit_cost)::text`.as('unit_cost'),
      sql<string | null>`parstock_money(l.quantity * l.unit_cost, o.currency)::text`.as('value'),
      'l.expected_on',
    ])
    .where('l.purchase_order_id', 'in', orderIds)
    .orderBy('p.sku')
    .execute();
  return Map.groupBy(rows, (row) => row.purchase_order_id);
}

/** Sum of the lines as shown, per order; null where no line has a cost. */
export async function sumOrders(
  tx: Tx,
  orderIds: readonly number[],
): Promise<Map<number, string | null>> {
  if (orderIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('purchase_order_lines as l')
    .innerJoin('purchase_orders as o', 'o.id', 'l.purchase_order_id')
    .select([
      'l.purchase_order_id',
      sql<
        string | null
      >`trim_scale(sum(parstock_money(l.quantity * l.unit_cost, o.currency)))::text`.as('value'),
    ])
    .where('purchase_order_id', 'in', orderIds)
    .groupBy('l.purchase_order_id')
    .execute();
  return new Map(rows.map((row) => [row.purchase_order_id, row.value]));
}

export interface DraftFor {
  readonly tenantId: string;
  readonly supplierId: number;
  readonly currency: string | null;
  readonly actor: string;
}

export interface Draft {
  readonly id: number;
  readonly number: string;
  readonly currency: string | null;
}

/** The supplier's one draft; made, with the next number, if there is none. Under the ordering lock. */
export async function takeDraft(tx: Tx, draft: DraftFor): Promise<Draft> {
  const found = await tx
    .selectFrom('purchase_orders')
    .select(['id', 'number', 'currency'])
    .where('supplier_id', '=', draft.supplierId)
    .where('state', '=', 'draft')
    .executeTakeFirst();
  if (found?.currency || (found && draft.currency === null)) return found;
  if (found) {
    const { currency } = draft;
    await tx.updateTable('purchase_orders').set({ currency }).where('id', '=', found.id).execute();
    return { ...found, currency };
  }
  return tx
    .insertInto('purchase_orders')
    .values({
      tenant_id: draft.tenantId,
      supplier_id: draft.supplierId,
      state: 'draft',
      currency: draft.currency,
      created_by: draft.actor,
      number: sql<string>`(select 'PO-' || lpad((coalesce(max(substr(number, 4)::bigint), 0) + 1)::text, 6, '0')
        from purchase_orders where number ~ '^PO-[0-9]+$')`,
    })
    .returning(['id', 'number', 'currency'])
    .executeTakeFirstOrThrow();
}

export interface NewLine {
  readonly productId: number;
  readonly quantity: number;
  readonly unitCost: number | null;
}

/** Adds to the order's lines, or makes them; the line of each product. */
export async function addLines(
  tx: Tx,
  order: { tenantId: string; orderId: number },
  lines: readonly NewLine[],
): Promise<Map<number, number>> {
  const { rows } = await sql<{ product_id: number; id: number }>`
    insert into purchase_order_lines as l
      (tenant_id, purchase_order_id, product_id, quantity, unit_cost)
    select ${order.tenantId}::uuid, ${order.orderId}::bigint, "productId", quantity, "unitCost"
    from json_to_recordset(${JSON.stringify(lines)}::json)
      as n("productId" bigint, quantity numeric, "unitCost" numeric)
    on conflict (tenant_id, purchase_order_id, product_id)
      do update set quantity = l.quantity + excluded.quantity
    returning product_id, id`.execute(tx);
  return new Map(rows.map((row) => [row.product_id, row.id]));
}

/** A line with the state of its order. */
export async function findLine(
  tx: Tx,
  lineId: number,
): Promise<{ id: number; quantity: number; state: OrderState } | undefined> {
  return tx
    .selectFrom('purchase_order_lines as l')
    .innerJoin('purchase_orders as o', 'o.id', 'l.purchase_order_id')
    .select(['l.id', 'l.quantity', 'o.state'])
    .where('l.id', '=', lineId)
    .executeTakeFirst();
}

/** Sets the quantity of a line; 0 removes it. */
export async function setLineQuantity(
  tx: Tx,
  line: { id: number; quantity: number },
): Promise<void> {
  if (line.quantity > 0)
    await tx
      .updateTable('purchase_order_lines')
      .set({ quantity: line.quantity })
      .where('id', '=', line.id)
      .execute();
  else await tx.deleteFrom('purchase_order_lines').where('id', '=', line.id).execute();
}

/** Moves an order to a state that the caller has checked; stamps what the state brings with it. */
export async function updateOrderState(
  tx: Tx,
  move: { orderId: number; state: OrderState; confirmedOn?: string },
): Promise<void> {
  const { orderId, state, confirmedOn } = move;
  const closes = state === 'received' || state === 'cancelled';
  await tx
    .updateTable('purchase_orders')
    .set({
      state,
      ...(confirmedOn ? { confirmed_on: confirmedOn, confirmed_at: sql`now()` as never } : {}),
      ...(closes ? { closed_at: sql`now()` as never } : {}),
    })
    .where('id', '=', orderId)
    .execute();
}

export interface LineTerms {
  readonly line_id: number;
  readonly product_id: number;
  /** Null where the supplier has no terms for the product any more. */
  readonly lead_time_days: number | null;
}

/** Lead times of an order's lines by the terms of its supplier, calendar days. */
export async function listLineTerms(tx: Tx, orderId: number): Promise<LineTerms[]> {
  return tx
    .selectFrom('purchase_order_lines as l')
    .innerJoin('purchase_orders as o', 'o.id', 'l.purchase_order_id')
    .leftJoin('product_suppliers as t', (join) =>
      join.onRef('t.product_id', '=', 'l.product_id').onRef('t.supplier_id', '=', 'o.supplier_id'),
    )
    .select(['l.id as line_id', 'l.product_id', 't.lead_time_days'])
    .where('o.id', '=', orderId)
    .execute();
}

export async function setExpectedOn(
  tx: Tx,
  line: { id: number; expectedOn: string },
): Promise<void> {
  await tx
    .updateTable('purchase_order_lines')
    .set({ expected_on: line.expectedOn })
    .where('id', '=', line.id)
    .execute();
}
