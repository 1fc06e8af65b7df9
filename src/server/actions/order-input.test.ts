import { expect, test } from 'vitest';
import type { OrderProposal } from '../../planning/index.ts';
import type { LeadTimeRow, PlanningRow } from '../store/planning-inputs.ts';
import { describeLeadTimes, learnLeadTimes } from './learned-lead-times.ts';
import { type InputFacts, toOrderInput } from './order-input.ts';

/** A forecast of 10 a day whose windows of 5, 6 and 7 days are stored, at two levels. */
const row: PlanningRow = {
  product_id: 1,
  sku: 'A',
  unit_decimals: 0,
  service_level: 0.95,
  supplier_id: 2,
  supplier_code: 'S',
  working_weekdays: [1, 2, 3, 4, 5],
  lead_time_days: 3,
  lead_time_sd_days: 0,
  review_period_days: 2,
  minimum_order_quantity: null,
  order_multiple: null,
  maximum_order_quantity: null,
  unit_cost: null,
  currency: null,
  on_hand: 5,
  counted_on: '2026-03-31',
  committed: 1,
  backorders: 0,
  refusal_code: null,
  mean: new Float64Array(10).fill(10),
  window_levels: [0.5, 0.9],
  first_window: 5,
  window_means: Float64Array.of(50, 60, 70),
  window_quantiles: Float64Array.of(50, 65, 60, 77, 70, 89),
};
const facts: InputFacts = {
  asOf: '2026-03-31',
  orderOn: '2026-04-01',
  elapsedDays: 0,
  openLines: [],
};

test('a stored forecast becomes demand over windows of the stored lengths', () => {
  const { demand, policy, stock } = toOrderInput(row, facts)!;
  expect(demand).toMatchObject({
    kind: 'predictive',
    cumulative: { levels: [0.5, 0.9], windows: [5, 6, 7], means: [50, 60, 70] },
  });
  expect(policy).toMatchObject({ review: 'periodic', service: { level: 0.95 } });
  expect(stock).toEqual({ onHand: 5, committed: 1, backorders: 0 });
});

test('days that have gone by since the forecast are not counted again', () => {
  const { demand } = toOrderInput(row, { ...facts, asOf: '2026-04-02', elapsedDays: 2 })!;
  if (demand.kind !== 'predictive') throw new Error('expected a forecast');
  expect(demand.mean).toHaveLength(8);
  expect(demand.cumulative.windows).toEqual([3, 4, 5]);
  expect(demand.cumulative.means).toEqual([30, 40, 50]);
  expect(demand.cumulative.quantiles.map((at) => [...(at as Float64Array)])).toEqual([
    [30, 45],
    [40, 57],
    [50, 69],
  ]);
  expect(toOrderInput(row, { ...facts, elapsedDays: 10 })).toBeUndefined();
});

test('without forecast and without sales there is nothing to plan from', () => {
  const bare = { ...row, mean: null, window_levels: null, first_window: null };
  expect(toOrderInput(bare, facts)).toBeUndefined();
  const moments = { productId: 1, days: 20, mean: 4, sd: 2 };
  expect(toOrderInput(bare, { ...facts, moments })?.demand).toMatchObject({
    kind: 'normal',
    meanPerDay: 4,
    sdPerDay: 2,
  });
});

test('a draft counts as if it were confirmed on the day', () => {
  const line = { product_id: 1, number: 'PO-1', state: 'draft', quantity: 7, expected_on: null };
  expect(toOrderInput(row, { ...facts, openLines: [line] })?.openOrders).toEqual([
    { quantity: 7, reference: 'PO-1', expectedDate: '2026-04-04' },
  ]);
  const leadTimes = [5, 6, 7].map((days) => ({ days, probability: 1 / 3 }));
  expect(toOrderInput(row, { ...facts, leadTimes, openLines: [line] })?.openOrders).toMatchObject([
    { expectedDate: '2026-04-07' },
  ]);
});

test('five receipts of a product speak for it, else five of its supplier, else the terms', () => {
  const receipt = (productId: number, days: number): LeadTimeRow => ({
    supplier_id: 2,
    product_id: productId,
    confirmed_on: '2026-01-01',
    received_on: `2026-01-${String(1 + days).padStart(2, '0')}`,
    days,
  });
  const four = [12, 15, 9, 20].map((days) => receipt(1, days));
  expect(learnLeadTimes(four).find(row)).toBeUndefined();
  const five = [...four, receipt(1, 14)];
  const own = learnLeadTimes(five).find(row)!;
  expect(own).toMatchObject({ of: 'product', meanDays: 14, receipts: 5 });
  const [step] = describeLeadTimes({ trace: [] } as unknown as OrderProposal, own).trace;
  expect(step).toMatchObject({ id: 'learned-lead-time', note: expect.stringContaining('product') });
  const parts = step!.inputs.map(({ value }) => value as number);
  expect(parts.reduce((sum, value) => sum + value, 0)).toBeCloseTo(step!.result as number, 12);
  const other = learnLeadTimes(five).find({ supplier_id: 2, product_id: 9 });
  expect(other).toMatchObject({ of: 'supplier', p90Days: 18 });
  expect(learnLeadTimes(five).find({ supplier_id: 3, product_id: 1 })).toBeUndefined();
});
