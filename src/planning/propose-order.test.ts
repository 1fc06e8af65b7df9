import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../forecast/index.ts';
import { type OrderInput, type OrderPolicy, proposeOrder, proposeOrders } from './index.ts';
import { arbitraryOrder } from './reference/arbitrary-order.ts';
import { exampleOrder, normalForecast } from './reference/example-order.ts';

const order = exampleOrder();
const normal = { kind: 'normal', meanPerDay: 40, sdPerDay: 12 } as const;
const cycle = (level: number, review: OrderPolicy['review'] = 'periodic'): OrderPolicy => ({
  service: { kind: 'cycle', level },
  review,
});
const codes = (input: OrderInput) => proposeOrder(input).warnings.map(({ code }) => code);

describe('the day of the order', () => {
  const tomorrow = { ...order, orderOn: '2026-02-14' };
  const shop = (change: Partial<OrderInput>): OrderInput => ({
    ...tomorrow,
    stock: { onHand: 20, committed: 0, backorders: 0 },
    policy: cycle(0.95, 'continuous'),
    ...change,
  });

  it('moves its arrival, and leaves the demand before it as it is', () => {
    const [evening, morning] = [proposeOrder(order), proposeOrder(tomorrow)];
    expect(evening.expectedReceipt).toBe('2026-02-22');
    expect(morning.expectedReceipt).toBe('2026-02-23');
    expect(morning.orderBy).toBe('2026-02-14');
    expect(morning.reorderPoint).toBe(evening.reorderPoint);
    expect(morning.quantity).toBe(evening.quantity);
  });

  it('days after the stock count, adds the demand of the days between', () => {
    const found = proposeOrder({ ...order, orderOn: '2026-02-19' });
    expect(found.protectionWindowDays).toBe(5 + 9 + 7);
    expect(found.reorderPoint).toBeCloseTo(21 * 40 + normalQuantile(0.95) * 12 * Math.sqrt(21), 6);
    expect(found.expectedReceipt).toBe('2026-02-28');
    expect(() => proposeOrder({ ...order, orderOn: '2026-02-12' })).toThrow();
  });

  it('decides what is overdue', () => {
    const due = { quantity: 5, reference: 'PO-1', expectedDate: '2026-02-13' };
    expect(codes({ ...order, openOrders: [due] })).not.toContain('receipt_overdue');
    expect(codes({ ...tomorrow, openOrders: [due] })).toContain('receipt_overdue');
  });

  it('once ordered, the same need is not proposed again, whatever the lead time', () => {
    const thirds = [5, 6, 9].map((days) => ({ days, probability: 1 / 3 }));
    for (const terms of [
      order.terms,
      { ...order.terms, leadTimeDays: 2.5 },
      { ...order.terms, leadTimeDistribution: thirds },
      { ...order.terms, calendar: {}, leadTimeCounts: 'calendar-days' as const },
    ]) {
      const first = proposeOrder(shop({ terms }));
      expect(first.quantity).toBeGreaterThan(0);
      const { quantity, expectedReceipt: expectedDate } = first;
      const openOrders = [{ quantity, expectedDate, reference: 'PO-1' }];
      expect(proposeOrder(shop({ terms, openOrders })).quantity).toBe(0);
    }
  });
});

describe('the reorder point', () => {
  it('is that of normal theory where that is the stated demand', () => {
    const terms = { ...order.terms, leadTimeSdDays: 2 };
    const found = proposeOrder({ ...order, terms, demand: { ...normal, reason: 'five days old' } });
    expect(found.method).toBe('normal theory');
    expect(found.safetyStock).toBeCloseTo(153.457, 4);
    expect(found.orderUpTo).toBeCloseTo(793.457, 4);
    expect(found.warnings).toContainEqual(
      expect.objectContaining({
        code: 'normal_theory',
        message: 'Normal theory was used in place of a forecast distribution: five days old.',
      }),
    );
    const continuous = proposeOrder({
      ...order,
      terms,
      demand: normal,
      policy: cycle(0.95, 'continuous'),
    });
    expect(continuous.reorderPoint).toBeCloseTo(504.2978, 4);
    expect(continuous.protectionWindowDays).toBe(9);
  });

  it('of a normal forecast is that of normal theory, at any level', () => {
    for (const level of [0.01, 0.2, 0.5, 0.77, 0.9, 0.93, 0.95, 0.996]) {
      const found = proposeOrder({ ...order, policy: cycle(level) });
      expect(found.method).toBe('predictive quantile');
      expect(found.reorderPoint).toBeCloseTo(640 + normalQuantile(level) * 48, 6);
    }
  });

  it('of a normal forecast for a fill rate is that of normal theory', () => {
    const policy: OrderPolicy = {
      service: { kind: 'fill-rate', level: 0.98 },
      review: 'continuous',
      orderUpTo: { kind: 'quantity', units: 400 },
    };
    const predictive = proposeOrder({ ...order, policy });
    const theory = proposeOrder({ ...order, policy, demand: normal });
    expect(predictive.reorderPoint).toBeCloseTo(theory.reorderPoint, 5);
    const certain = { ...order, terms: { ...order.terms, leadTimeSdDays: 2 }, policy };
    // spec: Q 400, σ 87.7268, P2 .98 → 83.527 above the 360 of nine days
    expect(proposeOrder({ ...certain, demand: normal }).reorderPoint).toBeCloseTo(443.527, 3);
  });

  it('never falls when the service level rises', () => {
    const level = fc.double({ min: 0.001, max: 0.9995, noNaN: true });
    fc.assert(
      fc.property(arbitraryOrder, level, level, (input, one, other) => {
        const at = (value: number) => {
          const service = { ...input.policy.service, level: value };
          return proposeOrder({ ...input, policy: { ...input.policy, service } }).reorderPoint;
        };
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(at(high)).toBeGreaterThanOrEqual(at(low) - 1e-6);
      }),
      { numRuns: 500, seed: 4 },
    );
  });

  it('rises with the spread of the lead time', () => {
    const at = (leadTimeSdDays: number) =>
      proposeOrder({ ...order, terms: { ...order.terms, leadTimeSdDays } }).reorderPoint;
    expect(at(0)).toBeLessThan(at(0.5));
    expect(at(0.5)).toBeLessThan(at(2));
    expect(at(2)).toBeLessThan(at(4));
    // The mixture knows that lead times are skewed; normal theory, 793.457, does not.
    expect(at(2)).toBeGreaterThan(780);
    expect(at(2)).toBeLessThan(830);
  });

  it('reads windows that are not stored between those that are', () => {
    const demand = normalForecast({ mean: 40, sd: 12, days: 28 });
    const windows = [7, 14, 21, 28];
    const weekly = {
      ...demand,
      cumulative: {
        levels: demand.cumulative.levels,
        windows,
        quantiles: windows.map((days) => demand.cumulative.quantiles[days - 1]!),
      },
    };
    for (const leadTimeDays of [1, 5, 9, 14]) {
      const input = { ...order, terms: { ...order.terms, leadTimeDays } };
      const daily = proposeOrder(input).reorderPoint;
      expect(proposeOrder({ ...input, demand: weekly }).reorderPoint).toBeCloseTo(daily, 6);
    }
  });

  it('extends a forecast that is too short, and says so', () => {
    const short = { ...order, demand: normalForecast({ mean: 40, sd: 12, days: 10 }) };
    const found = proposeOrder(short);
    expect(found.protectionWindowDays).toBe(16);
    expect(found.reorderPoint).toBeCloseTo(718.953, 3);
    expect(found.warnings).toContainEqual(
      expect.objectContaining({
        code: 'window_exceeds_horizon',
        details: { windowDays: 16, horizonDays: 10 },
      }),
    );
    expect(codes(order)).not.toContain('window_exceeds_horizon');
  });

  it('says where a level lies outside the stored ones, and where a spread is approximate', () => {
    expect(codes({ ...order, policy: cycle(0.999) })).toEqual([
      'level_outside_stored',
      'stock_out_before_receipt',
    ]);
    const demand = { ...normalForecast({ mean: 40, sd: 12 }), spread: 'simulated' as const };
    expect(codes({ ...order, demand })).toContain('approximate_spread');
  });
});

describe('when to order', () => {
  const stock = (onHand: number) => ({ onHand, committed: 0, backorders: 0 });

  it('under continuous review only at or below the reorder point', () => {
    const input = { ...order, policy: cycle(0.95, 'continuous') };
    const { reorderPoint, orderUpTo } = proposeOrder(input);
    expect(orderUpTo - reorderPoint).toBeCloseTo(280, 6);
    expect(proposeOrder({ ...input, stock: stock(Math.ceil(reorderPoint)) })).toMatchObject({
      quantity: 0,
    });
    expect(proposeOrder({ ...input, stock: stock(reorderPoint) }).quantity).toBe(280);
  });

  it('under periodic review up to the level at each review', () => {
    const { orderUpTo } = proposeOrder(order);
    expect(proposeOrder({ ...order, stock: stock(orderUpTo - 1) }).quantity).toBe(1);
    expect(proposeOrder({ ...order, stock: stock(orderUpTo) }).quantity).toBe(0);
  });

  it('up to what the policy wants', () => {
    const at = (orderUpTo: OrderPolicy['orderUpTo']) =>
      proposeOrder({ ...order, policy: { ...order.policy, orderUpTo } });
    const base = at({ kind: 'reorder-point' });
    expect(at({ kind: 'cover', days: 3 }).orderUpTo - base.orderUpTo).toBeCloseTo(120, 6);
    expect(at({ kind: 'quantity', units: 50 }).orderUpTo - base.orderUpTo).toBeCloseTo(50, 6);
  });

  it('serves backorders although nothing is forecast', () => {
    const input = {
      ...order,
      demand: normalForecast({ mean: 0, sd: 0 }),
      stock: { onHand: 1, committed: 0, backorders: 5 },
    };
    expect(proposeOrder(input)).toMatchObject({
      quantity: 4,
      urgency: 'stock-out',
      daysOfCover: 0,
    });
    expect(proposeOrder({ ...input, stock: stock(0) })).toMatchObject({
      quantity: 0,
      urgency: 'none',
      daysOfCover: null,
      stockOutDate: null,
    });
  });
});

describe('dates and urgency', () => {
  const at = (onHand: number) =>
    proposeOrder({ ...order, stock: { onHand, committed: 0, backorders: 0 } });

  it('follow the projection along the forecast', () => {
    expect(at(200)).toMatchObject({
      daysOfCover: 5,
      stockOutDate: '2026-02-18',
      expectedReceipt: '2026-02-22',
      orderBy: '2026-02-13',
      urgency: 'late',
    });
    expect(at(500)).toMatchObject({ daysOfCover: 13, stockOutDate: '2026-02-26', urgency: 'now' });
    // 920 − 40 a day falls below 78.95 on day 22, so an order of day 13 is in time.
    expect(at(920)).toMatchObject({ quantity: 0, orderBy: '2026-02-26', urgency: 'none' });
    expect(at(760)).toMatchObject({ quantity: 0, orderBy: '2026-02-22', urgency: 'none' });
    expect(at(720)).toMatchObject({ quantity: 0, orderBy: '2026-02-21', urgency: 'none' });
    expect(at(0)).toMatchObject({ daysOfCover: 0, urgency: 'stock-out' });
    expect(at(50_000)).toMatchObject({ daysOfCover: null, orderBy: null, urgency: 'none' });
  });

  it('count receipts after the protection window too', () => {
    const found = proposeOrder({
      ...order,
      openOrders: [{ quantity: 1000, expectedDate: '2026-02-17', reference: 'PO-1' }],
    });
    expect(found.daysOfCover).toBe(30);
    expect(found.quantity).toBe(0);
  });

  it('are soon when the next order is due within a review period', () => {
    const terms = { ...order.terms, leadTimeDays: 2 };
    const policy = cycle(0.95, 'continuous');
    const input = { ...order, terms, policy, stock: { onHand: 300, committed: 0, backorders: 0 } };
    expect(proposeOrder(input)).toMatchObject({ quantity: 0, urgency: 'soon' });
  });

  it('pass the closed days of the supplier', () => {
    const calendar = { closures: [{ from: '2026-02-16', to: '2026-02-20' }] };
    const terms = { ...order.terms, leadTimeDays: 5, calendar };
    const found = proposeOrder({ ...order, terms });
    expect(found.expectedReceipt).toBe('2026-02-27');
    expect(found.protectionWindowDays).toBe(21);
    const counted = { ...terms, leadTimeCounts: 'calendar-days' as const };
    // Wednesday the 18th is closed: delivered on Monday the 23rd.
    expect(proposeOrder({ ...order, terms: counted }).expectedReceipt).toBe('2026-02-23');
  });
});

describe('every proposal', () => {
  it('orders nothing, or a quantity that the supplier accepts', () => {
    fc.assert(
      fc.property(arbitraryOrder, (input) => {
        const { quantity } = proposeOrder(input);
        const { minimumOrderQuantity, orderMultiple, maximumOrderQuantity } = input.terms;
        expect(quantity).toBeGreaterThanOrEqual(0);
        if (quantity === 0) return;
        expectWhole(quantity * 10 ** input.product.unitDecimals);
        expect(quantity).toBeGreaterThanOrEqual(minimumOrderQuantity ?? 0);
        expect(quantity).toBeLessThanOrEqual(maximumOrderQuantity ?? Number.POSITIVE_INFINITY);
        if (orderMultiple) expectWhole(quantity / orderMultiple);
      }),
      { numRuns: 1500, seed: 5 },
    );
  });

  it('reaches the order-up-to level unless a maximum or contradictory terms forbid it', () => {
    fc.assert(
      fc.property(arbitraryOrder, (input) => {
        const found = proposeOrder(input);
        const held = found.warnings.some(
          ({ code }) => code === 'maximum_order_quantity' || code === 'no_quantity_fits',
        );
        if (held || found.quantity === 0) return;
        expect(found.stockPosition + found.quantity).toBeGreaterThanOrEqual(
          found.orderUpTo - 2e-6 * Math.max(1, input.terms.orderMultiple ?? 1),
        );
      }),
      { numRuns: 800, seed: 6 },
    );
  });

  it('warns where the terms stand in the way', () => {
    const terms = (change: object) => codes({ ...order, terms: { ...order.terms, ...change } });
    expect(terms({ maximumOrderQuantity: 100 })).toContain('maximum_order_quantity');
    expect(terms({ minimumOrderQuantity: 900 })).toContain('lifted_to_minimum');
    expect(terms({ minimumOrderQuantity: 900, maximumOrderQuantity: 800 })).toContain(
      'no_quantity_fits',
    );
  });

  it('does not change its input, and is the same each time', () => {
    fc.assert(
      fc.property(arbitraryOrder, (input) => {
        const before = structuredClone(input);
        expect(proposeOrder(input)).toEqual(proposeOrder(input));
        expect(input).toEqual(before);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});

describe('a batch', () => {
  it('carries a refusal per product and goes on', () => {
    const broken = (change: Partial<OrderInput>): OrderInput => ({ ...order, ...change });
    const levels = { levels: [0.9, 0.5], quantiles: [[2, 1]] };
    const found = proposeOrders([
      order,
      broken({ asOf: '2026-02-30' }),
      broken({ policy: cycle(95) }),
      broken({ terms: { ...order.terms, leadTimeDays: Number.NaN } }),
      broken({ terms: { ...order.terms, minimumOrderQuantity: -1 } }),
      broken({ demand: { kind: 'predictive', mean: [1], cumulative: levels } }),
      broken({ demand: { ...normal, sdPerDay: Number.POSITIVE_INFINITY } }),
      broken({ product: { sku: 'X', unitDecimals: 0.5 } }),
      order,
    ]);
    expect(found.map((outcome) => (outcome.ok ? 'ok' : outcome.code))).toEqual([
      'ok',
      'bad_date',
      'bad_service_level',
      'bad_number',
      'bad_number',
      'bad_forecast',
      'bad_number',
      'bad_unit',
      'ok',
    ]);
    expect(found[3]).toMatchObject({
      details: { field: 'terms.leadTimeDays', found: 'NaN', wanted: '≥ 0, finite' },
    });
  });
});

function expectWhole(value: number): void {
  expect(Math.abs(value - Math.round(value))).toBeLessThan(1e-6);
}
