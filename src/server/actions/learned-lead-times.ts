import { type LearnedLeadTime, learnedLeadTime, type OrderProposal } from '../../planning/index.ts';
import type { LeadTimeRow } from '../store/planning-inputs.ts';

/** Fewer receipts than this say too little; the terms hold. */
const ENOUGH_RECEIPTS = 5;

/** A lead time that was really kept, and whose it is. */
export interface KeptLeadTime extends LearnedLeadTime {
  /** Whether of this very product, or of all that the supplier delivers. */
  readonly of: 'product' | 'supplier';
}

export interface LeadTimeBook {
  /** What receipts say of a product of a supplier; undefined while there are too few. */
  find(row: { supplier_id: number; product_id: number }): KeptLeadTime | undefined;
  /** Shortest and longest lead time that any receipt has shown; null without receipts. */
  readonly range: { readonly shortest: number; readonly longest: number } | null;
}

const min = (a: number, b: number) => Math.min(a, b);
const max = (a: number, b: number) => Math.max(a, b);

/** Sorts receipts into a book of lead times: the product's own where enough, else the supplier's. */
export function learnLeadTimes(rows: readonly LeadTimeRow[]): LeadTimeBook {
  const ofProduct = Map.groupBy(rows, (row) => `${row.supplier_id}/${row.product_id}`);
  const ofSupplier = Map.groupBy(rows, (row) => row.supplier_id);
  const suppliers = new Map(
    [...ofSupplier].map(([id, deliveries]) => [id, measure(deliveries, 'supplier')]),
  );
  const days = rows.map((row) => row.days);
  const [shortest, longest] = [days.reduce(min, Infinity), days.reduce(max, 0)];
  return {
    range: days.length > 0 ? { shortest, longest } : null,
    find: ({ supplier_id, product_id }) =>
      measure(ofProduct.get(`${supplier_id}/${product_id}`) ?? [], 'product') ??
      suppliers.get(supplier_id),
  };
}

function measure(rows: readonly LeadTimeRow[], of: KeptLeadTime['of']): KeptLeadTime | undefined {
  if (rows.length < ENOUGH_RECEIPTS) return undefined;
  const learned = learnedLeadTime(
    rows.map((row) => ({ confirmedOn: row.confirmed_on, receivedOn: row.received_on })),
  );
  return learned ? { ...learned, of } : undefined;
}

/** Says at the head of the trace where the lead times come from. */
export function describeLeadTimes(proposal: OrderProposal, learned: KeptLeadTime): OrderProposal {
  const { receipts, distribution, meanDays } = learned;
  const whose = learned.of === 'product' ? 'of this product' : 'from this supplier';
  const step: OrderProposal['trace'][number] = {
    id: 'learned-lead-time',
    label: 'Lead time learned from receipts',
    formula: 'sum of inputs',
    inputs: distribution.map(({ days, probability }) => ({
      name: `${days} days in ${Math.round(probability * receipts)} of ${receipts} receipts`,
      value: days * probability,
      unit: 'days',
    })),
    result: meanDays,
    unit: 'days',
    note: `${receipts} receipts ${whose} replace the lead time in the terms`,
  };
  return { ...proposal, trace: [step, ...proposal.trace] };
}
