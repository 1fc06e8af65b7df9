import { withDays } from '../format/date.ts';
import { units } from '../format/number.ts';
import type { Proposal } from '../queries/proposals.ts';
import { Button } from './button.tsx';
import { TextField } from './field.tsx';
import { ProblemNote } from './problem-note.tsx';
import type { useProposalLine } from './use-proposal-line.ts';

interface ProposalReasonProps {
  proposal: Proposal;
  line: ReturnType<typeof useProposalLine>;
}

/** Said by the columns of the line already, or only of interest beside the arithmetic. */
const saidElsewhere = new Set(['stock_out_before_receipt', 'approximate_spread']);

/** Below a line: why another quantity, what is missing, what the server refused. */
export function ProposalReason({ proposal, line }: ProposalReasonProps) {
  const warnings = proposal.warnings.filter(({ code }) => !saidElsewhere.has(code));
  return (
    <>
      {warnings.length > 0 && (
        <ul className="below small warn">
          {warnings.map((warning) => (
            <li key={warning.code}>{withDays(warning.message)}</li>
          ))}
        </ul>
      )}
      {line.edited && (
        <div className="below reason">
          <TextField
            label={`Why not the proposed ${units(proposal.quantity)}?`}
            value={line.reason}
            maxLength={500}
            error={line.missing}
            onChange={(event) => line.setReason(event.target.value)}
            onKeyDown={(event) => event.key === 'Enter' && line.tryAccept()}
          />
          <Button small onClick={() => line.setText(String(proposal.quantity))}>
            Back to {units(proposal.quantity)}
          </Button>
        </div>
      )}
      {line.accept.isError && (
        <div className="below">
          <ProblemNote error={line.accept.error} />
        </div>
      )}
    </>
  );
}
