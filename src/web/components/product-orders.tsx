import { Link } from '@tanstack/react-router';
import { day } from '../format/date.ts';
import { units } from '../format/number.ts';
import { orderState } from '../format/words.ts';
import type { Product } from '../queries/products.ts';
import { Tag } from './tag.tsx';

export function ProductOrders({ product }: { product: Product }) {
  return (
    <section className="section" aria-labelledby="open-orders">
      <h2 id="open-orders">Open orders</h2>
      {product.openOrders.length === 0 ? (
        <p className="soft">None is on its way.</p>
      ) : (
        <div className="table-wrap">
          <table className="table" aria-labelledby="open-orders">
            <thead>
              <tr>
                <th scope="col">Order</th>
                <th scope="col">State</th>
                <th scope="col" className="num">
                  Open
                </th>
                <th scope="col">Expected</th>
              </tr>
            </thead>
            <tbody>
              {product.openOrders.map((order) => (
                <tr key={order.orderId}>
                  <th scope="row">
                    <Link to="/purchase-orders/$id" params={{ id: order.orderId }}>
                      {order.number}
                    </Link>
                  </th>
                  <td>
                    <Tag word={orderState(order.state)} />
                  </td>
                  <td className="num">{units(order.quantity)}</td>
                  <td className="nowrap">{day(order.expectedOn)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
