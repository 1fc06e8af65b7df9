import { chance } from './chance.ts';
import { type DemoSupplier, type DemoTerms, demoSuppliers } from './demo-catalogue.ts';
import { addDays } from './demo-sales.ts';

export interface DemoOrderLine {
  readonly sku: string;
  readonly quantity: number;
  readonly received: number;
  readonly unitCost: number;
}

export interface DemoOrder {
  readonly supplierCode: string;
  readonly confirmedOn: string;
  readonly expectedOn: string;
  /** Day of its receipt; null while something is awaited. */
  readonly receivedOn: string | null;
  readonly lines: readonly DemoOrderLine[];
}

const PAST_ORDERS = 8;
const LINES = 3;

/** Made-up orders: received ones to learn lead times from, and two awaited, one of them overdue. */
export function demoOrders(terms: readonly DemoTerms[], today: string): DemoOrder[] {
  const past = demoSuppliers.flatMap((supplier) => pastOrders(supplier, { terms, today }));
  const [onTime, late] = [demoSuppliers[0], demoSuppliers[3]] as [DemoSupplier, DemoSupplier];
  const awaited = [
    { supplier: onTime, confirmedOn: addDays(today, -3) },
    { supplier: late, confirmedOn: addDays(today, -late.leadTimeDays - 6) },
  ].map(({ supplier, confirmedOn }) => ({
    supplierCode: supplier.code,
    confirmedOn,
    expectedOn: addDays(confirmedOn, supplier.leadTimeDays),
    receivedOn: null,
    lines: linesFor(supplier, { terms, received: false }),
  }));
  return [...past, ...awaited].sort((a, b) => a.confirmedOn.localeCompare(b.confirmedOn));
}

function pastOrders(
  supplier: DemoSupplier,
  { terms, today }: { terms: readonly DemoTerms[]; today: string },
): DemoOrder[] {
  return Array.from({ length: PAST_ORDERS }, (_, i) => {
    const nth = String(i);
    const ago = 30 + i * 21 + Math.floor(10 * chance(supplier.code, 'ago', nth));
    const confirmedOn = addDays(today, -ago);
    // A sum of uniforms is near enough to a bell for an example.
    const bell =
      [1, 2, 3].reduce((sum, k) => sum + chance(supplier.code, nth, String(k)), -1.5) * 2;
    const took = Math.max(1, Math.round(supplier.leadTimeDays + bell * supplier.leadTimeSdDays));
    return {
      supplierCode: supplier.code,
      confirmedOn,
      expectedOn: addDays(confirmedOn, supplier.leadTimeDays),
      receivedOn: addDays(confirmedOn, Math.min(took, ago - 1)),
      lines: linesFor(supplier, { terms, received: true, from: i * LINES }),
    };
  });
}

function linesFor(
  supplier: DemoSupplier,
  { terms, received, from = 0 }: { terms: readonly DemoTerms[]; received: boolean; from?: number },
): DemoOrderLine[] {
  const sold = terms.filter((term) => term.preferred && term.supplier === supplier);
  const count = Math.min(LINES, sold.length);
  return Array.from({ length: count }, (_, i) => {
    const { sku, orderMultiple, unitCost } = sold[(from + i) % sold.length] as DemoTerms;
    const quantity = orderMultiple * (2 + Math.floor(3 * chance(sku, 'ordered')));
    return { sku, quantity, received: received ? quantity : 0, unitCost };
  });
}
