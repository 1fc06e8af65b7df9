import { Link } from '@tanstack/react-router';
import { count } from '../format/number.ts';
import type { Today } from '../queries/today.ts';

type Reason = Today['unplanned'][number];

function OneReason({ reason }: { reason: Reason }) {
  const unnamed = reason.products - reason.skus.length;
  return (
    <div className="note warn">
      <p>
        <strong>{count(reason.products, 'product')} without a proposal.</strong> {reason.title}{' '}
        {reason.remedy}
      </p>
      <p className="small">
        {reason.skus.map((sku, i) => (
          <span key={sku}>
            {i > 0 && ', '}
            <Link to="/products/$sku" params={{ sku }}>
              {sku}
            </Link>
          </span>
        ))}
        {unnamed > 0 && ` and ${count(unnamed, 'more', { plural: 'more' })}`}
      </p>
    </div>
  );
}

/** Products that nothing is proposed for: left unsaid, they would pass for well stocked. */
export function UnplannedNote({ reasons }: { reasons: Today['unplanned'] }) {
  if (reasons.length === 0) return null;
  return (
    <section className="stack" aria-label="Products without a proposal">
      {reasons.map((reason) => (
        <OneReason key={reason.code} reason={reason} />
      ))}
    </section>
  );
}
