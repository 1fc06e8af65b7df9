import { type Product, Refusal } from '../../contract/index.ts';
import type { Tx } from '../store/database.ts';
import {
  findProduct,
  listOpenOrders,
  listTerms,
  type ProductRow,
  type TermsRow,
} from '../store/products.ts';
import type { ActionContext } from './context.ts';

/** One product with stock, terms and open orders; refuses not_found. */
export function getProduct(context: ActionContext, { sku }: { sku: string }): Promise<Product> {
  return context.database.withTenant(context.tenantId, (tx) => readProduct(tx, sku));
}

/** As `getProduct`, inside a transaction that is already open. */
export async function readProduct(tx: Tx, sku: string): Promise<Product> {
  const row = await findProduct(tx, sku);
  if (!row) throw new Refusal('not_found', { sku });
  const terms = await listTerms(tx, row.id);
  const openOrders = await listOpenOrders(tx, row.id);
  return {
    sku: row.sku,
    name: row.name,
    category: row.category,
    brand: row.brand,
    unit: row.unit,
    unitDecimals: row.unit_decimals,
    unitCost: money(row.unit_cost, row.currency),
    unitPrice: money(row.unit_price, row.currency),
    serviceLevel: row.service_level,
    active: row.active,
    madeUp: row.made_up,
    stock: toStock(row),
    terms: terms.map(toTerms),
    openOrders: openOrders.map((order) => ({
      orderId: String(order.order_id),
      number: order.number,
      state: order.state,
      quantity: order.quantity,
      expectedOn: order.expected_on,
    })),
    proposalId: row.proposal_id,
  };
}

function money(amount: string | null, currency: string) {
  return amount === null ? null : { amount, currency };
}

/** Without a count there is no stock level, which is not the same as a stock of nothing. */
function toStock(row: ProductRow): Product['stock'] {
  if (row.on_hand === null) return null;
  return {
    onHand: row.on_hand,
    committed: row.committed!,
    backorders: row.backorders!,
    countedOn: row.counted_on!,
    madeUp: row.stock_made_up!,
  };
}

function toTerms(row: TermsRow): Product['terms'][number] {
  return {
    supplierCode: row.supplier_code,
    supplierName: row.supplier_name,
    leadTimeDays: row.lead_time_days,
    leadTimeSdDays: row.lead_time_sd_days,
    reviewPeriodDays: row.review_period_days,
    minimumOrderQuantity: row.minimum_order_quantity,
    orderMultiple: row.order_multiple,
    maximumOrderQuantity: row.maximum_order_quantity,
    unitCost: money(row.unit_cost, row.currency),
    preferred: row.preferred,
    madeUp: row.made_up,
  };
}
