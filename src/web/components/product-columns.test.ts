import { expect, test } from 'vitest';
import type { ProductSummary } from '../queries/products.ts';
import { sortProducts } from './product-columns.tsx';

function product(sku: string, rest: Partial<ProductSummary>): ProductSummary {
  return {
    sku,
    name: sku,
    category: null,
    brand: null,
    unit: 'each',
    active: true,
    supplierCode: null,
    onHand: null,
    method: null,
    demandClass: null,
    daysOfCover: null,
    proposedQuantity: null,
    urgency: null,
    ...rest,
  };
}

const skus = (products: readonly ProductSummary[]) => products.map(({ sku }) => sku);
const products = [
  product('A10', { onHand: 5, urgency: 'none' }),
  product('A9', { onHand: null, urgency: 'late' }),
  product('A2', { onHand: 40, urgency: null }),
];

test('what is unknown comes last, whichever way is sorted', () => {
  const by = (descending: boolean) => sortProducts(products, { column: 'onHand', descending });
  expect(skus(by(false))).toEqual(['A10', 'A2', 'A9']);
  expect(skus(by(true))).toEqual(['A2', 'A10', 'A9']);
});

test('states sort by urgency, names as people count', () => {
  const by = (column: string) => sortProducts(products, { column, descending: false });
  expect(skus(by('urgency'))).toEqual(['A9', 'A10', 'A2']);
  expect(skus(by('name'))).toEqual(['A2', 'A9', 'A10']);
});

test('without a choice the order of the server stands', () => {
  expect(sortProducts(products, null)).toBe(products);
});
