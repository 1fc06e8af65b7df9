import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { moneyList } from '../format/money.ts';
import { count, decimal } from '../format/number.ts';
import { type Proposal, type SupplierProposals, supplierLinesQuery } from '../queries/proposals.ts';
import { AcceptAll } from './accept-all.tsx';
import { useMay } from './access.ts';
import { Button } from './button.tsx';
import { Icon } from './icons.tsx';
import { ProblemNote } from './problem-note.tsx';
import { ProposalLine } from './proposal-line.tsx';

interface LinesPage {
  items: Proposal[];
  nextCursor: string | null;
}

/** Puts a decided line back where it stands, and has the sums asked for again. */
function useReplaceLine(supplierCode: string) {
  const queryClient = useQueryClient();
  const { queryKey } = supplierLinesQuery(supplierCode);
  return (changed: Proposal) => {
    queryClient.setQueryData<InfiniteData<LinesPage>>(queryKey, (data) =>
      data
        ? {
            ...data,
            pages: data.pages.map((page) => ({
              ...page,
              items: page.items.map((item) => (item.id === changed.id ? changed : item)),
            })),
          }
        : data,
    );
    void queryClient.invalidateQueries({ queryKey: ['proposals', 'by-supplier'] });
    void queryClient.invalidateQueries({ queryKey: ['proposals', 'one', changed.id] });
    void queryClient.invalidateQueries({ queryKey: ['purchase-orders'] });
    void queryClient.invalidateQueries({ queryKey: ['today'] });
  };
}

function LinesHead() {
  return (
    <div className="lines-head" aria-hidden="true">
      <span>Product</span>
      <span className="right">Stock position</span>
      <span>Runs out</span>
      <span className="right">Quantity</span>
      <span className="right">Value</span>
      <span />
    </div>
  );
}

interface SupplierSectionProps {
  supplier: SupplierProposals;
  /** Lines are shown at once; else after a press on the supplier's name. */
  startOpen: boolean;
}

export function SupplierSection({ supplier, startOpen }: SupplierSectionProps) {
  const { supplierCode, supplierName } = supplier;
  const [open, setOpen] = useState(startOpen);
  const [edited, setEdited] = useState<ReadonlySet<string>>(new Set());
  const lines = useInfiniteQuery({ ...supplierLinesQuery(supplierCode), enabled: open });
  const replace = useReplaceLine(supplierCode);
  const headingId = `supplier-${supplierCode}`;
  const linesId = `lines-${supplierCode}`;
  const items = lines.data?.pages.flatMap((page) => page.items) ?? [];

  const note = (id: string, isEdited: boolean) => {
    if (edited.has(id) === isEdited) return;
    const next = new Set(edited);
    if (isEdited) next.add(id);
    else next.delete(id);
    setEdited(next);
  };

  return (
    <section className="supplier" aria-labelledby={headingId}>
      <div className="supplier-head">
        <div>
          <h2 id={headingId}>
            <button
              type="button"
              className="disclosure"
              aria-expanded={open}
              aria-controls={linesId}
              onClick={() => setOpen(!open)}
            >
              <Icon name="chevron" />
              {supplierName}
            </button>
          </h2>
          <p>
            {count(supplier.lines, 'line')} · {count(Math.round(supplier.units), 'unit')}
            {supplier.value.length > 0 && ` · ${moneyList(supplier.value)}`}
            {supplier.urgent > 0 && (
              <span className="danger"> · {decimal(supplier.urgent)} urgent</span>
            )}
            {supplier.draftNumber && ` · draft ${supplier.draftNumber} is open`}
          </p>
        </div>
        <div className="row">
          {useMay('planner') && supplier.lines > 0 && (
            <AcceptAll supplier={supplier} edited={edited} />
          )}
        </div>
      </div>
      {/* Hidden rather than taken away: what was typed into a line is still there when it opens. */}
      <div id={linesId} hidden={!open}>
        {items.length > 0 && <LinesHead />}
        {lines.isLoading && <span className="bone" style={{ height: '3.75rem' }} />}
        {lines.isError && <ProblemNote error={lines.error} />}
        <ul aria-labelledby={headingId}>
          {items.map((proposal) => (
            <ProposalLine
              key={proposal.id}
              proposal={proposal}
              onChange={replace}
              onEdited={note}
            />
          ))}
        </ul>
        {lines.hasNextPage && (
          <div className="supplier-head">
            <Button busy={lines.isFetchingNextPage} onClick={() => void lines.fetchNextPage()}>
              Show more lines
            </Button>
          </div>
        )}
      </div>
    </section>
  );
}
