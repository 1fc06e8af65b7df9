import type { ImportKindDefinition } from './kind.ts';
import { skuReference } from './shared-columns.ts';

export const promotions: ImportKindDefinition = {
  kind: 'promotions',
  title:
    'Promotions: one row per product and first day, those that were and those that are planned',
  table: 'promotions',
  key: ['sku', 'first_day'],
  tracked: true,
  columns: [
    skuReference,
    {
      name: 'first_day',
      aliases: ['from', 'start', 'start_date', 'begin', 'first_date', 'von', 'beginn'],
      type: { is: 'date', planned: true },
      required: true,
      meaning: 'First day of the promotion, up to two years ahead',
      examples: ['2026-01-12', '2026-02-02'],
    },
    {
      name: 'last_day',
      aliases: ['to', 'until', 'end', 'end_date', 'last_date', 'bis', 'ende'],
      type: { is: 'date', planned: true },
      required: true,
      meaning: 'Last day of it, the same or later, within a year',
      examples: ['2026-01-17', '2026-02-02'],
    },
    {
      name: 'name',
      aliases: ['promotion', 'promo', 'campaign', 'title', 'aktion'],
      type: { is: 'text', maxLength: 200 },
      required: false,
      meaning: 'What it is called; blank: no name',
      examples: ['Pasta week', ''],
    },
  ],
};
