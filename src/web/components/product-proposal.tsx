import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { dayNear } from '../format/date.ts';
import { money } from '../format/money.ts';
import { units } from '../format/number.ts';
import { urgency } from '../format/words.ts';
import { proposalQuery } from '../queries/proposals.ts';
import { Button } from './button.tsx';
import { ProblemNote } from './problem-note.tsx';
import { Tag } from './tag.tsx';
import { WhyDrawer } from './why-drawer.tsx';

/** What is proposed for this product now. */
export function ProductProposal({ id, name }: { id: string; name: string }) {
  const { data: proposal, error } = useQuery(proposalQuery(id));
  const [asking, setAsking] = useState(false);
  return (
    <section className="section" aria-labelledby="proposal">
      <div className="section-head">
        <h2 id="proposal">Proposal</h2>
        <Link to="/orders">All orders</Link>
      </div>
      <div className="card padded stack">
        {error && <ProblemNote error={error} />}
        {proposal && (
          <>
            <div className="row apart">
              <span className="number" style={{ fontSize: 'var(--text-xl)', fontWeight: 620 }}>
                {units(proposal.quantity)} <span className="unit">{proposal.unit}</span>
              </span>
              <Tag word={urgency(proposal.urgency)} />
            </div>
            <p className="soft small">
              {proposal.quantity > 0
                ? `From ${proposal.supplierName}, arriving ${dayNear(proposal.expectedReceipt)}${proposal.value ? `, for ${money(proposal.value)}` : ''}.`
                : `Nothing to order from ${proposal.supplierName} today.`}
            </p>
            <div>
              <Button onClick={() => setAsking(true)}>Why this number?</Button>
            </div>
          </>
        )}
      </div>
      {asking && <WhyDrawer id={id} title={name} onClose={() => setAsking(false)} />}
    </section>
  );
}
