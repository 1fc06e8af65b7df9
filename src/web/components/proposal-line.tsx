import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useRef, useState } from 'react';
import { dayNear, runOutWords } from '../format/date.ts';
import { lineValue, money } from '../format/money.ts';
import { unitName, units } from '../format/number.ts';
import { urgency } from '../format/words.ts';
import { shortcutsEnabled } from '../keyboard/shortcuts.ts';
import type { Proposal } from '../queries/proposals.ts';
import { useMay } from './access.ts';
import { DismissDialog } from './dismiss-dialog.tsx';
import { ProposalActions } from './proposal-actions.tsx';
import { ProposalReason } from './proposal-reason.tsx';
import { Tag } from './tag.tsx';
import { UnitMark } from './unit-mark.tsx';
import { useProposalLine } from './use-proposal-line.ts';
import { WhyDrawer } from './why-drawer.tsx';

function Caption({ children }: { children: string }) {
  return <span className="caption">{children}</span>;
}

function unitPrice({ value, quantity }: Proposal) {
  return value && quantity > 0
    ? { amount: String(Number(value.amount) / quantity), currency: value.currency }
    : null;
}

interface ProposalLineProps {
  proposal: Proposal;
  onChange: (proposal: Proposal) => void;
  onEdited: (id: string, edited: boolean) => void;
}

/** One proposed line: what, why so urgent, how much, and the decision. */
export function ProposalLine({ proposal, onChange, onEdited }: ProposalLineProps) {
  const mayPlan = useMay('planner');
  const line = useProposalLine(proposal, onChange);
  const [open, setOpen] = useState<'why' | 'dismiss' | null>(null);
  const quantityField = useRef<HTMLInputElement>(null);
  const isOpen = proposal.state === 'open';
  const isOut = proposal.urgency === 'stock-out';
  const out = proposal.stockOutOn ? runOutWords(proposal.stockOutOn, { isOut }) : null;
  const price = unitPrice(proposal);
  const shown = isOpen ? line.quantity : proposal.decidedQuantity;

  const press = (event: KeyboardEvent) => {
    const plain = event.target === event.currentTarget && shortcutsEnabled();
    if (!plain || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'w') setOpen('why');
    else if (!mayPlan || !isOpen) return;
    else if (event.key === 'a') line.tryAccept();
    else if (event.key === 'd') setOpen('dismiss');
    else if (event.key === 'e') quantityField.current?.select();
    else return;
    event.preventDefault();
  };

  return (
    <li
      className={isOpen ? 'line' : 'line decided'}
      tabIndex={-1}
      data-line={proposal.id}
      onKeyDown={press}
    >
      <div className="what">
        <Link to="/products/$sku" params={{ sku: proposal.sku }}>
          {proposal.productName}
        </Link>
        <span className="sub">
          {proposal.sku} <Tag word={urgency(proposal.urgency)} />
        </span>
      </div>
      <div className="right position">
        <Caption>Stock position</Caption>
        {units(proposal.stockPosition)}
        <UnitMark unit={proposal.unit} />
      </div>
      <div className="runs-out">
        {!isOut && <Caption>Runs out</Caption>}
        {out?.when ?? 'not in sight'}
        <span className="sub">
          {proposal.expectedReceipt && `arrives ${dayNear(proposal.expectedReceipt)}`}
        </span>
      </div>
      <div className="right how-much">
        <Caption>Quantity</Caption>
        {isOpen && mayPlan ? (
          <input
            ref={quantityField}
            className="input quantity"
            type="number"
            inputMode="decimal"
            min="0"
            step="any"
            aria-label={`Quantity of ${proposal.productName}, in ${unitName(proposal.unit)}`}
            value={line.text}
            onChange={(event) => {
              line.setText(event.target.value);
              onEdited(proposal.id, Number(event.target.value) !== proposal.quantity);
            }}
            onKeyDown={(event) => event.key === 'Enter' && line.tryAccept()}
          />
        ) : (
          <span className="number">{units(shown ?? proposal.quantity)}</span>
        )}
      </div>
      <div className="right worth">
        <Caption>Value</Caption>
        {price && shown ? money(lineValue(shown, price)) : '–'}
      </div>
      <ProposalActions
        proposal={proposal}
        line={line}
        onWhy={() => setOpen('why')}
        onDismiss={() => setOpen('dismiss')}
      />
      {isOpen && <ProposalReason proposal={proposal} line={line} />}
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
    </li>
  );
}
