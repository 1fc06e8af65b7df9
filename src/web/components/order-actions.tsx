import { useState } from 'react';
import { cancelOrder, orderFileAddress, type PurchaseOrder } from '../queries/purchase-orders.ts';
import { useMay } from './access.ts';
import { announce } from './announcements.ts';
import { Button } from './button.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { ConfirmOrderDialog } from './confirm-order-dialog.tsx';
import { ReceiveDialog } from './receive-dialog.tsx';
import { useOrderChange } from './use-order-change.ts';

function CancelDialog({ order, onClose }: { order: PurchaseOrder; onClose: () => void }) {
  const cancel = useOrderChange(() => cancelOrder(order.id));
  return (
    <ConfirmDialog
      danger
      title={`Cancel ${order.number}?`}
      action="Cancel the order"
      busy={cancel.isPending}
      error={cancel.error}
      onClose={onClose}
      onConfirm={() =>
        cancel.mutate(undefined, {
          onSuccess: () => {
            announce(`${order.number} is cancelled.`);
            onClose();
          },
        })
      }
    >
      <p>
        What has not been received will not be counted as coming any more. The supplier is not told:
        do that yourself.
      </p>
    </ConfirmDialog>
  );
}

/** What can be done with the order from here; the server names the states that are possible. */
export function OrderActions({ order }: { order: PurchaseOrder }) {
  const mayPlan = useMay('planner');
  const [open, setOpen] = useState<'confirm' | 'receive' | 'cancel' | null>(null);
  const next = new Set(order.next);
  const close = () => setOpen(null);
  return (
    <>
      <a className="button" href={orderFileAddress(order.id)} download>
        Download CSV
      </a>
      {mayPlan && next.has('cancelled') && (
        <Button onClick={() => setOpen('cancel')}>Cancel order</Button>
      )}
      {mayPlan && next.has('confirmed') && (
        <Button look="primary" onClick={() => setOpen('confirm')}>
          Confirm
        </Button>
      )}
      {mayPlan && next.has('received') && (
        <Button look="primary" onClick={() => setOpen('receive')}>
          Receive
        </Button>
      )}
      {open === 'confirm' && <ConfirmOrderDialog order={order} onClose={close} />}
      {open === 'receive' && <ReceiveDialog order={order} onClose={close} />}
      {open === 'cancel' && <CancelDialog order={order} onClose={close} />}
    </>
  );
}
