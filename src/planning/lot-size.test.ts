import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allUnitsDiscount, economicOrderQuantity, wagnerWhitin } from './index.ts';

describe('Wagner–Whitin', () => {
  const demands = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 0, maxLength: 9 });

  it('is as cheap as the best of all plans, and meets every period', () => {
    fc.assert(
      fc.property(demands, fc.integer({ min: 0, max: 200 }), (demand, orderCost) => {
        const costs = { orderCost, holdingCost: 2 };
        const { quantities, cost } = wagnerWhitin(demand, costs);
        expect(costOf(demand, { quantities, ...costs })).toBeCloseTo(cost, 9);
        let best = Number.POSITIVE_INFINITY;
        for (let plan = 0; plan < 2 ** demand.length; plan++) {
          const tried = planned(demand, plan);
          if (tried !== null)
            best = Math.min(best, costOf(demand, { quantities: tried, ...costs }));
        }
        expect(cost).toBeCloseTo(best, 9);
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  it('refuses negative demand', () => {
    expect(() => wagnerWhitin([5, -1], { orderCost: 1, holdingCost: 1 })).toThrow(/demand\[1\]/);
  });
});

describe('order quantities', () => {
  it('refuse costs that make no sense', () => {
    const terms = { orderCost: 8, holdingCost: 0.225, demandRate: 0 };
    expect(() => economicOrderQuantity(terms)).toThrow(/demandRate/);
    const rates = { orderCost: 8, holdingRate: 0.3, demandRate: 1300 };
    const unordered = [
      { from: 0, unitCost: 1 },
      { from: 0, unitCost: 0.9 },
    ];
    expect(() => allUnitsDiscount({ ...rates, breaks: unordered })).toThrow(/breaks/);
    expect(() => allUnitsDiscount({ ...rates, breaks: [] })).toThrow(/no break/);
  });

  it('are no dearer under a discount than any quantity that one could order', () => {
    const input = {
      orderCost: 30,
      holdingRate: 0.25,
      demandRate: 5000,
      breaks: [
        { from: 0, unitCost: 2 },
        { from: 500, unitCost: 1.9 },
        { from: 2500, unitCost: 1.88 },
      ],
    };
    const found = allUnitsDiscount(input);
    for (let quantity = 1; quantity < 6000; quantity++) {
      const { unitCost } = input.breaks.findLast(({ from }) => quantity >= from)!;
      const cost =
        unitCost * 5000 + (30 * 5000) / quantity + (input.holdingRate * unitCost * quantity) / 2;
      expect(cost).toBeGreaterThanOrEqual(found.cost - 1e-9);
    }
  });
});

/** Quantities of the plan whose bits say in which periods to order; null if demand comes first. */
function planned(demand: readonly number[], plan: number): number[] | null {
  const quantities = demand.map(() => 0);
  let last = -1;
  for (let t = 0; t < demand.length; t++) {
    if ((plan >> t) & 1) last = t;
    if (demand[t] === 0) continue;
    if (last < 0) return null;
    quantities[last]! += demand[t]!;
  }
  return quantities;
}

function costOf(
  demand: readonly number[],
  plan: { quantities: readonly number[]; orderCost: number; holdingCost: number },
): number {
  let [stock, cost] = [0, 0];
  demand.forEach((units, t) => {
    if (plan.quantities[t]! > 0) cost += plan.orderCost;
    stock += plan.quantities[t]! - units;
    expect(stock).toBeGreaterThanOrEqual(0);
    cost += plan.holdingCost * stock;
  });
  return cost;
}
