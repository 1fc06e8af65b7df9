import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { moneyList } from '../format/money.ts';
import { count, decimal } from '../format/number.ts';
import type { Today } from '../queries/today.ts';

interface CellProps {
  label: string;
  value: string;
  detail: ReactNode;
}

function Cell({ label, value, detail }: CellProps) {
  return (
    <>
      <span className="label">{label}</span>
      <span className="value">{value}</span>
      <span className="detail">{detail}</span>
    </>
  );
}

const wholeUnits = (value: number) => count(Math.round(value), 'unit');

/** Money where there are prices; where there are none, what there is: units. */
function headline(value: Today['toOrder']['value'], quantity: number): string {
  return value.length > 0 ? moneyList(value) : wholeUnits(quantity);
}

/** What to do today, in money and units; each figure leads to where it is done. */
export function TodayFigures({ today }: { today: Today }) {
  const { toOrder, overstock, awaitingReceipt } = today;
  return (
    <section className="figures" aria-label="What needs attention">
      <Link to="/orders" className="figure-cell">
        <Cell
          label="To order"
          value={headline(toOrder.value, toOrder.units)}
          detail={`${count(toOrder.lines, 'line')} · ${wholeUnits(toOrder.units)} · ${count(toOrder.suppliers, 'supplier')}`}
        />
      </Link>
      <Link to="/purchase-orders" search={{ state: 'draft' }} className="figure-cell">
        <Cell
          label="Drafts to confirm"
          value={decimal(today.drafts)}
          detail={today.drafts > 0 ? 'Not sent to the supplier yet' : 'Nothing waits for you'}
        />
      </Link>
      <Link to="/purchase-orders" search={{ state: 'confirmed' }} className="figure-cell">
        <Cell
          label="Awaiting receipt"
          value={decimal(awaitingReceipt.orders)}
          detail={
            <>
              {awaitingReceipt.value.length > 0 && `${moneyList(awaitingReceipt.value)} · `}
              <span className={awaitingReceipt.overdue > 0 ? 'danger' : undefined}>
                {awaitingReceipt.overdue > 0
                  ? `${decimal(awaitingReceipt.overdue)} overdue`
                  : 'none overdue'}
              </span>
            </>
          }
        />
      </Link>
      <div className="figure-cell">
        <Cell
          label="Overstock"
          value={headline(overstock.value, overstock.units)}
          detail={
            overstock.products > 0
              ? `${wholeUnits(overstock.units)} too many of ${count(overstock.products, 'product')}`
              : 'No product above its order-up-to level'
          }
        />
      </div>
    </section>
  );
}
