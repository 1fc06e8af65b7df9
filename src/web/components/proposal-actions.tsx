import type { Proposal } from '../queries/proposals.ts';
import { useMay } from './access.ts';
import { Button } from './button.tsx';
import type { useProposalLine } from './use-proposal-line.ts';

interface ProposalActionsProps {
  proposal: Proposal;
  line: ReturnType<typeof useProposalLine>;
  /** False where there is nothing to order: only the reason can be asked for. */
  decidable?: boolean;
  onWhy: () => void;
  onDismiss: () => void;
}

function decision(proposal: Proposal): string {
  if (proposal.state === 'accepted') {
    return proposal.orderNumber ? `In draft ${proposal.orderNumber}` : 'Accepted';
  }
  return proposal.state === 'dismissed' ? 'Dismissed' : 'Replaced by a newer one';
}

/** Accept, dismiss, ask why; once decided: what was decided, and the way back. */
export function ProposalActions(props: ProposalActionsProps) {
  const { proposal, line, decidable = true, onWhy, onDismiss } = props;
  const mayPlan = useMay('planner');
  const name = proposal.productName;
  if (proposal.state !== 'open') {
    return (
      <div className="actions row">
        <span className="small">{decision(proposal)}</span>
        {mayPlan && proposal.state !== 'superseded' && (
          <Button
            small
            look="quiet"
            busy={line.reopen.isPending}
            aria-label={`Take the decision on ${name} back`}
            onClick={() => line.reopen.mutate()}
          >
            Undo
          </Button>
        )}
      </div>
    );
  }
  return (
    <div className="actions">
      <Button small look="quiet" aria-label={`Why this number for ${name}?`} onClick={onWhy}>
        Why?
      </Button>
      {mayPlan && decidable && (
        <>
          <Button small aria-label={`Dismiss ${name}`} onClick={onDismiss}>
            Dismiss
          </Button>
          <Button
            small
            look="primary"
            aria-label={`Accept ${name}`}
            busy={line.accept.isPending}
            onClick={line.tryAccept}
          >
            Accept
          </Button>
        </>
      )}
    </div>
  );
}
