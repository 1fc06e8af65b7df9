import type { ImportKindDefinition } from './kind.ts';
import { quantity, skuReference } from './shared-columns.ts';

export const stock: ImportKindDefinition = {
  kind: 'stock',
  title: 'Stock: one row per product',
  table: 'stock',
  key: ['sku'],
  tracked: true,
  columns: [
    skuReference,
    {
      name: 'on_hand',
      aliases: ['onhand', 'stock', 'stock_on_hand', 'quantity', 'qty', 'units', 'bestand'],
      type: quantity,
      required: true,
      meaning: 'Units on the shelf',
      examples: ['240', '96'],
    },
    {
      name: 'committed',
      aliases: ['reserved', 'allocated', 'reserviert'],
      type: quantity,
      required: false,
      blank: '0',
      meaning: 'Units on hand that are promised to customers; blank: 0',
      examples: ['12', '0'],
    },
    {
      name: 'backorders',
      aliases: ['backorder', 'backordered'],
      type: quantity,
      required: false,
      blank: '0',
      meaning: 'Units that customers wait for; blank: 0',
      examples: ['0', '0'],
    },
    {
      name: 'counted_on',
      aliases: ['date', 'count_date', 'as_of', 'datum'],
      type: { is: 'date' },
      required: false,
      blank: 'today',
      meaning: 'Day of the count; blank: the day of the import',
      examples: ['2026-01-31', '2026-01-31'],
    },
  ],
};
