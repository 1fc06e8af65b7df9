import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { decimal, units } from '../format/number.ts';
import { method, urgency } from '../format/words.ts';
import type { ProductSummary } from '../queries/products.ts';
import { Tag } from './tag.tsx';

export interface ProductColumn {
  readonly id: string;
  readonly label: string;
  readonly width: string;
  readonly numeric?: boolean;
  readonly sortBy: (product: ProductSummary) => string | number | null;
  readonly cell: (product: ProductSummary) => ReactNode;
}

const urgencyOrder = ['stock-out', 'late', 'now', 'soon', 'none'];

export const productColumns: readonly ProductColumn[] = [
  {
    id: 'name',
    label: 'Product',
    width: '25%',
    sortBy: (product) => product.name,
    cell: (product) => (
      <>
        <Link to="/products/$sku" params={{ sku: product.sku }}>
          {product.name}
        </Link>
        <span className="sub">
          {product.sku}
          {!product.active && ' · not planned'}
        </span>
      </>
    ),
  },
  {
    id: 'urgency',
    label: 'State',
    width: '14%',
    sortBy: (product) => (product.urgency === null ? null : urgencyOrder.indexOf(product.urgency)),
    cell: (product) => (product.urgency ? <Tag word={urgency(product.urgency)} /> : '–'),
  },
  {
    id: 'proposed',
    label: 'To order',
    width: '10%',
    numeric: true,
    sortBy: (product) => product.proposedQuantity,
    cell: (product) => (product.proposedQuantity ? units(product.proposedQuantity) : '–'),
  },
  {
    id: 'onHand',
    label: 'On hand',
    width: '10%',
    numeric: true,
    sortBy: (product) => product.onHand,
    cell: (product) => units(product.onHand),
  },
  {
    id: 'cover',
    label: 'Days of cover',
    width: '14%',
    numeric: true,
    sortBy: (product) => product.daysOfCover,
    cell: (product) => decimal(product.daysOfCover),
  },
  {
    id: 'brand',
    label: 'Brand',
    width: '10%',
    sortBy: (product) => product.brand,
    cell: (product) => product.brand ?? product.category ?? '–',
  },
  {
    id: 'method',
    label: 'Method',
    width: '17%',
    sortBy: (product) => product.method,
    cell: (product) => method(product.method),
  },
];

export interface Sorting {
  readonly column: string;
  readonly descending: boolean;
}

/** Sorted copy; what is unknown comes last either way. */
export function sortProducts(
  products: readonly ProductSummary[],
  sorting: Sorting | null,
): readonly ProductSummary[] {
  const column = productColumns.find(({ id }) => id === sorting?.column);
  if (!column || !sorting) return products;
  const sign = sorting.descending ? -1 : 1;
  return [...products].sort((a, b) => {
    const [x, y] = [column.sortBy(a), column.sortBy(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    const order = typeof x === 'number' && typeof y === 'number' ? x - y : collator(x, y);
    return sign * order;
  });
}

const { compare } = new Intl.Collator(undefined, { numeric: true });
const collator = (a: string | number, b: string | number) => compare(String(a), String(b));
