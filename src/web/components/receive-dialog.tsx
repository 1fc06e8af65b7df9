import { useRef, useState } from 'react';
import { quantity } from '../format/number.ts';
import { type OrderLine, type PurchaseOrder, receiveOrder } from '../queries/purchase-orders.ts';
import { announce } from './announcements.ts';
import { Button } from './button.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { TextField } from './field.tsx';
import { useOrderChange } from './use-order-change.ts';

function stillOpen(line: OrderLine): number {
  // Sums of decimals: 0.1 + 0.2 must not leave dust to be received.
  return Math.max(0, Number((line.quantity - line.received).toFixed(4)));
}

function initial(lines: readonly OrderLine[]): Record<string, string> {
  return Object.fromEntries(lines.map((line) => [line.id, String(stillOpen(line))]));
}

/** What came in, line by line; at first: everything that is still open. */
export function ReceiveDialog({ order, onClose }: { order: PurchaseOrder; onClose: () => void }) {
  const lines = order.lines.filter((line) => stillOpen(line) > 0);
  const [typed, setTyped] = useState(() => initial(lines));
  const [on, setOn] = useState('');
  // One id per opened dialog: a double press or a repeated request is taken once.
  const requestId = useRef(crypto.randomUUID());
  const received = lines
    .map((line) => ({ lineId: line.id, quantity: Number(typed[line.id]) }))
    .filter(({ quantity }) => quantity > 0);

  const receive = useOrderChange(() =>
    receiveOrder(order.id, {
      requestId: requestId.current,
      receivedOn: on || undefined,
      lines: received,
    }),
  );

  return (
    <ConfirmDialog
      title={`Receive ${order.number}`}
      action="Book receipt"
      busy={receive.isPending || received.length === 0}
      error={receive.error}
      onClose={onClose}
      onConfirm={() =>
        receive.mutate(undefined, {
          onSuccess: () => {
            announce('The receipt is booked and the stock is up to date.');
            onClose();
          },
        })
      }
    >
      <div className="row apart">
        <p className="soft">Stock rises by what you enter. Leave 0 for what has not come.</p>
        <Button
          small
          look="quiet"
          onClick={() => setTyped(Object.fromEntries(lines.map((line) => [line.id, '0'])))}
        >
          Set all to 0
        </Button>
      </div>
      <ul className="stack">
        {lines.map((line) => (
          <li key={line.id}>
            <TextField
              label={line.productName}
              hint={`${quantity(stillOpen(line), line.unit)} still open`}
              type="number"
              inputMode="decimal"
              min="0"
              step="any"
              value={typed[line.id] ?? ''}
              onChange={(event) => setTyped({ ...typed, [line.id]: event.target.value })}
            />
          </li>
        ))}
      </ul>
      <TextField
        label="Received on"
        type="date"
        value={on}
        hint="Left empty: today."
        onChange={(event) => setOn(event.target.value)}
      />
    </ConfirmDialog>
  );
}
