import { sql } from 'kysely';
import type { Tx } from './database.ts';

export interface NewReceipt {
  readonly tenantId: string;
  readonly lineId: number;
  readonly requestId: string;
  readonly quantity: number;
  readonly receivedOn: string;
  readonly actor: string;
}

/** Whether any of these lines was already received under this request. */
export async function hasReceipts(
  tx: Tx,
  { requestId, lineIds }: { requestId: string; lineIds: readonly number[] },
): Promise<boolean> {
  if (lineIds.length === 0) return false;
  const row = await tx
    .selectFrom('receipts')
    .select('id')
    .where('request_id', '=', requestId)
    .where('purchase_order_line_id', 'in', lineIds)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Writes a receipt down, counts it on its line, and raises the stock by it. */
export async function insertReceipt(
  tx: Tx,
  receipt: NewReceipt & { productId: number; reference: string },
): Promise<void> {
  await tx
    .insertInto('receipts')
    .values({
      tenant_id: receipt.tenantId,
      purchase_order_line_id: receipt.lineId,
      request_id: receipt.requestId,
      quantity: receipt.quantity,
      received_on: receipt.receivedOn,
      recorded_by: receipt.actor,
    })
    .execute();
  await tx
    .updateTable('purchase_order_lines')
    .set((eb) => ({ received: eb('received', '+', receipt.quantity) }))
    .where('id', '=', receipt.lineId)
    .execute();
  const { on_hand } = await tx
    .insertInto('stock')
    .values({
      tenant_id: receipt.tenantId,
      product_id: receipt.productId,
      on_hand: receipt.quantity,
      counted_on: receipt.receivedOn,
    })
    // The day of the count stays: a receipt is no count.
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'product_id']).doUpdateSet({
        on_hand: sql`stock.on_hand + excluded.on_hand`,
        updated_at: sql`now()`,
      }),
    )
    .returning('on_hand')
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('stock_movements')
    .values({
      tenant_id: receipt.tenantId,
      product_id: receipt.productId,
      kind: 'receipt',
      quantity: receipt.quantity,
      on_hand_after: on_hand,
      reference: receipt.reference,
    })
    .execute();
}
