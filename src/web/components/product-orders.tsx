import { Link } from '@tanstack/react-router';
import { dayNear } from '../format/date.ts';
import { units } from '../format/number.ts';
import { orderState } from '../format/words.ts';
import type { Product } from '../queries/products.ts';

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
                <th scope="col" className="num">
                  Open
                </th>
                <th scope="col">Expected</th>
              </tr>
            </thead>
            <tbody>
              {product.openOrders.map((order) => (
                <tr key={order.orderId}>
                  <th scope="row" className="nowrap">
                    <Link to="/purchase-orders/$id" params={{ id: order.orderId }}>
                      {order.number}
                    </Link>
                    <span className="sub">{orderState(order.state)[0]}</span>
                  </th>
                  <td className="num">{units(order.quantity)}</td>
                  <td className="nowrap">{dayNear(order.expectedOn)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
