import { dayNumber, isoDate } from '../planning/calendar-day.ts';
import type { OrderInput, PredictiveDemand } from '../planning/index.ts';
import type { FileRecord } from './records-file.ts';

/** Lead time and review period of products without terms. */
export interface DefaultTerms {
  readonly leadTimeDays: number;
  readonly reviewPeriodDays: number;
}

/** One product with everything that planning asks for but its demand. */
export interface PlannedProduct {
  readonly sku: string;
  readonly name: string;
  readonly input: Omit<OrderInput, 'demand'>;
}

/** A product that cannot be planned, and why. */
export interface LeftOut {
  readonly sku: string;
  readonly reason: string;
}

/** Joins the files by SKU; what has no counterpart is left out by name. */
export function joinFiles(
  files: {
    products: readonly FileRecord[];
    stock: readonly FileRecord[];
    terms: readonly FileRecord[];
  },
  options: { asOf: string; defaults: DefaultTerms },
): { planned: PlannedProduct[]; leftOut: LeftOut[] } {
  const stock = new Map(files.stock.map((row) => [text(row.sku), row]));
  const terms = preferredTerms(files.terms);
  const planned: PlannedProduct[] = [];
  const leftOut: LeftOut[] = [];
  const known = new Set<string>();
  for (const product of files.products) {
    const sku = text(product.sku);
    known.add(sku);
    if (product.active === false) continue;
    const level = stock.get(sku);
    if (level === undefined) leftOut.push({ sku, reason: 'it has no row in the stock file' });
    else {
      const input = toInput({ product, level, terms: terms.get(sku) }, options);
      planned.push({ sku, name: text(product.name), input });
    }
  }
  for (const sku of new Set([...stock.keys(), ...terms.keys()]))
    if (!known.has(sku)) leftOut.push({ sku, reason: 'it is not in the products file' });
  return { planned, leftOut };
}

/** The supplier marked as preferred, or else the first of the file. */
function preferredTerms(rows: readonly FileRecord[]): Map<string, FileRecord> {
  const chosen = new Map<string, FileRecord>();
  for (const row of rows) {
    const sku = text(row.sku);
    if (!chosen.has(sku) || row.preferred === true) chosen.set(sku, row);
  }
  return chosen;
}

function toInput(
  rows: { product: FileRecord; level: FileRecord; terms: FileRecord | undefined },
  options: { asOf: string; defaults: DefaultTerms },
): Omit<OrderInput, 'demand'> {
  const { product, level, terms } = rows;
  const { asOf, defaults } = options;
  const reviewPeriodDays = Number(terms?.review_period_days ?? defaults.reviewPeriodDays);
  return {
    asOf,
    orderOn: isoDate(dayNumber(asOf) + 1),
    product: { sku: text(product.sku), unitDecimals: Number(product.unit_decimals) },
    terms: {
      leadTimeDays: Number(terms?.lead_time_days ?? defaults.leadTimeDays),
      leadTimeSdDays: Number(terms?.lead_time_sd_days ?? 0),
      reviewPeriodDays,
      minimumOrderQuantity: number(terms?.minimum_order_quantity),
      orderMultiple: number(terms?.order_multiple),
      maximumOrderQuantity: number(terms?.maximum_order_quantity),
      unitCost: number(terms?.unit_cost) ?? number(product.unit_cost),
      currency: (terms?.currency ?? product.currency ?? null) as string | null,
      supplierCode: terms === undefined ? null : text(terms.supplier),
    },
    stock: {
      onHand: Number(level.on_hand),
      committed: Number(level.committed),
      backorders: Number(level.backorders),
    },
    openOrders: [],
    policy: {
      service: { kind: 'cycle', level: Number(product.service_level) },
      review: reviewPeriodDays > 0 ? 'periodic' : 'continuous',
    },
  };
}

/** A forecast must reach past the longest protection window, or its end is only guessed. */
export function horizonFor(planned: readonly PlannedProduct[]): number {
  const longest = planned.map(({ input: { terms } }) =>
    Math.ceil(terms.leadTimeDays + terms.reviewPeriodDays + 3 * (terms.leadTimeSdDays ?? 0)),
  );
  return Math.min(365, Math.max(28, ...longest));
}

/** The input of planning, whole. */
export function withDemand(product: PlannedProduct, demand: PredictiveDemand): OrderInput {
  return { ...product.input, demand };
}

function text(cell: FileRecord[string] | undefined): string {
  return String(cell ?? '');
}

function number(cell: FileRecord[string] | undefined): number | null {
  return typeof cell === 'number' ? cell : null;
}
