import type { CellType, ImportColumn } from './kind.ts';

/** Quantities fit the store exactly: 4 decimals, and small enough to be exact as a number too. */
export const quantity: CellType = {
  is: 'number',
  decimals: 4,
  sign: 'zero-or-more',
  max: 99_999_999_999,
};
export const size: CellType = { ...quantity, sign: 'above-zero' };

export const skuAliases = [
  'unique_id',
  'product_id',
  'product_code',
  'item_id',
  'item_code',
  'article_number',
  'article',
  'item',
  'product',
  'artikelnummer',
  'artikel',
];

/** The product that a row speaks of; it must be in the catalogue. */
export const skuReference: ImportColumn = {
  name: 'sku',
  aliases: skuAliases,
  type: { is: 'reference', to: 'products' },
  target: 'product_id',
  required: true,
  meaning: 'SKU of a product that is already in the catalogue',
  examples: ['PASTA-500', 'PASTA-1000'],
};

export const currency: ImportColumn = {
  name: 'currency',
  aliases: ['wahrung', 'waehrung'],
  type: { is: 'currency' },
  required: false,
  meaning: "ISO 4217 code of the amounts in this row; blank: your company's currency",
  examples: ['EUR', 'EUR'],
};

export const unitCost: ImportColumn = {
  name: 'unit_cost',
  aliases: ['cost', 'purchase_price', 'einkaufspreis'],
  type: quantity,
  required: false,
  meaning: 'What one unit costs to buy',
  examples: ['0.62', '1.10'],
};
