import type { ImportKindDefinition } from './kind.ts';
import { quantity, skuReference } from './shared-columns.ts';

export const sales: ImportKindDefinition = {
  kind: 'sales',
  title: 'Sales: one row per product and day, days with 0 units included',
  table: 'demand_daily',
  key: ['sku', 'date'],
  tracked: false,
  columns: [
    skuReference,
    {
      name: 'date',
      aliases: ['ds', 'day', 'sales_date', 'order_date', 'datum'],
      type: { is: 'date' },
      required: true,
      meaning: 'Day of the sale, up to today',
      examples: ['2026-01-30', '2026-01-31'],
    },
    {
      name: 'units',
      aliases: ['qty', 'quantity', 'demand', 'units_sold', 'sales', 'sold', 'y', 'menge'],
      type: quantity,
      required: true,
      meaning: 'Units sold on that day, 0 included',
      examples: ['14', '0'],
    },
    {
      name: 'promotion',
      aliases: ['promo', 'onpromotion', 'on_promotion', 'aktion'],
      type: { is: 'boolean' },
      required: false,
      meaning: 'Whether the product was promoted on that day; blank: not known',
      examples: ['no', 'no'],
    },
    {
      name: 'in_stock',
      aliases: ['available', 'instock', 'availability'],
      type: { is: 'boolean' },
      required: false,
      meaning:
        'Whether it could be bought all day: sales of a sold-out day say too little about demand; blank: not known',
      examples: ['yes', 'no'],
    },
  ],
};
