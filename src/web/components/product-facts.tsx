import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { StockData } from '../charts/stock-data.ts';
import { dayNear } from '../format/date.ts';
import { money } from '../format/money.ts';
import { briefQuantity, decimal, percent, units } from '../format/number.ts';
import { changeProduct, type Product, productQuery } from '../queries/products.ts';
import { useMay } from './access.ts';
import { announceProblem } from './announcements.ts';
import { SelectField } from './field.tsx';

const usualLevels = [0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 0.98, 0.99, 0.995, 0.999];

function ServiceLevel({ product }: { product: Product }) {
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (serviceLevel: number) => changeProduct(product.sku, { serviceLevel }),
    onError: announceProblem,
    onSuccess: (changed) => queryClient.setQueryData(productQuery(product.sku).queryKey, changed),
  });
  const levels = [...new Set([...usualLevels, product.serviceLevel])].sort((a, b) => a - b);
  return (
    <SelectField
      label="Service level"
      hint="Chance that a cycle passes without running out. The next run or recompute uses it."
      value={String(product.serviceLevel)}
      onChange={(event) => change.mutate(Number(event.target.value))}
    >
      {levels.map((level) => (
        <option key={level} value={String(level)}>
          {percent(level, 1)}
        </option>
      ))}
    </SelectField>
  );
}

function cover(stock: StockData | null): string {
  if (!stock) return '–';
  return stock.daysOfCover === null ? `more than ${stock.horizonDays}` : decimal(stock.daysOfCover);
}

export function ProductFacts({ product, stock }: { product: Product; stock: StockData | null }) {
  const mayPlan = useMay('planner');
  const level = product.stock;
  return (
    <section className="section" aria-labelledby="facts">
      <h2 id="facts">Stock</h2>
      <div className="card padded stack">
        <dl className="pairs">
          <dt>On hand</dt>
          <dd>{briefQuantity(level?.onHand, product.unit)}</dd>
          {level && level.committed > 0 && (
            <>
              <dt>Committed</dt>
              <dd>{units(level.committed)}</dd>
            </>
          )}
          {level && level.backorders > 0 && (
            <>
              <dt>Backorders</dt>
              <dd>{units(level.backorders)}</dd>
            </>
          )}
          <dt>Counted on</dt>
          <dd>{dayNear(level?.countedOn)}</dd>
          <dt>Days of cover</dt>
          <dd>{cover(stock)}</dd>
          <dt>Unit cost</dt>
          <dd>{money(product.unitCost)}</dd>
          <dt>Unit price</dt>
          <dd>{money(product.unitPrice)}</dd>
          {!mayPlan && (
            <>
              <dt>Service level</dt>
              <dd>{percent(product.serviceLevel, 1)}</dd>
            </>
          )}
        </dl>
        {!level && (
          <p className="note warn">
            No stock is known: import a stock file, or nothing can be proposed.
          </p>
        )}
        {mayPlan && <ServiceLevel product={product} />}
      </div>
    </section>
  );
}
