import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { dayNear } from '../format/date.ts';
import { money } from '../format/money.ts';
import { quantity, unitName } from '../format/number.ts';
import { urgency } from '../format/words.ts';
import { type Proposal, type ProposalWithTrace, proposalQuery } from '../queries/proposals.ts';
import { useMay } from './access.ts';
import { DismissDialog } from './dismiss-dialog.tsx';
import { ProposalActions } from './proposal-actions.tsx';
import { ProposalReason } from './proposal-reason.tsx';
import { Tag } from './tag.tsx';
import { useProposalLine } from './use-proposal-line.ts';
import { WhyDrawer } from './why-drawer.tsx';

/** Keeps the decided proposal in sight, and has everything that it changes asked for again. */
function useDecided(proposal: ProposalWithTrace) {
  const queryClient = useQueryClient();
  return (changed: Proposal) => {
    queryClient.setQueryData(proposalQuery(proposal.id).queryKey, { ...proposal, ...changed });
    for (const key of [['products', 'one'], ['purchase-orders'], ['today']]) {
      void queryClient.invalidateQueries({ queryKey: key });
    }
    void queryClient.invalidateQueries({
      queryKey: ['proposals'],
      predicate: ({ queryKey }) => queryKey[1] !== 'one',
    });
  };
}

function summary(proposal: Proposal): string {
  if (proposal.quantity <= 0) return `Nothing to order from ${proposal.supplierName} today.`;
  const price = proposal.value ? `, for ${money(proposal.value)}` : '';
  return `From ${proposal.supplierName}, arriving ${dayNear(proposal.expectedReceipt)}${price}.`;
}

/** What is proposed for this product now, and the decision about it. */
export function ProductProposal({ proposal }: { proposal: ProposalWithTrace }) {
  const mayPlan = useMay('planner');
  const onChange = useDecided(proposal);
  const line = useProposalLine(proposal, onChange);
  const [open, setOpen] = useState<'why' | 'dismiss' | null>(null);
  const isOpen = proposal.state === 'open';
  const toDecide = proposal.quantity > 0 || !isOpen;

  return (
    <section className="section" aria-labelledby="proposal">
      <div className="section-head">
        <h2 id="proposal">Proposal</h2>
        <Link to="/orders">All orders</Link>
      </div>
      <div className="card padded stack">
        <div className="row apart">
          <span className="proposed">
            {quantity(isOpen ? proposal.quantity : (proposal.decidedQuantity ?? 0), proposal.unit)}
          </span>
          <Tag word={urgency(proposal.urgency)} />
        </div>
        <p className="soft small">{summary(proposal)}</p>
        {isOpen && mayPlan && toDecide && (
          <label className="row apart">
            <span className="field-label">Order, {unitName(proposal.unit)}</span>
            <input
              className="input quantity"
              type="number"
              inputMode="decimal"
              min="0"
              step="any"
              value={line.text}
              onChange={(event) => line.setText(event.target.value)}
              onKeyDown={(event) => event.key === 'Enter' && line.tryAccept()}
            />
          </label>
        )}
        {isOpen && <ProposalReason proposal={proposal} line={line} />}
        <ProposalActions
          proposal={proposal}
          line={line}
          decidable={toDecide}
          onWhy={() => setOpen('why')}
          onDismiss={() => setOpen('dismiss')}
        />
      </div>
      {open === 'why' && (
        <WhyDrawer
          id={proposal.id}
          title={`${proposal.productName} · ${proposal.supplierName}`}
          onClose={() => setOpen(null)}
        />
      )}
      {open === 'dismiss' && (
        <DismissDialog proposal={proposal} onDone={onChange} onClose={() => setOpen(null)} />
      )}
    </section>
  );
}
