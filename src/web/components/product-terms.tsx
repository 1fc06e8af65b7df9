import { money } from '../format/money.ts';
import { decimal, units } from '../format/number.ts';
import type { Product } from '../queries/products.ts';

type Terms = Product['terms'][number];

function OneSupplier({ terms, unit }: { terms: Terms; unit: string }) {
  const spread = terms.leadTimeSdDays > 0 ? ` ± ${decimal(terms.leadTimeSdDays, 1)}` : '';
  const limit = (quantity: number | null) =>
    quantity === null ? 'none' : `${units(quantity)} ${unit}`;
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
        <dd>
          {decimal(terms.leadTimeDays)}
          {spread} days
        </dd>
        <dt>Review every</dt>
        <dd>{terms.reviewPeriodDays === 0 ? 'day' : `${decimal(terms.reviewPeriodDays)} days`}</dd>
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
