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
  const columns = COLUMNS.map(([, type, value]) => columnOf(proposals.map(value), type));
  const names = sql.join(COLUMNS.map(([name]) => sql.ref(name)));
  await sql`
    insert into order_proposals (tenant_id, run_id, state, ${names})
    select ${run.tenantId}::uuid, ${run.runId}::uuid, 'open', ${names}
    from rows from (${sql.join(columns)}) as row (${names})`.execute(tx);
}

type Cell = string | number | null;

/** Column, type, and where its value comes from. */
const COLUMNS: readonly (readonly [string, string, (from: NewProposal) => Cell])[] = [
  ['product_id', 'bigint', ({ productId }) => productId],
  ['supplier_id', 'bigint', ({ supplierId }) => supplierId],
  ['unit_cost', 'numeric', ({ unitCost }) => unitCost],
  ['currency', 'text', ({ currency }) => currency],
  ['as_of', 'date', ({ proposal }) => proposal.asOf],
  ['quantity', 'numeric', ({ proposal }) => proposal.quantity],
  ['method', 'text', ({ proposal }) => proposal.method],
  ['reorder_point', 'numeric', ({ proposal }) => proposal.reorderPoint],
  ['safety_stock', 'numeric', ({ proposal }) => proposal.safetyStock],
  ['order_up_to', 'numeric', ({ proposal }) => proposal.orderUpTo],
  ['stock_position', 'numeric', ({ proposal }) => proposal.stockPosition],
  ['days_of_cover', 'numeric', ({ proposal }) => proposal.daysOfCover],
  ['stock_out_on', 'date', ({ proposal }) => proposal.stockOutDate],
  ['expected_receipt', 'date', ({ proposal }) => proposal.expectedReceipt],
  ['urgency', 'text', ({ proposal }) => proposal.urgency],
  ['warnings', 'jsonb', ({ proposal }) => JSON.stringify(proposal.warnings)],
  ['trace', 'text', ({ proposal }) => JSON.stringify(proposal.trace)],
];

/**
 * The cells of one column as a set of rows. They travel as one text, parted by a control character,
 * which none of them contains (JSON escapes it): an array literal would have every quote of a trace
 * escaped here and taken apart again there, and a parameter each costs more still.
 */
function columnOf(cells: readonly Cell[], type: string) {
  const text = cells.map((cell) => cell ?? '\u0002').join('\u0001');
  return sql`unnest(string_to_array(${text}, chr(1), chr(2))::${sql.raw(type)}[])`;
}
