import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { dayNear } from '../format/date.ts';
import { lineValue, money } from '../format/money.ts';
import { units } from '../format/number.ts';
import { changeOrderLine, type OrderLine, type PurchaseOrder } from '../queries/purchase-orders.ts';
import { useMay } from './access.ts';
import { announceProblem } from './announcements.ts';
import { TableFrame } from './table-frame.tsx';
import { UnitMark } from './unit-mark.tsx';
import { useOrderChange } from './use-order-change.ts';

interface LineProps {
  order: PurchaseOrder;
  line: OrderLine;
  editable: boolean;
}

/** Saved when the field is left or Enter pressed; Escape takes the typing back. */
function QuantityField({ order, line }: Omit<LineProps, 'editable'>) {
  const [text, setText] = useState<string | null>(null);
  const change = useOrderChange((quantity: number) =>
    changeOrderLine(order.id, { id: line.id, quantity }),
  );
  const save = () => {
    const quantity = Number(text);
    const changed = text !== null && text.trim() !== '' && quantity >= 0;
    if (!changed || quantity === line.quantity || change.isPending) return setText(null);
    change.mutate(quantity, { onError: announceProblem, onSettled: () => setText(null) });
  };
  return (
    <input
      className="input quantity"
      type="number"
      inputMode="decimal"
      min="0"
      step="any"
      aria-label={`Quantity of ${line.productName}, ${line.unit}`}
      aria-busy={change.isPending}
      value={text ?? String(line.quantity)}
      onChange={(event) => setText(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') save();
        if (event.key === 'Escape') setText(null);
      }}
    />
  );
}

function Line({ order, line, editable }: LineProps) {
  return (
    <tr>
      <th scope="row" className="name">
        <Link to="/products/$sku" params={{ sku: line.sku }}>
          {line.productName}
        </Link>
        <span className="sub">{line.sku}</span>
      </th>
      <td className="num">
        {editable ? <QuantityField order={order} line={line} /> : units(line.quantity)}
        <UnitMark unit={line.unit} />
      </td>
      <td className="num">{units(line.received)}</td>
      <td className="num">{money(line.unitCost)}</td>
      <td className="num">
        {line.unitCost ? money(lineValue(line.quantity, line.unitCost)) : '–'}
      </td>
      <td className="nowrap">{dayNear(line.expectedOn)}</td>
    </tr>
  );
}

export function OrderLines({ order }: { order: PurchaseOrder }) {
  const editable = useMay('planner') && order.state === 'draft';
  return (
    <section className="section" aria-labelledby="lines">
      <div className="section-head">
        <h2 id="lines">Lines</h2>
        {editable && <span className="small soft">A quantity of 0 removes the line.</span>}
      </div>
      <TableFrame label="Lines of the order">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Product</th>
              <th scope="col" className="num">
                Ordered
              </th>
              <th scope="col" className="num">
                Received
              </th>
              <th scope="col" className="num">
                Unit cost
              </th>
              <th scope="col" className="num">
                Value
              </th>
              <th scope="col">Expected</th>
            </tr>
          </thead>
          <tbody>
            {order.lines.map((line) => (
              <Line key={line.id} order={order} line={line} editable={editable} />
            ))}
          </tbody>
        </table>
      </TableFrame>
    </section>
  );
}
