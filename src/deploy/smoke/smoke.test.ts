import { describe, expect, test } from 'vitest';
import { evaluateFormula } from './evaluate-formula.ts';
import { checkArithmetic } from './order-arithmetic.ts';
import { sampleFiles, sampleProducts, unitsOn } from './sample-company.ts';

const step = (formula: string, inputs: Record<string, number>, result = 0) => ({
  id: 'step',
  formula,
  inputs: Object.entries(inputs).map(([name, value]) => ({ name, value })),
  result,
});

describe('working a formula out', () => {
  test.each([
    ['on hand − committed + receipts', { 'on hand': 20, committed: 3, receipts: 5 }, 22],
    [
      'ceil(quantity ÷ order multiple) × order multiple',
      { quantity: 100, 'order multiple': 6 },
      102,
    ],
    ['max(need, minimum) − 2 × (need − minimum)', { need: 10, minimum: 24 }, 52],
    ['sum of inputs', { 'days 1 to 7': 70, 'days 8 to 12': 50 }, 120],
    ['a − b − c', { a: 10, b: 3, c: 2 }, 5],
    ['lead time + lead time spread', { 'lead time': 5, 'lead time spread': 2 }, 7],
  ])('%s', (formula, inputs, wanted) => {
    expect(evaluateFormula(step(formula, inputs as Record<string, number>))).toBe(wanted);
  });

  test.each(['Φ⁻¹(service level)', 'x such that A = B', 'max(1', '1 2', 'ceil 3'])(
    'leaves alone what is no arithmetic: %s',
    (formula) => {
      expect(evaluateFormula(step(formula, { 'service level': 0.9 }))).toBeNull();
    },
  );
});

describe('the made-up shop', () => {
  test('has a products file of three rows, and sales up to yesterday', () => {
    const files = sampleFiles('2026-03-10');
    expect(files.map(({ kind }) => kind)).toEqual([
      'products',
      'suppliers',
      'terms',
      'stock',
      'sales',
    ]);
    expect(files[0]).toMatchObject({ rows: 3 });
    const lines = files.at(-1)!.csv.trim().split('\n');
    expect(lines).toHaveLength(1 + 3 * 140);
    expect(lines.at(-1)).toContain('2026-03-09');
  });

  test('sells by the weekday, whatever the day of the test', () => {
    const week = sampleProducts.find(({ sku }) => sku === 'SMOKE-WEEK')!;
    // A Sunday and a Saturday.
    expect(unitsOn(week, '2026-03-08')).toBe(30);
    expect(unitsOn(week, '2026-03-07')).toBe(40);
  });
});

describe('the arithmetic of a proposal', () => {
  const product = sampleProducts[0]!;
  const inputs = (given: Record<string, [number, string?]>) =>
    Object.entries(given).map(([name, [value, from]]) => ({
      name,
      value,
      unit: 'units',
      ...(from && { from }),
    }));
  const right = {
    sku: product.sku,
    quantity: 102,
    reorderPoint: 120,
    orderUpTo: 120,
    stockPosition: 20,
    expectedReceipt: '2026-03-15',
    trace: [
      { id: 'position', formula: 'on hand', inputs: inputs({ 'on hand': [20] }), result: 20 },
      {
        id: 'need',
        formula: 'level − position',
        inputs: inputs({ level: [120], position: [20, 'position'] }),
        result: 100,
      },
      {
        id: 'round',
        formula: 'ceil(need ÷ pack) × pack',
        inputs: inputs({ need: [100, 'need'], pack: [6] }),
        result: 102,
      },
    ].map((one) => ({ ...one, label: one.id, unit: 'units' })),
  };
  type Proposal = Parameters<typeof checkArithmetic>[1];
  const checked = (change: object) => () =>
    checkArithmetic(product, { ...right, ...change } as unknown as Proposal);

  test('is right when every figure is', () => {
    expect(checked({})()).toBe(product.sku);
  });

  test.each([
    ['quantity', { quantity: 108 }],
    ['stock position', { stockPosition: 26 }],
    ['reorder point', { reorderPoint: 130 }],
    ['order-up-to level', { orderUpTo: 90 }],
    ['expected receipt', { expectedReceipt: null }],
    ['step need', { trace: right.trace.map((s) => (s.id === 'need' ? { ...s, result: 99 } : s)) }],
    ['step round', { trace: right.trace.filter(({ id }) => id !== 'need') }],
    ['trace', { trace: right.trace.slice(0, 2) }],
  ])('a wrong %s is named', (name, change) => {
    expect(checked(change)).toThrow(new RegExp(name));
  });
});
