import { sql } from 'kysely';
import type { Tx } from '../../store/database.ts';
import type { DemoProduct, DemoSupplier, DemoTerms } from './demo-catalogue.ts';
import type { DemoOrder } from './demo-orders.ts';
import type { DemoSeries } from './demo-sales.ts';
import type { DemoStock } from './demo-stock.ts';

interface Owner {
  readonly tenantId: string;
  readonly currency: string;
  readonly today: string;
}

/** Ids by SKU and by supplier code. */
interface Ids {
  readonly productIds: ReadonlyMap<string, number>;
  readonly supplierIds: ReadonlyMap<string, number>;
}

export async function insertDemoProducts(
  tx: Tx,
  owner: Owner,
  products: readonly DemoProduct[],
): Promise<Map<string, number>> {
  const rows = await tx
    .insertInto('products')
    .values(
      products.map((product) => ({
        tenant_id: owner.tenantId,
        sku: product.sku,
        name: product.name,
        category: product.category,
        brand: product.brand,
        unit_cost: product.unitCost,
        unit_price: product.unitPrice,
        currency: owner.currency,
        service_level: product.serviceLevel,
        made_up: true,
      })),
    )
    .returning(['sku', 'id'])
    .execute();
  return new Map(rows.map(({ sku, id }) => [sku, id]));
}

export async function insertDemoSuppliers(
  tx: Tx,
  owner: Owner,
  suppliers: readonly DemoSupplier[],
): Promise<Map<string, number>> {
  const rows = await tx
    .insertInto('suppliers')
    .values(
      suppliers.map((supplier) => ({
        tenant_id: owner.tenantId,
        code: supplier.code,
        name: supplier.name,
        email: supplier.email,
        currency: owner.currency,
        working_weekdays: [...supplier.workingWeekdays],
        made_up: true,
      })),
    )
    .returning(['code', 'id'])
    .execute();
  return new Map(rows.map(({ code, id }) => [code, id]));
}

export async function insertDemoTerms(
  tx: Tx,
  { terms, ...to }: Owner & Ids & { readonly terms: readonly DemoTerms[] },
): Promise<void> {
  const values = terms.map((term) => ({
    tenant_id: to.tenantId,
    product_id: idOf(to.productIds, term.sku),
    supplier_id: idOf(to.supplierIds, term.supplier.code),
    lead_time_days: term.supplier.leadTimeDays,
    lead_time_sd_days: term.supplier.leadTimeSdDays,
    review_period_days: term.supplier.reviewPeriodDays,
    minimum_order_quantity: term.minimumOrderQuantity,
    order_multiple: term.orderMultiple,
    maximum_order_quantity: term.maximumOrderQuantity,
    unit_cost: term.unitCost,
    currency: to.currency,
    preferred: term.preferred,
    made_up: true,
  }));
  await tx.insertInto('product_suppliers').values(values).execute();
}

export async function insertDemoStock(
  tx: Tx,
  { stock, ...to }: Owner & Ids & { readonly stock: readonly DemoStock[] },
): Promise<void> {
  const values = stock.map((level) => ({
    tenant_id: to.tenantId,
    product_id: idOf(to.productIds, level.sku),
    on_hand: level.onHand,
    committed: level.committed,
    backorders: level.backorders,
    counted_on: to.today,
    made_up: true,
  }));
  await tx.insertInto('stock').values(values).execute();
}

/** One array per column instead of 212,164 rows of parameters. */
export async function insertDemoSales(
  tx: Tx,
  to: Owner & Ids & { readonly dates: readonly string[]; readonly series: readonly DemoSeries[] },
): Promise<void> {
  const { dates, series } = to;
  const productIds = series.map(({ sku }) => idOf(to.productIds, sku));
  const units = series.flatMap((one) => one.units);
  const promotions = series.flatMap((one) => one.promotion);
  await sql`
    insert into demand_daily (tenant_id, product_id, date, units, promotion)
    select ${to.tenantId}::uuid, product.id, day.date, sold.units, sold.promotion
    from unnest(${productIds}::bigint[]) with ordinality as product (id, nth)
    cross join unnest(${dates}::date[]) with ordinality as day (date, nth)
    join unnest(${units}::integer[], ${promotions}::boolean[])
      with ordinality as sold (units, promotion, nth)
      on sold.nth = (product.nth - 1) * ${dates.length}::bigint + day.nth`.execute(tx);
}

export async function insertDemoOrder(
  tx: Tx,
  to: Owner & Ids & { readonly order: DemoOrder; readonly number: number },
): Promise<void> {
  const { order, tenantId } = to;
  const { receivedOn, confirmedOn } = order;
  const { id } = await tx
    .insertInto('purchase_orders')
    .values({
      tenant_id: tenantId,
      number: `DEMO-${String(to.number).padStart(4, '0')}`,
      supplier_id: idOf(to.supplierIds, order.supplierCode),
      state: receivedOn ? 'received' : 'confirmed',
      currency: to.currency,
      note: 'Made up with the demo data',
      created_by: 'demo data',
      created_at: `${confirmedOn}T08:00:00Z`,
      confirmed_at: `${confirmedOn}T09:00:00Z`,
      confirmed_on: confirmedOn,
      closed_at: receivedOn && `${receivedOn}T10:00:00Z`,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const lines = order.lines.map((line) => ({
    tenant_id: tenantId,
    purchase_order_id: id,
    product_id: idOf(to.productIds, line.sku),
    quantity: line.quantity,
    received: line.received,
    unit_cost: line.unitCost,
    expected_on: order.expectedOn,
  }));
  const inserted = await tx
    .insertInto('purchase_order_lines')
    .values(lines)
    .returning(['id', 'received'])
    .execute();
  if (receivedOn) await insertReceipts(tx, { tenantId, receivedOn, lines: inserted });
}

async function insertReceipts(
  tx: Tx,
  to: { tenantId: string; receivedOn: string; lines: readonly { id: number; received: number }[] },
): Promise<void> {
  const values = to.lines.map((line) => ({
    tenant_id: to.tenantId,
    purchase_order_line_id: line.id,
    request_id: `demo-${line.id}`,
    quantity: line.received,
    received_on: to.receivedOn,
    recorded_by: 'demo data',
  }));
  await tx.insertInto('receipts').values(values).execute();
}

function idOf(ids: ReadonlyMap<string, number>, key: string): number {
  const id = ids.get(key);
  if (id === undefined) throw new Error(`demo data names ${key}, which it does not have`);
  return id;
}
