import { useEffect, useMemo, useState } from 'react';
import { Button } from '../components/button.tsx';
import type { Product, ProductForecast, Sales } from '../queries/products.ts';
import type { Promotion } from '../queries/promotions.ts';
import type { Proposal } from '../queries/proposals.ts';
import { ChangeForm } from './change-form.tsx';
import { changeWords } from './change-words.ts';
import { type Change, tellsPromotions } from './re-forecast.ts';
import { useWhatIf } from './use-what-if.ts';
import { whatIfGround } from './what-if-ground.ts';
import { WhatIfResult } from './what-if-result.tsx';

export interface WhatIfProps {
  product: Product;
  sales: Sales;
  promotions: readonly Promotion[];
  forecast: ProductForecast;
  proposal: Proposal | null;
  /** Expected demand under the changes, for the chart; null without any. */
  onMean: (mean: readonly number[] | null) => void;
}

/** Supposes other days, and shows what forecast and order would be: nothing of it is saved. */
export default function WhatIfPanel({
  product,
  sales,
  promotions,
  forecast,
  proposal,
  onMean,
}: WhatIfProps) {
  const [changes, setChanges] = useState<readonly Change[]>([]);
  const ground = useMemo(
    () => whatIfGround({ product, sales, promotions, forecast, proposal }),
    [product, sales, promotions, forecast, proposal],
  );
  const state = useWhatIf(ground, changes);
  const mean = state.answer?.ok ? state.answer.changed.mean : null;
  useEffect(() => onMean(mean), [mean, onMean]);
  useEffect(() => () => onMean(null), [onMean]);
  const bounds = {
    first: sales.dates[0] ?? forecast.origin,
    origin: forecast.origin,
    last: forecast.dates.at(-1) ?? forecast.origin,
  };

  return (
    <div className="stack">
      <ChangeForm bounds={bounds} onAdd={(change) => setChanges([...changes, change])} />
      {changes.length > 0 && (
        <ul className="stack tight" aria-label="Supposed">
          {changes.map((change, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same change may be supposed twice
            <li key={i} className="row apart">
              <span>{changeWords(change)}</span>
              <Button
                small
                look="quiet"
                aria-label={`Remove: ${changeWords(change)}`}
                onClick={() => setChanges(changes.filter((_, at) => at !== i))}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      <WhatIfResult
        state={state}
        saved={{ forecast, proposal }}
        unit={product.unit}
        promoted={tellsPromotions(ground, changes)}
      />
    </div>
  );
}
