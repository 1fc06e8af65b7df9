import { Refusal } from '../../contract/errors.ts';
import type { Proposal } from '../../contract/orders.ts';
import { recordAudit } from '../store/audit.ts';
import { lockOrdering } from '../store/ordering-lock.ts';
import { listToDecide, updateDecisions } from '../store/proposals.ts';
import type { ActionContext } from './context.ts';
import { readProposal } from './describe-proposal.ts';

/** Dismisses a proposal, with the reason; the product is not proposed again before the next run. */
export async function dismissProposal(
  context: ActionContext,
  { id, reason }: { id: string; reason: string },
): Promise<Proposal> {
  const why = reason.trim();
  if (why === '') throw new Refusal('reason_required');
  return context.database.withTenant(context.tenantId, async (tx) => {
    await lockOrdering(tx, context.tenantId);
    const [proposal] = await listToDecide(tx, [id]);
    if (proposal === undefined) throw new Refusal('not_found', { proposal: id });
    if (proposal.state !== 'open')
      throw new Refusal('proposal_not_open', { state: proposal.state });
    const decision = { id, quantity: null, reason: why, lineId: null, warnings: proposal.warnings };
    await updateDecisions(tx, [{ ...decision, state: 'dismissed' }], context.actor);
    const details = { proposal: id, quantity: proposal.quantity, reason: why };
    await recordAudit(tx, context, { action: 'proposal.dismiss', subject: proposal.sku, details });
    return readProposal(tx, id);
  });
}
