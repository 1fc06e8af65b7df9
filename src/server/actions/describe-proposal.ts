import { Refusal } from '../../contract/errors.ts';
import type { Proposal } from '../../contract/orders.ts';
import type { Tx } from '../store/database.ts';
import { findProposal, type ProposalRow } from '../store/proposals.ts';

/** A proposal as the contract has it. */
export function describeProposal(row: ProposalRow): Proposal {
  return {
    id: row.id,
    runId: row.run_id,
    sku: row.sku,
    productName: row.product_name,
    unit: row.unit,
    supplierCode: row.supplier_code,
    supplierName: row.supplier_name,
    asOf: row.as_of,
    state: row.state,
    quantity: row.quantity,
    decidedQuantity: row.decided_quantity,
    reason: row.reason,
    value: row.value && row.currency ? { amount: row.value, currency: row.currency } : null,
    method: row.method,
    reorderPoint: row.reorder_point,
    safetyStock: row.safety_stock,
    orderUpTo: row.order_up_to,
    stockPosition: row.stock_position,
    daysOfCover: row.days_of_cover,
    stockOutOn: row.stock_out_on,
    expectedReceipt: row.expected_receipt,
    urgency: row.urgency,
    warnings: (row.warnings as Proposal['warnings']).map(({ code, message }) => ({
      code,
      message,
    })),
    orderNumber: row.order_number,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at?.toISOString() ?? null,
  };
}

/** The proposal as it is now; refuses not_found. */
export async function readProposal(tx: Tx, id: string): Promise<Proposal> {
  const row = await findProposal(tx, id);
  if (row === undefined) throw new Refusal('not_found', { proposal: id });
  return describeProposal(row);
}
