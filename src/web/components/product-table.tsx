import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import type { ProductSummary } from '../queries/products.ts';
import {
  type ProductColumn,
  productColumns,
  type Sorting,
  sortProducts,
} from './product-columns.tsx';

const rowHeight = 56;

interface HeadProps {
  column: ProductColumn;
  sorting: Sorting | null;
  onSort: ((sorting: Sorting) => void) | null;
}

function Head({ column, sorting, onSort }: HeadProps) {
  const sorted = sorting?.column === column.id ? sorting : null;
  const direction = sorted?.descending ? 'descending' : 'ascending';
  return (
    <th
      scope="col"
      className={column.numeric ? 'num' : undefined}
      style={{ width: column.width }}
      aria-sort={sorted ? direction : undefined}
    >
      {onSort ? (
        <button
          type="button"
          className="sort"
          onClick={() =>
            onSort({ column: column.id, descending: sorted ? !sorted.descending : false })
          }
        >
          {column.label}
          <span aria-hidden="true">{sorted ? (sorted.descending ? '↓' : '↑') : ''}</span>
        </button>
      ) : (
        column.label
      )}
    </th>
  );
}

function Cells({ product }: { product: ProductSummary }) {
  return productColumns.map((column, i) =>
    i === 0 ? (
      <th key={column.id} scope="row">
        {column.cell(product)}
      </th>
    ) : (
      <td key={column.id} className={column.numeric ? 'num' : undefined}>
        {column.cell(product)}
      </td>
    ),
  );
}

interface ProductTableProps {
  products: readonly ProductSummary[];
  /** Sorting a part of a list would show the wrong first rows: offered only when all are here. */
  complete: boolean;
}

/** Only the rows in sight are on the page; ten thousand scroll like ten. */
export function ProductTable({ products, complete }: ProductTableProps) {
  const [chosen, setSorting] = useState<Sorting | null>(null);
  const sorting = complete ? chosen : null;
  const rows = useMemo(() => sortProducts(products, sorting), [products, sorting]);
  const frame = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const shown = virtual.getVirtualItems();
  const above = shown[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard
    <section ref={frame} className="virtual" tabIndex={0} aria-label="Products">
      <table className="table" aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {productColumns.map((column) => (
              <Head
                key={column.id}
                column={column}
                sorting={sorting}
                onSort={complete ? setSorting : null}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 && (
            // biome-ignore lint/a11y/noAriaHiddenOnFocusable: room for rows out of sight; nothing in it takes the focus
            <tr className="filler" aria-hidden="true">
              <td colSpan={productColumns.length} style={{ height: above }} />
            </tr>
          )}
          {shown.map(({ index }) => {
            const product = rows[index] as ProductSummary;
            return (
              <tr key={product.sku} aria-rowindex={index + 2}>
                <Cells product={product} />
              </tr>
            );
          })}
          {below > 0 && (
            // biome-ignore lint/a11y/noAriaHiddenOnFocusable: room for rows out of sight; nothing in it takes the focus
            <tr className="filler" aria-hidden="true">
              <td colSpan={productColumns.length} style={{ height: below }} />
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}
