import { sql } from 'kysely';
import type { OrderProposal } from '../../planning/index.ts';
import type { Tx } from './database.ts';

/** A proposal on its way into the store. */
export interface NewProposal {
  readonly productId: number;
  readonly supplierId: number;
  readonly unitCost: number | null;
  readonly currency: string | null;
  readonly proposal: OrderProposal;
}

/**
 * Takes the open proposals (of some products, or of all) out of the list. The generation before them
 * goes: one is kept, so that whoever still looks at it is told that it was replaced.
 */
export async function supersedeOpen(tx: Tx, productIds?: readonly number[]): Promise<void> {
  const wanted = productIds ? sql`and product_id = any(${productIds}::bigint[])` : sql``;
  await sql`delete from order_proposals where state = 'superseded' ${wanted}`.execute(tx);
  await sql`update order_proposals set state = 'superseded' where state = 'open' ${wanted}`.execute(
    tx,
  );
}

/** Writes many proposals in one statement. */
export async function insertProposals(
  tx: Tx,
  proposals: readonly NewProposal[],
  run: { tenantId: string; runId: string },
): Promise<void> {
  if (proposals.length === 0) return;
  const rows = JSON.stringify(proposals.map(toRow));
  await sql`
    insert into order_proposals (tenant_id, run_id, product_id, supplier_id, as_of, state, quantity,
      unit_cost, currency, method, reorder_point, safety_stock, order_up_to, stock_position,
      days_of_cover, stock_out_on, expected_receipt, urgency, warnings, trace)
    select ${run.tenantId}::uuid, ${run.runId}::uuid, product_id, supplier_id, as_of, 'open', quantity,
      unit_cost, currency, method, reorder_point, safety_stock, order_up_to, stock_position,
      days_of_cover, stock_out_on, expected_receipt, urgency, warnings, trace
    from json_to_recordset(${rows}::json) as row(product_id bigint, supplier_id bigint, as_of date,
      quantity numeric, unit_cost numeric, currency text, method text, reorder_point numeric,
      safety_stock numeric, order_up_to numeric, stock_position numeric, days_of_cover numeric,
      stock_out_on date, expected_receipt date, urgency text, warnings jsonb, trace jsonb)`.execute(
    tx,
  );
}

function toRow({ productId, supplierId, unitCost, currency, proposal }: NewProposal) {
  return {
    product_id: productId,
    supplier_id: supplierId,
    as_of: proposal.asOf,
    quantity: proposal.quantity,
    unit_cost: unitCost,
    currency,
    method: proposal.method,
    reorder_point: proposal.reorderPoint,
    safety_stock: proposal.safetyStock,
    order_up_to: proposal.orderUpTo,
    stock_position: proposal.stockPosition,
    days_of_cover: proposal.daysOfCover,
    stock_out_on: proposal.stockOutDate,
    expected_receipt: proposal.expectedReceipt,
    urgency: proposal.urgency,
    warnings: proposal.warnings,
    trace: proposal.trace,
  };
}
