import { Refusal } from '../../contract/errors.ts';
import type { Proposal } from '../../contract/orders.ts';
import { lockOrdering } from '../store/ordering-lock.ts';
import { listToDecide } from '../store/proposals.ts';
import type { ActionContext } from './context.ts';
import { readProposal } from './describe-proposal.ts';
import { requireQuantity } from './quantities.ts';
import { takeIntoDrafts } from './take-into-drafts.ts';

export interface AcceptRequest {
  readonly id: string;
  /** Default: as proposed. Another quantity needs a reason. */
  readonly quantity?: number;
  readonly reason?: string;
}

/** Accepts a proposal: it becomes a line of the supplier's draft order. */
export async function acceptProposal(
  context: ActionContext,
  request: AcceptRequest,
): Promise<Proposal> {
  const { id } = request;
  return context.database.withTenant(context.tenantId, async (tx) => {
    await lockOrdering(tx, context.tenantId);
    const [proposal] = await listToDecide(tx, [id]);
    if (proposal === undefined) throw new Refusal('not_found', { proposal: id });
    if (proposal.state !== 'open')
      throw new Refusal('proposal_not_open', { state: proposal.state });
    const quantity = request.quantity ?? proposal.quantity;
    const reason = request.reason?.trim() || null;
    const decimals = proposal.unit_decimals;
    requireQuantity(quantity, { field: 'quantity', decimals, least: 10 ** -decimals });
    if (quantity !== proposal.quantity && reason === null)
      throw new Refusal('reason_required', { proposed: proposal.quantity, quantity });
    await takeIntoDrafts(tx, context, [{ proposal, quantity, reason }]);
    return readProposal(tx, id);
  });
}
