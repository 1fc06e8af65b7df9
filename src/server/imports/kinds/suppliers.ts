import type { ImportKindDefinition } from './kind.ts';
import { currency } from './shared-columns.ts';

export const suppliers: ImportKindDefinition = {
  kind: 'suppliers',
  title: 'Suppliers: one row per supplier',
  table: 'suppliers',
  key: ['code'],
  tracked: true,
  columns: [
    {
      name: 'code',
      aliases: ['supplier_code', 'supplier_id', 'vendor_code', 'vendor_id', 'lieferantennummer'],
      type: { is: 'text', maxLength: 100 },
      required: true,
      meaning: 'Your code of the supplier; upper and lower case count',
      examples: ['MILL', 'HARBOUR'],
    },
    {
      name: 'name',
      aliases: ['supplier_name', 'vendor_name', 'supplier', 'vendor', 'lieferant'],
      type: { is: 'text', maxLength: 300 },
      required: true,
      meaning: 'Name that people read',
      examples: ['Mill & Sons', 'Harbour Trading'],
    },
    {
      name: 'email',
      aliases: ['e_mail', 'mail'],
      type: { is: 'text', maxLength: 320 },
      required: false,
      meaning: 'Where purchase orders are sent',
      examples: ['orders@mill.example', ''],
    },
    {
      ...currency,
      meaning: "ISO 4217 code that the supplier charges in; blank: your company's currency",
    },
    {
      name: 'working_weekdays',
      aliases: ['working_days', 'weekdays'],
      type: { is: 'weekdays' },
      required: false,
      blank: '{1,2,3,4,5}',
      meaning:
        'Days on which the supplier works, Monday is 1: such as 1-5 or 1,2,4; blank: Monday to Friday',
      examples: ['1-5', '1-6'],
    },
  ],
};
