import { money } from '../format/money.ts';
import { briefQuantity, count, decimal } from '../format/number.ts';
import type { Product } from '../queries/products.ts';

type Terms = Product['terms'][number];

function OneSupplier({ terms, unit }: { terms: Terms; unit: string }) {
  const lead =
    terms.leadTimeSdDays > 0
      ? `${decimal(terms.leadTimeDays)} ± ${count(terms.leadTimeSdDays, 'day', { maximumDecimals: 1 })}`
      : count(terms.leadTimeDays, 'day');
  const limit = (quantity: number | null) =>
    quantity === null ? 'none' : briefQuantity(quantity, unit);
  return (
    <div className="card padded stack">
      <div className="row apart">
        <h3>{terms.supplierName}</h3>
        <span className="small soft">
          {terms.supplierCode}
          {terms.preferred && ' · preferred'}
        </span>
      </div>
      <dl className="pairs">
        <dt>Lead time</dt>
        <dd>{lead}</dd>
        <dt>Review every</dt>
        <dd>{terms.reviewPeriodDays <= 1 ? 'day' : count(terms.reviewPeriodDays, 'day')}</dd>
        <dt>Minimum order</dt>
        <dd>{limit(terms.minimumOrderQuantity)}</dd>
        <dt>Order multiple</dt>
        <dd>{limit(terms.orderMultiple)}</dd>
        <dt>Maximum order</dt>
        <dd>{limit(terms.maximumOrderQuantity)}</dd>
        <dt>Unit cost</dt>
        <dd>{money(terms.unitCost)}</dd>
      </dl>
    </div>
  );
}

export function ProductTerms({ product }: { product: Product }) {
  return (
    <section className="section" aria-labelledby="terms">
      <h2 id="terms">Terms</h2>
      {product.terms.length === 0 && (
        <p className="note warn">
          No supplier sells this product: import terms, or nothing can be proposed.
        </p>
      )}
      {product.terms.map((terms) => (
        <OneSupplier key={terms.supplierCode} terms={terms} unit={product.unit} />
      ))}
    </section>
  );
}
