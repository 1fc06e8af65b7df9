import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inPurchaseUnits, orderQuantity } from './index.ts';

const limits = fc.record({
  minimum: fc.option(fc.integer({ min: 0, max: 60 })),
  multiple: fc.option(fc.integer({ min: 1, max: 25 })),
  maximum: fc.option(fc.integer({ min: 1, max: 120 })),
});

/** What a patient person would do: try every quantity. */
function bySearch(need: number, { minimum, multiple, maximum }: Record<string, number | null>) {
  if (need <= 0) return 0;
  const allowed: number[] = [];
  for (let units = 1; units <= 400; units++)
    if (units >= (minimum ?? 0) && units % (multiple ?? 1) === 0 && units <= (maximum ?? 400))
      allowed.push(units);
  return allowed.find((units) => units >= need) ?? allowed.at(-1) ?? 0;
}

describe('the order quantity', () => {
  it('is the smallest that the supplier accepts, or the largest that it delivers', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 200 }), limits, (need, terms) => {
        expect(orderQuantity(need, terms).quantity).toBe(bySearch(need, terms));
      }),
      { numRuns: 3000, seed: 1 },
    );
  });

  it('rounds to the decimals of the unit, without dust', () => {
    expect(orderQuantity(0.1 + 0.2, { unitDecimals: 1 }).quantity).toBe(0.3);
    expect(orderQuantity(12.0000000001, { multiple: 6 }).quantity).toBe(12);
    expect(orderQuantity(2.3451, { unitDecimals: 3 }).quantity).toBe(2.346);
    expect(orderQuantity(2.3, { unitDecimals: 2, multiple: 0.25 }).quantity).toBe(2.5);
    expect(orderQuantity(0.0004, { unitDecimals: 0 }).quantity).toBe(1);
  });

  it('widens a multiple that the unit cannot express', () => {
    expect(orderQuantity(4, { multiple: 2.5 }).quantity).toBe(5);
    expect(orderQuantity(6, { multiple: 2.5 }).quantity).toBe(10);
    expect(orderQuantity(1, { multiple: 0.3 }).quantity).toBe(3);
  });

  it('names each rounding', () => {
    const { roundings } = orderQuantity(12.4, { minimum: 15, multiple: 6 });
    expect(roundings).toEqual([
      { rule: 'unit', before: 12.4, after: 13, size: 1, multiple: 6 },
      { rule: 'minimum', before: 13, after: 15, size: 15, multiple: 6 },
      { rule: 'multiple', before: 15, after: 18, size: 6, multiple: 6 },
    ]);
  });

  it('orders nothing where the terms exclude each other', () => {
    const found = orderQuantity(10, { minimum: 15, multiple: 10, maximum: 18 });
    expect(found).toMatchObject({ quantity: 0, warning: 'no_quantity_fits' });
    expect(orderQuantity(10, { maximum: 0 })).toMatchObject({ warning: 'no_quantity_fits' });
  });

  it('refuses what is not a limit', () => {
    expect(() => orderQuantity(Number.NaN)).toThrow(/bad_number/);
    expect(() => orderQuantity(1, { multiple: -6 })).toThrow(/orderMultiple/);
    expect(() => orderQuantity(1, { unitDecimals: 7 })).toThrow(/bad_unit/);
  });
});

describe('purchase units', () => {
  it('never hold less than the quantity or the minimum', () => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), size, limits, (quantity, unitsEach, terms) => {
        const found = inPurchaseUnits(quantity, { unitsEach, minimum: terms.minimum });
        expect(found.quantity).toBe(found.count * unitsEach);
        expect(found.quantity).toBeGreaterThanOrEqual(Math.max(quantity, terms.minimum ?? 0));
        expect(found.quantity - unitsEach).toBeLessThan(Math.max(quantity, terms.minimum ?? 0));
      }),
      { seed: 2 },
    );
  });
});
