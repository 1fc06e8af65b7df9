import type { z } from 'zod';
import type { proposalWithTraceSchema } from '../../contract/orders.ts';
import { readTrace } from '../store/proposals.ts';
import type { ActionContext } from './context.ts';
import { readProposal } from './describe-proposal.ts';

type ProposalWithTrace = z.infer<typeof proposalWithTraceSchema>;

/** One proposal with the arithmetic behind its quantity. */
export async function getProposal(
  context: ActionContext,
  { id }: { id: string },
): Promise<ProposalWithTrace> {
  return context.database.withTenant(context.tenantId, async (tx) => ({
    ...(await readProposal(tx, id)),
    trace: (await readTrace(tx, id)) as ProposalWithTrace['trace'],
  }));
}
