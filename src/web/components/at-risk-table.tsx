import { Link } from '@tanstack/react-router';
import { runOutWords } from '../format/date.ts';
import { roundMoney } from '../format/money.ts';
import { decimal, units } from '../format/number.ts';
import type { Today } from '../queries/today.ts';
import { TableFrame } from './table-frame.tsx';

type AtRisk = Today['atRisk'][number];

function Row({ item }: { item: AtRisk }) {
  const isOut = item.onHand <= 0;
  const out = item.stockOutOn ? runOutWords(item.stockOutOn, { isOut }) : null;
  return (
    <tr>
      <th scope="row" className="name">
        <Link to="/products/$sku" params={{ sku: item.sku }}>
          {item.productName}
        </Link>
        <span className="sub">{item.sku}</span>
      </th>
      <td className="num roomy">{units(item.onHand)}</td>
      <td className="nowrap">
        {out?.when ?? '–'}
        {out?.away && <span className="sub">{out.away}</span>}
      </td>
      <td className="num danger roomy">{decimal(item.lateUnits, item.lateUnits < 10 ? 1 : 0)}</td>
      <td className="num">{units(item.proposedQuantity)}</td>
      <td className="num roomy">{roundMoney(item.value)}</td>
    </tr>
  );
}

/** Products that run out before an order placed today would arrive, worst first. */
export function AtRiskTable({ today }: { today: Today }) {
  return (
    <section className="section" aria-labelledby="at-risk">
      <div className="section-head">
        <h2 id="at-risk">Runs out before an order of today arrives</h2>
        {today.atRisk.length > 0 && (
          <p className="small soft roomy">Missed: units asked for until the earliest receipt</p>
        )}
      </div>
      {today.atRisk.length === 0 ? (
        <p className="note accent">Nothing does: every product lasts until its next receipt.</p>
      ) : (
        <TableFrame label="Products at risk">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Product</th>
                <th scope="col" className="num roomy">
                  On hand
                </th>
                <th scope="col">Runs out</th>
                <th scope="col" className="num roomy">
                  Missed
                </th>
                <th scope="col" className="num">
                  To order
                </th>
                <th scope="col" className="num roomy">
                  Value
                </th>
              </tr>
            </thead>
            <tbody>
              {today.atRisk.map((item) => (
                <Row key={item.sku} item={item} />
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
    </section>
  );
}
