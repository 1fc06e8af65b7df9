import { Refusal } from '../../contract/errors.ts';
import type { Proposal } from '../../contract/orders.ts';
import { recordAudit } from '../store/audit.ts';
import type { Tx } from '../store/database.ts';
import { lockOrdering } from '../store/ordering-lock.ts';
import { findLine, setLineQuantity } from '../store/orders.ts';
import { listToDecide, type ProposalToDecide, reopenDecision } from '../store/proposals.ts';
import type { ActionContext } from './context.ts';
import { readProposal } from './describe-proposal.ts';
import { QUANTITY_DUST } from './quantities.ts';

/** Takes a decision back while nothing has come of it: an accepted one leaves its draft order. */
export async function reopenProposal(
  context: ActionContext,
  { id }: { id: string },
): Promise<Proposal> {
  return context.database.withTenant(context.tenantId, async (tx) => {
    await lockOrdering(tx, context.tenantId);
    const [proposal] = await listToDecide(tx, [id]);
    if (proposal === undefined) throw new Refusal('not_found', { proposal: id });
    if (proposal.state !== 'accepted' && proposal.state !== 'dismissed')
      throw new Refusal('proposal_not_open', { state: proposal.state });
    if (proposal.state === 'accepted') await leaveDraft(tx, proposal);
    if (!(await reopenDecision(tx, id))) throw new Refusal('conflict', { sku: proposal.sku });
    const details = { proposal: id, was: proposal.state };
    await recordAudit(tx, context, { action: 'proposal.reopen', subject: proposal.sku, details });
    return readProposal(tx, id);
  });
}

/** Takes the accepted quantity off its line. A line removed by hand needs nothing more. */
async function leaveDraft(tx: Tx, proposal: ProposalToDecide): Promise<void> {
  if (proposal.purchase_order_line_id === null) return;
  const line = await findLine(tx, proposal.purchase_order_line_id);
  if (line === undefined) return;
  if (line.state !== 'draft')
    throw new Refusal('order_transition', { from: line.state, to: 'draft', next: [] });
  const left = line.quantity - (proposal.decided_quantity ?? 0);
  await setLineQuantity(tx, { id: line.id, quantity: left > QUANTITY_DUST ? left : 0 });
}
