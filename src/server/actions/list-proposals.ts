import type { Proposal } from '../../contract/orders.ts';
import { decodeCursor, toPage } from '../store/cursor.ts';
import { listProposalRows } from '../store/proposals.ts';
import type { ProposalState } from '../store/schema.ts';
import type { ActionContext } from './context.ts';
import { describeProposal } from './describe-proposal.ts';

export interface ProposalQuery {
  readonly state?: ProposalState;
  readonly supplierCode?: string;
  /** Leave out proposals of quantity 0; the default. */
  readonly ordersOnly?: boolean;
  readonly cursor?: string;
  readonly limit?: number;
}

/** Order proposals, most urgent first. */
export async function listProposals(
  context: ActionContext,
  query: ProposalQuery = {},
): Promise<{ items: Proposal[]; nextCursor: string | null }> {
  const { state = 'open', supplierCode, ordersOnly = true, limit = 100 } = query;
  const [rank, sku, id] = query.cursor ? decodeCursor(query.cursor, 3) : [];
  const after = id ? { rank: Number(rank), sku: String(sku), id: String(id) } : undefined;
  const rows = await context.database.withTenant(context.tenantId, (tx) =>
    listProposalRows(tx, { state, supplierCode, ordersOnly, limit: limit + 1, after }),
  );
  const key = (row: (typeof rows)[number]) => [row.urgency_rank, row.sku, row.id];
  return toPage(rows, { limit, key, item: describeProposal });
}
