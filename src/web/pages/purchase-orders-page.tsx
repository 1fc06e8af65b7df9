import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button } from '../components/button.tsx';
import { Empty } from '../components/empty.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Segments } from '../components/segments.tsx';
import { TableFrame } from '../components/table-frame.tsx';
import { Tag } from '../components/tag.tsx';
import { dayNear } from '../format/date.ts';
import { money } from '../format/money.ts';
import { count, decimal } from '../format/number.ts';
import { orderState } from '../format/words.ts';
import {
  type OrderState,
  type PurchaseOrder,
  purchaseOrderListQuery,
} from '../queries/purchase-orders.ts';

const route = getRouteApi('/signed-in/purchase-orders');
const filters = [
  ['all', 'All'],
  ['draft', 'Drafts'],
  ['confirmed', 'Confirmed'],
  ['part_received', 'Part received'],
  ['received', 'Received'],
  ['cancelled', 'Cancelled'],
] as const;

function Row({ order }: { order: PurchaseOrder }) {
  return (
    <tr>
      <th scope="row" className="nowrap">
        <Link to="/purchase-orders/$id" params={{ id: order.id }}>
          {order.number}
        </Link>
      </th>
      <td className="name">{order.supplierName}</td>
      <td>
        <Tag word={orderState(order.state)} />
      </td>
      <td className="num">{decimal(order.lines.length)}</td>
      <td className="num">{money(order.value)}</td>
      <td className="nowrap">{dayNear(order.confirmedOn)}</td>
      <td className="nowrap">{dayNear(order.expectedOn)}</td>
    </tr>
  );
}

function OrderTable({ orders }: { orders: readonly PurchaseOrder[] }) {
  return (
    <TableFrame label="Purchase orders">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Number</th>
            <th scope="col">Supplier</th>
            <th scope="col">State</th>
            <th scope="col" className="num">
              Lines
            </th>
            <th scope="col" className="num">
              Value
            </th>
            <th scope="col">Confirmed</th>
            <th scope="col">Expected</th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <Row key={order.id} order={order} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

export function PurchaseOrdersPage() {
  const { state } = route.useSearch();
  const navigate = useNavigate();
  const list = useSuspenseInfiniteQuery(purchaseOrderListQuery(state));
  const orders = list.data.pages.flatMap((page) => page.items);
  const show = (next: OrderState | 'all') =>
    void navigate({
      to: '/purchase-orders',
      search: { state: next === 'all' ? undefined : next },
      replace: true,
    });

  return (
    <div className="page">
      <PageHeader title="Purchase orders">
        {count(orders.length, 'order')}
        {list.hasNextPage && ' and more'}
        {state && ` · ${orderState(state)[0].toLowerCase()}`}
      </PageHeader>
      <div className="scroll-x">
        <Segments label="State" value={state ?? 'all'} choices={filters} onChange={show} />
      </div>
      {orders.length === 0 ? (
        <Empty
          title={state ? 'None in this state' : 'No purchase orders yet'}
          action={
            <Link to="/orders" className="button primary">
              Go to Orders
            </Link>
          }
        >
          Accepting a proposal puts it into its supplier’s draft. Confirm the draft when it is sent:
          lead times count from that day.
        </Empty>
      ) : (
        <OrderTable orders={orders} />
      )}
      {list.hasNextPage && (
        <div>
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show older orders
          </Button>
        </div>
      )}
    </div>
  );
}
