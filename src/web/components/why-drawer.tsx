import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { dayNear, withDays } from '../format/date.ts';
import { money } from '../format/money.ts';
import { quantity } from '../format/number.ts';
import { method } from '../format/words.ts';
import { type ProposalWithTrace, proposalQuery } from '../queries/proposals.ts';
import { Dialog } from './dialog.tsx';
import { ProblemNote } from './problem-note.tsx';
import { TraceSteps } from './trace-steps.tsx';

function Answer({ proposal }: { proposal: ProposalWithTrace }) {
  const { unit } = proposal;
  return (
    <>
      <dl className="pairs">
        <dt>Proposed</dt>
        <dd>
          <strong>{quantity(proposal.quantity, unit)}</strong>
          {proposal.value && ` · ${money(proposal.value)}`}
        </dd>
        <dt>Stock position</dt>
        <dd>{quantity(proposal.stockPosition, unit)}</dd>
        <dt>Reorder point</dt>
        <dd>{quantity(proposal.reorderPoint, unit)}</dd>
        <dt>of which safety stock</dt>
        <dd>{quantity(proposal.safetyStock, unit)}</dd>
        <dt>Order up to</dt>
        <dd>{quantity(proposal.orderUpTo, unit)}</dd>
        <dt>Reorder point from</dt>
        <dd>{method(proposal.method)}</dd>
        <dt>Would arrive</dt>
        <dd>{dayNear(proposal.expectedReceipt)}</dd>
      </dl>
      {proposal.warnings.map((warning) => (
        <p key={warning.code} className="note warn">
          {withDays(warning.message)}
        </p>
      ))}
      <TraceSteps steps={proposal.trace} />
      <p className="small soft">
        Forecast, sales and stock of this product:{' '}
        <Link to="/products/$sku" params={{ sku: proposal.sku }}>
          {proposal.productName}
        </Link>
      </p>
    </>
  );
}

interface WhyDrawerProps {
  id: string;
  title: string;
  onClose: () => void;
}

/** "Why this number?": the whole arithmetic of a proposal, beside the list it belongs to. */
export function WhyDrawer({ id, title, onClose }: WhyDrawerProps) {
  const { data, error } = useQuery(proposalQuery(id));
  return (
    <Dialog shape="drawer" title="Why this number?" subtitle={title} onClose={onClose}>
      {error && <ProblemNote error={error} />}
      {data ? (
        <Answer proposal={data} />
      ) : (
        !error && <span className="bone" style={{ height: '60dvh' }} />
      )}
    </Dialog>
  );
}
