import { orderQuantity } from '../../planning/index.ts';
import { recordAudit } from '../store/audit.ts';
import type { Tx } from '../store/database.ts';
import { addLines, type Draft, takeDraft } from '../store/orders.ts';
import { type ProposalToDecide, updateDecisions } from '../store/proposals.ts';
import type { ActionContext } from './context.ts';

/** An open proposal and how much of it to order. */
export interface Acceptance {
  readonly proposal: ProposalToDecide;
  readonly quantity: number;
  readonly reason: string | null;
}

/**
 * Accepts open proposals: each becomes a line of its supplier's draft order. Under the ordering lock;
 * returns the numbers of the orders.
 */
export async function takeIntoDrafts(
  tx: Tx,
  context: ActionContext,
  acceptances: readonly Acceptance[],
): Promise<string[]> {
  const numbers: string[] = [];
  for (const [supplierId, group] of Map.groupBy(acceptances, (a) => a.proposal.supplier_id)) {
    const currency = group.find(({ proposal }) => proposal.currency)?.proposal.currency ?? null;
    const { tenantId, actor } = context;
    const draft = await takeDraft(tx, { tenantId, supplierId, currency, actor });
    await takeIntoDraft(tx, { context, draft }, group);
    numbers.push(draft.number);
  }
  return numbers;
}

async function takeIntoDraft(
  tx: Tx,
  { context, draft }: { context: ActionContext; draft: Draft },
  acceptances: readonly Acceptance[],
): Promise<void> {
  const order = { tenantId: context.tenantId, orderId: draft.id };
  const lines = acceptances.map(({ proposal, quantity }) => ({
    productId: proposal.product_id,
    quantity,
    // An order has one currency: a cost in another would be added up as if it were this one.
    unitCost: proposal.currency === draft.currency ? proposal.unit_cost : null,
  }));
  const lineIds = await addLines(tx, order, lines);
  const decisions = acceptances.map((acceptance) => ({
    id: acceptance.proposal.id,
    state: 'accepted' as const,
    quantity: acceptance.quantity,
    reason: acceptance.reason,
    lineId: lineIds.get(acceptance.proposal.product_id)!,
    warnings: [...acceptance.proposal.warnings, ...warningsOf(acceptance)],
  }));
  await updateDecisions(tx, decisions, context.actor);
  for (const { proposal, quantity, reason } of acceptances)
    await recordAudit(tx, context, {
      action: 'proposal.accept',
      subject: proposal.sku,
      details: { proposal: proposal.id, order: draft.number, quantity, reason },
    });
}

/** A person may order what the terms do not foresee, but is told. */
function warningsOf({ proposal, quantity }: Acceptance): ProposalToDecide['warnings'] {
  const { minimum, multiple, maximum, unit_decimals: unitDecimals } = proposal;
  const fitting = orderQuantity(quantity, { minimum, multiple, maximum, unitDecimals }).quantity;
  if (fitting === quantity) return [];
  const message = `The supplier's terms fit ${fitting}, not ${quantity}.`;
  return [{ code: 'quantity_outside_terms', message }];
}
