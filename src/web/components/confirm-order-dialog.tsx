import { useState } from 'react';
import { confirmOrder, type PurchaseOrder } from '../queries/purchase-orders.ts';
import { announce } from './announcements.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { TextField } from './field.tsx';
import { useOrderChange } from './use-order-change.ts';

export function ConfirmOrderDialog(props: { order: PurchaseOrder; onClose: () => void }) {
  const { order, onClose } = props;
  const [on, setOn] = useState('');
  const confirm = useOrderChange(() => confirmOrder(order.id, on || undefined));
  return (
    <ConfirmDialog
      title={`Confirm ${order.number}?`}
      action="Confirm"
      busy={confirm.isPending}
      error={confirm.error}
      onClose={onClose}
      onConfirm={() =>
        confirm.mutate(undefined, {
          onSuccess: () => {
            announce(`${order.number} is confirmed.`);
            onClose();
          },
        })
      }
    >
      <p>
        Say so once {order.supplierName} has the order. Its lines then count as coming, and the lead
        time runs from that day.
      </p>
      <TextField
        label="Confirmed on"
        type="date"
        value={on}
        hint="Left empty: today."
        onChange={(event) => setOn(event.target.value)}
      />
    </ConfirmDialog>
  );
}
