import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { moneyList } from '../format/money.ts';
import { count } from '../format/number.ts';
import { acceptProposals, openProposalIds, type SupplierProposals } from '../queries/proposals.ts';
import { announce } from './announcements.ts';
import { Button } from './button.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';

interface AcceptAllProps {
  supplier: SupplierProposals;
  /** Lines with a quantity of the planner's own: they need their reason, one by one. */
  edited: ReadonlySet<string>;
}

interface Outcome {
  accepted: number;
  orders: string[];
  refused: { id: string; code: string }[];
}

function report({ accepted, orders, refused }: Outcome): string {
  const draft = orders.length > 0 ? ` into draft ${orders.join(', ')}` : '';
  const left =
    refused.length > 0 ? ` ${count(refused.length, 'line')} had been decided before.` : '';
  return `${count(accepted, 'line')} accepted${draft}.${left}`;
}

export function AcceptAll({ supplier, edited }: AcceptAllProps) {
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const accept = useMutation({
    mutationFn: async (): Promise<Outcome> => {
      const open = await openProposalIds(supplier.supplierCode);
      const ids = open.filter((id) => !edited.has(id));
      return ids.length === 0 ? { accepted: 0, orders: [], refused: [] } : acceptProposals(ids);
    },
    onSuccess: async (outcome) => {
      setAsking(false);
      announce(report(outcome));
      for (const key of ['proposals', 'today', 'purchase-orders']) {
        await queryClient.invalidateQueries({ queryKey: [key] });
      }
    },
  });

  return (
    <>
      <Button
        aria-label={`Accept all lines of ${supplier.supplierName}`}
        onClick={() => {
          accept.reset();
          setAsking(true);
        }}
      >
        Accept all
      </Button>
      {asking && (
        <ConfirmDialog
          title={`Order from ${supplier.supplierName}?`}
          action="Accept all"
          busy={accept.isPending}
          error={accept.error}
          onConfirm={() => accept.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>
            {count(supplier.lines, 'line')}
            {supplier.value.length > 0 && `, ${moneyList(supplier.value)},`} as proposed go into a
            draft purchase order. It is sent nowhere until you confirm it.
          </p>
          {edited.size > 0 && (
            <p className="note warn">
              {count(edited.size, 'line')} with a changed quantity stay open: each needs its reason.
            </p>
          )}
        </ConfirmDialog>
      )}
    </>
  );
}
