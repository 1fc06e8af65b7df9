import { describe, expect, it } from 'vitest';
import { normalQuantile, seededRandom } from '../forecast/index.ts';
import {
  averageDailyDemand,
  movePurchaseOrder,
  nextStates,
  projectStock,
  proposeOrder,
  simulateStock,
  stateAfterReceipt,
  unconstrainedDemand,
} from './index.ts';
import { exampleOrder } from './reference/example-order.ts';

const item = {
  id: 'A',
  days: 6,
  onHand: 10,
  reorderPoint: 6,
  orderUpTo: 12,
  leadTimeDays: 2,
  reviewPeriodDays: 1,
};

describe('simulated stock', () => {
  it('walks a path day by day', () => {
    // End of day 5, 0, 2 (5 short, 7 arrive), 2, 12 (10 arrive), 12; orders of 7 and of 10.
    const [found] = simulateStock([{ ...item, paths: [5, 5, 5, 0, 0, 0] }]);
    expect(found).toEqual({
      id: 'A',
      paths: 1,
      fillRate: 1 - 5 / 15,
      daysServed: 5 / 6,
      meanStock: (5 + 0 + 2 + 2 + 12 + 12) / 6,
      ordersPerPath: 2,
    });
  });

  it('gives the service that a proposal promises', () => {
    const random = seededRandom('service', 7);
    const days = 2000;
    const paths = Float64Array.from({ length: 4 * days }, () =>
      Math.max(0, 40 + 12 * normalQuantile(Math.min(0.999999, Math.max(1e-6, random.uniform())))),
    );
    for (const level of [0.9, 0.97]) {
      const service = { kind: 'fill-rate', level } as const;
      const order = exampleOrder();
      const { reorderPoint, orderUpTo } = proposeOrder({
        ...order,
        policy: { service, review: 'periodic' },
      });
      const [found] = simulateStock([
        {
          id: 'A',
          paths,
          days,
          onHand: orderUpTo,
          reorderPoint,
          orderUpTo,
          leadTimeDays: 9,
          reviewPeriodDays: 7,
        },
      ]);
      expect(Math.abs(found!.fillRate - level)).toBeLessThan(0.012);
    }
  });
});

describe('the states of a purchase order', () => {
  it('follow the receipts', () => {
    expect(stateAfterReceipt([{ ordered: 5, received: 0 }])).toBe('confirmed');
    const part = [
      { ordered: 5, received: 5 },
      { ordered: 5, received: 0 },
    ];
    expect(stateAfterReceipt(part)).toBe('part_received');
    expect(stateAfterReceipt([{ ordered: 5, received: 5 }])).toBe('received');
    expect(nextStates('part_received')).toEqual(['received']);
    expect(movePurchaseOrder('part_received', 'cancelled')).toMatchObject({ next: ['received'] });
    expect(movePurchaseOrder('received', 'draft')).toMatchObject({ next: [] });
  });
});

describe('projection and daily demand', () => {
  it('stops at zero also where it is met exactly, dust included', () => {
    const found = projectStock({ onHand: 0.3, demand: [0.1, 0.1, 0.1, 0.1] });
    expect(found.stockOutDay).toBe(3);
    expect(projectStock({ onHand: 5, demand: [1, 1] })).toMatchObject({
      stockOutDay: null,
      belowSafetyDay: null,
    });
    const overdue = projectStock({ onHand: 0, demand: [2], receipts: [{ day: -3, quantity: 5 }] });
    expect([...overdue.stock]).toEqual([3]);
  });

  it('says nothing about demand that could not be seen', () => {
    expect(unconstrainedDemand({ unitsSold: 0, daysInStock: 0, days: 30 })).toBeNull();
    expect(() => unconstrainedDemand({ unitsSold: 1, daysInStock: 31, days: 30 })).toThrow(/31/);
    expect(() => averageDailyDemand([1, -1], { days: 5 })).toThrow(/unitsSold\[1\]/);
  });
});
