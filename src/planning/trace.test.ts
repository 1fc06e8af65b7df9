import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OrderInput, proposeOrder, traceText } from './index.ts';
import { arbitraryOrder } from './reference/arbitrary-order.ts';
import { evaluateStep } from './reference/evaluate-step.ts';
import { exampleOrder } from './reference/example-order.ts';

const order = exampleOrder();

describe('the trace of a proposal', () => {
  it('gives each result again when its formula is computed from its inputs', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(arbitraryOrder, (input) => {
        for (const step of proposeOrder(input).trace) {
          seen.add(step.id);
          const found = evaluateStep(step);
          if ('holds' in found) expect(found.holds, JSON.stringify(step)).toBe(true);
          else expectNear(found.value, Number(step.result), JSON.stringify(step));
        }
      }),
      { numRuns: 1500, seed: 1 },
    );
    expect([...seen].sort()).toEqual([
      'cap-at-maximum',
      'cover-demand',
      'cycle-quantity',
      'lead-time',
      'lift-to-minimum',
      'lower-quantile',
      'need',
      'no-quantity-fits',
      'order-quantity',
      'order-up-to',
      'protection-window',
      'receipts',
      'reorder-point',
      'round-to-multiple',
      'round-to-unit',
      'safety-factor',
      'safety-stock',
      'stock-position',
      'upper-quantile',
      'value',
      'window-demand',
      'window-spread',
    ]);
  });

  it('leads from step to step without a gap, and ends at the proposal', () => {
    fc.assert(
      fc.property(arbitraryOrder, (input) => {
        const found = proposeOrder(input);
        const results = new Map<string, number | string>();
        for (const step of found.trace) {
          for (const { from, value } of step.inputs)
            if (from !== undefined) expect(value).toBe(results.get(from));
          expect(results.has(step.id)).toBe(false);
          results.set(step.id, step.result);
        }
        expect(results.get('order-quantity')).toBe(found.quantity);
        expect(results.get('reorder-point')).toBe(found.reorderPoint);
        expect(results.get('safety-stock')).toBe(found.safetyStock);
        expect(results.get('order-up-to')).toBe(found.orderUpTo);
        expect(results.get('stock-position')).toBe(found.stockPosition);
        expect(results.get('protection-window')).toBe(found.protectionWindowDays);
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  it('survives JSON unchanged', () => {
    fc.assert(
      fc.property(arbitraryOrder, (input) => {
        const { trace } = proposeOrder(input);
        expect(JSON.stringify(JSON.parse(JSON.stringify(trace)))).toBe(JSON.stringify(trace));
        expect(JSON.stringify(trace)).not.toContain('null');
      }),
      { numRuns: 200, seed: 3 },
    );
  });

  it('names each rounding and why', () => {
    const limits = { minimumOrderQuantity: 15, orderMultiple: 6, maximumOrderQuantity: 1000 };
    const input: OrderInput = { ...order, terms: { ...order.terms, ...limits } };
    const ids = (onHand: number) =>
      proposeOrder({ ...input, stock: { ...order.stock, onHand } })
        .trace.map(({ id }) => id)
        .filter((id) => /round|lift|cap/.test(id));
    expect(ids(0)).toEqual(['round-to-unit', 'round-to-multiple']);
    expect(ids(730)).toEqual(['round-to-unit', 'lift-to-minimum', 'round-to-multiple']);
  });

  it('says why nothing is ordered', () => {
    const full = proposeOrder({ ...order, stock: { onHand: 5000, committed: 0, backorders: 0 } });
    expect(full.quantity).toBe(0);
    const step = full.trace.find(({ id }) => id === 'order-quantity')!;
    expect(step.note).toMatch(/no order: the stock position reaches/);
  });
});

describe('the trace as text', () => {
  it('prints every step with its formula, inputs and note', () => {
    const lines = traceText(proposeOrder(order).trace);
    expect(lines).toEqual([
      '1. Protection window: 16 days',
      '     lead time + review period',
      '     · lead time = 9 days',
      '     · review period = 7 days',
      '     (periodic review: stock must last until the order after this one arrives)',
      '2. Stock position: 185 units',
      '     on hand − committed − backorders + receipts',
      '     · on hand = 200 units',
      '     · committed = 10 units',
      '     · backorders = 5 units',
      '     · receipts = 0 units',
      '3. Expected demand over the protection window: 640 units',
      '     sum of inputs',
      '     · days 1 to 7 = 280 units',
      '     · days 8 to 14 = 280 units',
      '     · days 15 to 16 = 80 units',
      '     (the forecast of these dates, summed)',
      '4. Reorder point: 718.95 units',
      '     quantile',
      '     · service level = 0.95 probability',
      '     · quantile = 718.95 units',
      '     (quantile of the forecast demand over the protection window)',
      '5. Safety stock: 78.95 units',
      '     reorder point − expected demand',
      '     · reorder point = 718.95 units  ← reorder-point',
      '     · expected demand = 640 units  ← window-demand',
      '6. Order-up-to level: 718.95 units',
      '     reorder point',
      '     · reorder point = 718.95 units  ← reorder-point',
      '7. Need: 533.95 units',
      '     order-up-to level − stock position',
      '     · order-up-to level = 718.95 units  ← order-up-to',
      '     · stock position = 185 units  ← stock-position',
      '8. Rounded up to the unit of sale: 534 units',
      '     ceil(quantity ÷ unit) × unit',
      '     · quantity = 533.95 units  ← need',
      '     · unit = 1 units',
      '     (no part of a unit can be ordered; rounding down would miss the service wanted)',
      '9. Order quantity: 534 units',
      '     rounded need',
      '     · rounded need = 534 units  ← round-to-unit',
      '10. Order value: 667.5 EUR',
      '     order quantity × unit cost',
      '     · order quantity = 534 units  ← order-quantity',
      '     · unit cost = 1.25 EUR',
    ]);
  });
});

function expectNear(found: number, wanted: number, step: string): void {
  expect(Math.abs(found - wanted), step).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(wanted)));
}
