import { decodeCursor, toPage } from '../store/cursor.ts';
import { listProductRows, type ProductListRow } from '../store/products.ts';
import type { ActionContext } from './context.ts';

/** Products by SKU, all or those whose SKU or name contains the query. */
export async function listProducts(
  context: ActionContext,
  input: { cursor?: string; limit: number; query?: string },
) {
  const after = input.cursor ? String(decodeCursor(input.cursor, 1)[0]) : undefined;
  const page = { query: input.query, after, limit: input.limit + 1 };
  const rows = await context.database.withTenant(context.tenantId, (tx) =>
    listProductRows(tx, page),
  );
  return toPage(rows, { limit: input.limit, key: (row) => [row.sku], item: toSummary });
}

function toSummary(row: ProductListRow) {
  return {
    sku: row.sku,
    name: row.name,
    category: row.category,
    brand: row.brand,
    unit: row.unit,
    active: row.active,
    supplierCode: row.supplier_code,
    onHand: row.on_hand,
    method: row.method,
    demandClass: row.demand_class,
    daysOfCover: row.days_of_cover,
    proposedQuantity: row.quantity,
    urgency: row.urgency,
  };
}
