import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { poissonCdf } from '../forecast/index.ts';
import { type BudgetItem, buyWithinBudget, fairShare, marginalValue } from './index.ts';

function poissonItem(id: string, change: Partial<BudgetItem> & { mean?: number } = {}): BudgetItem {
  const { mean = 4, ...rest } = change;
  const atLeast = (units: number) => 1 - poissonCdf(units - 1, mean);
  return { id, atLeast, margin: 6, overage: 2, ...rest };
}

describe('buying within a budget', () => {
  it('buys the units of the highest marginal value first', () => {
    const items = [poissonItem('slow', { mean: 1 }), poissonItem('fast', { mean: 8 })];
    const { picks, units, left } = buyWithinBudget(items, 6);
    expect(picks.map(({ id }) => id)).toEqual(['fast', 'fast', 'fast', 'fast', 'fast', 'fast']);
    expect(picks.map(({ value }) => value)).toEqual(
      [...picks.map(({ value }) => value)].sort((a, b) => b - a),
    );
    expect([units.get('slow'), units.get('fast'), left]).toEqual([0, 6, 0]);
  });

  it('is as good as the best of all combinations when units cost the same', () => {
    const rate = fc.double({ min: 0.5, max: 6, noNaN: true });
    fc.assert(
      fc.property(rate, rate, fc.integer({ min: 0, max: 14 }), (one, other, budget) => {
        const items = [poissonItem('a', { mean: one }), poissonItem('b', { mean: other })];
        const value = (index: number, count: number) => {
          let sum = 0;
          for (let unit = 1; unit <= count; unit++) sum += marginalValue(items[index]!, unit);
          return sum;
        };
        let best = 0;
        for (let a = 0; a <= budget; a++)
          for (let b = 0; a + b <= budget; b++) best = Math.max(best, value(0, a) + value(1, b));
        const found = buyWithinBudget(items, budget);
        const gained = found.picks.reduce((sum, pick) => sum + pick.value, 0);
        expect(gained).toBeCloseTo(best, 9);
      }),
      { seed: 1 },
    );
  });

  it('weighs value against cost, minds packs and stock, and skips what is too dear', () => {
    const items = [
      poissonItem('dear', { unitCost: 100 }),
      poissonItem('pack', { unitCost: 2, pack: 3 }),
      poissonItem('stocked', { unitCost: 1, stock: 5 }),
    ];
    const { units, left } = buyWithinBudget(items, 20);
    expect([...units]).toEqual([
      ['dear', 0],
      ['pack', 6],
      ['stocked', 0],
    ]);
    expect(left).toBe(8);
  });

  it('refuses an item that would be bought for ever', () => {
    const item = { ...poissonItem('x'), atLeast: () => 1, pack: 4_000_000 };
    expect(() => buyWithinBudget([item], Number.POSITIVE_INFINITY)).toThrow(/bad_forecast/);
    expect(() => buyWithinBudget([], Number.NaN)).toThrow(/budget/);
  });
});

describe('a fair share', () => {
  const claims = fc.array(
    fc.record({
      id: fc.string(),
      demandPerDay: fc.integer({ min: 0, max: 40 }),
      stock: fc.integer({ min: -20, max: 300 }),
    }),
    { minLength: 1, maxLength: 8 },
  );

  it('gives away exactly what there is, and lets nobody run out early', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), claims, (available, wanting) => {
        const { runOutDays, units } = fairShare(available, { claims: wanting });
        const given = units.reduce((sum, share) => sum + share, 0);
        if (runOutDays === null) {
          expect(given).toBe(0);
          return;
        }
        expect(given).toBe(available);
        wanting.forEach(({ demandPerDay, stock }, i) => {
          expect(units[i]).toBeGreaterThanOrEqual(0);
          if (demandPerDay === 0) expect(units[i]).toBe(0);
          else if (units[i]! > 0)
            expect(Math.abs(units[i]! + stock - runOutDays * demandPerDay)).toBeLessThanOrEqual(1);
          else expect(stock).toBeGreaterThanOrEqual(runOutDays * demandPerDay - 1);
        });
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  it('shares decimals where the unit has them', () => {
    const wanting = [
      { id: 'a', demandPerDay: 1, stock: 0 },
      { id: 'b', demandPerDay: 2, stock: 0 },
    ];
    expect(fairShare(1, { claims: wanting, unitDecimals: 2 }).units).toEqual([0.33, 0.67]);
  });
});
