import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { OrderActions } from '../components/order-actions.tsx';
import { OrderLines } from '../components/order-lines.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Tag } from '../components/tag.tsx';
import { day, instant } from '../format/date.ts';
import { money } from '../format/money.ts';
import { count, decimal, units } from '../format/number.ts';
import { orderState } from '../format/words.ts';
import { type PurchaseOrder, purchaseOrderQuery } from '../queries/purchase-orders.ts';

const route = getRouteApi('/signed-in/purchase-orders/$id');
const way = ['draft', 'confirmed', 'part_received', 'received'] as const;

/** Where on its way an order stands; a cancelled one has left it. */
function Way({ order }: { order: PurchaseOrder }) {
  if (order.state === 'cancelled') return <Tag word={orderState('cancelled')} />;
  return (
    <ol className="steps" aria-label="State">
      {way.map((state) => (
        <li key={state} aria-current={state === order.state ? 'step' : undefined}>
          {orderState(state)[0]}
        </li>
      ))}
    </ol>
  );
}

function Facts({ order }: { order: PurchaseOrder }) {
  const ordered = order.lines.reduce((sum, line) => sum + line.quantity, 0);
  const received = order.lines.reduce((sum, line) => sum + line.received, 0);
  return (
    <section className="card padded" aria-label="Facts">
      <dl className="pairs">
        <dt>Value</dt>
        <dd>{money(order.value)}</dd>
        <dt>Lines</dt>
        <dd>{decimal(order.lines.length)}</dd>
        <dt>Received</dt>
        <dd>
          {units(received)} of {count(ordered, 'unit', { maximumDecimals: 2 })}
        </dd>
        <dt>Confirmed</dt>
        <dd>{day(order.confirmedOn)}</dd>
        <dt>Expected</dt>
        <dd>{day(order.expectedOn)}</dd>
        <dt>Created</dt>
        <dd>{instant(order.createdAt)}</dd>
        <dt>By</dt>
        <dd>{order.createdBy}</dd>
      </dl>
    </section>
  );
}

export function PurchaseOrderPage() {
  const { id } = route.useParams();
  const { data: order } = useSuspenseQuery(purchaseOrderQuery(id));
  return (
    <div className="page">
      <PageHeader
        title={order.number}
        overline={
          <>
            <Link to="/purchase-orders">Purchase orders</Link> · {order.supplierName}
          </>
        }
        actions={<OrderActions order={order} />}
      />
      <Way order={order} />
      <div className="split">
        <OrderLines order={order} />
        <Facts order={order} />
      </div>
    </div>
  );
}
