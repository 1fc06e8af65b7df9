import { chance } from './chance.ts';
import type { DemoTerms } from './demo-catalogue.ts';

export interface DemoStock {
  readonly sku: string;
  readonly onHand: number;
  readonly committed: number;
  readonly backorders: number;
}

/** How much of the demand until the next delivery lies on the shelf, and how many products are like that. */
const SITUATIONS = [
  { upTo: 0.03, days: () => 0 },
  { upTo: 0.13, days: (t: Days, r: number) => t.leadTimeDays * (0.2 + 0.5 * r) },
  { upTo: 0.4, days: (t: Days, r: number) => window(t) * (0.55 + 0.4 * r) },
  { upTo: 0.87, days: (t: Days, r: number) => window(t) * (2.2 + 1.4 * r) },
  { upTo: 1, days: (_: Days, r: number) => 150 + 120 * r },
] as const;

type Days = DemoTerms['supplier'];
const window = (supplier: Days) => supplier.leadTimeDays + supplier.reviewPeriodDays;

/** Made-up stock: a few sold out or at risk, some to be ordered, most well, some too much. */
export function demoStock(terms: DemoTerms, unitsPerDay: number): DemoStock {
  const { sku, supplier } = terms;
  const dice = chance(sku, 'situation');
  const situation = SITUATIONS.find(({ upTo }) => dice < upTo) ?? SITUATIONS[3];
  const onHand = Math.round(unitsPerDay * situation.days(supplier, chance(sku, 'cover')));
  const backorders = onHand === 0 ? Math.ceil(unitsPerDay) : 0;
  const reserved = chance(sku, 'committed') < 0.08 ? Math.ceil(unitsPerDay) : 0;
  return { sku, onHand, committed: Math.min(reserved, onHand), backorders };
}
