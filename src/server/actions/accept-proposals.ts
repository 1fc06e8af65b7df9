import type { z } from 'zod';
import type { acceptedManySchema } from '../../contract/orders.ts';
import { lockOrdering } from '../store/ordering-lock.ts';
import { listToDecide } from '../store/proposals.ts';
import type { ActionContext } from './context.ts';
import { takeIntoDrafts } from './take-into-drafts.ts';

type AcceptedMany = z.infer<typeof acceptedManySchema>;

/** Accepts many as proposed; what cannot be accepted is named, and does not stop the others. */
export async function acceptProposals(
  context: ActionContext,
  { ids }: { ids: readonly string[] },
): Promise<AcceptedMany> {
  return context.database.withTenant(context.tenantId, async (tx) => {
    await lockOrdering(tx, context.tenantId);
    const wanted = [...new Set(ids)];
    const found = new Map((await listToDecide(tx, wanted)).map((row) => [row.id, row]));
    const refused: AcceptedMany['refused'] = [];
    const acceptances = wanted.flatMap((id) => {
      const proposal = found.get(id);
      const code = proposal === undefined ? 'not_found' : whyNot(proposal);
      if (proposal && code === null)
        return [{ proposal, quantity: proposal.quantity, reason: null }];
      refused.push({ id, code: code ?? 'not_found' });
      return [];
    });
    const orders = await takeIntoDrafts(tx, context, acceptances);
    return { accepted: acceptances.length, orders, refused };
  });
}

function whyNot({ state, quantity }: { state: string; quantity: number }): string | null {
  if (state !== 'open') return 'proposal_not_open';
  return quantity > 0 ? null : 'invalid_request';
}
