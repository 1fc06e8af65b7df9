import { describe, expect, it } from 'vitest';
import {
  abcClasses,
  averageDailyDemand,
  classifyDemand,
  learnedLeadTime,
  movePurchaseOrder,
  normalSafetyStock,
  type OrderInput,
  orderQuantity,
  PURCHASE_ORDER_STATES,
  proposeOrder,
  proposeOrders,
  simulateStock,
  stockPosition,
} from './index.ts';
import { exampleOrder, normalForecast } from './reference/example-order.ts';

const order = exampleOrder();

/** The faults that planners before this one had; each must never come back. */
describe('faults that must not come back', () => {
  it('1. a minimum order quantity lifts a surplus into an order', () => {
    for (const need of [-500, -5, -0.01, 0])
      expect(orderQuantity(need, { minimum: 15, multiple: 3 }).quantity).toBe(0);
    const terms = { ...order.terms, minimumOrderQuantity: 500 };
    const stock = { onHand: 720, committed: 0, backorders: 0 };
    const found = proposeOrder({ ...order, terms, stock });
    expect(found.stockPosition).toBeGreaterThan(found.orderUpTo);
    expect(found.quantity).toBe(0);
  });

  it('2. a service level other than .90/.95/.99 is silently treated as .95', () => {
    const at = (level: number) =>
      proposeOrder({ ...order, policy: { service: { kind: 'cycle', level }, review: 'periodic' } });
    const levels = [0.6, 0.85, 0.9, 0.93, 0.95, 0.97, 0.985, 0.999];
    const points = levels.map((level) => at(level).reorderPoint);
    expect(new Set(points).size).toBe(levels.length);
    expect([...points].sort((a, b) => a - b)).toEqual(points);
    // 640 + Φ⁻¹(.93) × 48, by scipy
    expect(at(0.93).reorderPoint).toBeCloseTo(640 + 1.475791028179 * 48, 6);
    const normal = { demandPerDay: 40, sdPerDay: 12, windowDays: 16 };
    expect(normalSafetyStock({ ...normal, level: 0.93 }).factor).toBeCloseTo(1.475791028, 8);
    for (const level of [0, 1, 95, -0.5, Number.NaN])
      expect(() => at(level)).toThrow(/bad_service_level/);
  });

  it('3. ABC has no A', () => {
    expect(abcClasses([100])).toEqual(['A']);
    expect(abcClasses([9999, 1])).toEqual(['A', 'C']);
    expect(abcClasses([5, 5, 5, 5, 5])).toContain('A');
    expect(abcClasses([50, 850, 100])).toEqual(['C', 'A', 'B']);
  });

  it('4. the demand class comes from the CV of the whole series, zeros included', () => {
    const y = [0, 0, 5, 0, 0, 6, 0, 4, 0, 0, 0, 5];
    const mean = y.reduce((sum, units) => sum + units, 0) / y.length;
    const variance = y.reduce((sum, units) => sum + (units - mean) ** 2, 0) / (y.length - 1);
    expect(variance / mean ** 2).toBeGreaterThan(0.49);
    expect(classifyDemand(y).demandClass).toBe('intermittent');
  });

  it('5. suggestions ignore the forecast', () => {
    const flat = proposeOrder(order);
    const doubled = proposeOrder({ ...order, demand: normalForecast({ mean: 80, sd: 12 }) });
    expect(doubled.quantity - flat.quantity).toBe(640);
    const peak = Array.from({ length: 28 }, (_, day) => (day === 10 ? 340 : 40));
    const peaked = proposeOrder({ ...order, demand: normalForecast({ mean: peak, sd: 12 }) });
    expect(peaked.quantity - flat.quantity).toBe(300);
    const after = Array.from({ length: 28 }, (_, day) => (day === 20 ? 340 : 40));
    const later = proposeOrder({ ...order, demand: normalForecast({ mean: after, sd: 12 }) });
    expect(later.quantity).toBe(flat.quantity);
  });

  it('6. open purchase orders are not counted, or counted when they arrive too late', () => {
    const due = (expectedDate: string): OrderInput => ({
      ...order,
      openOrders: [{ quantity: 100, expectedDate, reference: 'PO-7' }],
    });
    const without = proposeOrder(order);
    // The window of 16 days from 13 February ends on 1 March.
    const inside = proposeOrder(due('2026-03-01'));
    expect(inside.stockPosition).toBe(without.stockPosition + 100);
    expect(inside.quantity).toBe(without.quantity - 100);
    const late = proposeOrder(due('2026-03-02'));
    expect(late.stockPosition).toBe(without.stockPosition);
    expect(late.quantity).toBe(without.quantity);
    expect(late.warnings.map(({ code }) => code)).toContain('receipt_after_window');
    const overdue = stockPosition(order.stock, {
      asOf: '2026-02-13',
      windowDays: 16,
      openOrders: [{ quantity: 100, expectedDate: '2026-02-01', reference: 'PO-8' }],
    });
    expect(overdue).toMatchObject({ receipts: 100, overdue: [{ reference: 'PO-8' }] });
  });

  it('7. "average daily demand" over selling days only', () => {
    expect(averageDailyDemand([12, 8], { days: 10 })).toBe(2);
    expect(averageDailyDemand([], { days: 10 })).toBe(0);
    expect(() => averageDailyDemand([12, 8], { days: 0 })).toThrow(/bad_number/);
  });

  it('8. a purchase order jumps between any two states', () => {
    const allowed = new Set([
      'draft confirmed',
      'draft cancelled',
      'confirmed part_received',
      'confirmed received',
      'confirmed cancelled',
      'part_received received',
    ]);
    for (const from of PURCHASE_ORDER_STATES)
      for (const to of PURCHASE_ORDER_STATES)
        expect(movePurchaseOrder(from, to).ok, `${from} → ${to}`).toBe(
          allowed.has(`${from} ${to}`),
        );
    expect(movePurchaseOrder('draft', 'received')).toEqual({
      ok: false,
      code: 'order_transition',
      from: 'draft',
      to: 'received',
      next: ['confirmed', 'cancelled'],
    });
  });

  it('9. a simulation or a batch is cut to the first few items', () => {
    const items = Array.from({ length: 2500 }, (_, i) => ({
      id: `SKU-${i}`,
      paths: [1, 2, 3, 4],
      days: 4,
      onHand: 5,
      reorderPoint: 3,
      orderUpTo: 6,
      leadTimeDays: 1,
      reviewPeriodDays: 1,
    }));
    const simulated = simulateStock(items);
    expect(simulated.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
    expect(simulated.every(({ fillRate }) => fillRate > 0)).toBe(true);
    const inputs = items.map(({ id }) => ({ ...order, product: { sku: id, unitDecimals: 0 } }));
    const outcomes = proposeOrders(inputs);
    expect(outcomes.map(({ sku }) => sku)).toEqual(items.map(({ id }) => id));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
  });

  it('10. negative demand forecasts', () => {
    const demand = {
      ...normalForecast({ mean: 0, sd: 12 }),
      mean: Array.from({ length: 28 }, (_, day) => (day % 2 === 0 ? -30 : 0)),
    };
    const policy = { service: { kind: 'cycle', level: 0.3 }, review: 'periodic' } as const;
    const found = proposeOrder({ ...order, demand, policy });
    expect(found.reorderPoint).toBe(0);
    expect(found.quantity).toBe(0);
    expect(found.daysOfCover).toBeNull();
    expect(found.warnings).toContainEqual(
      expect.objectContaining({ code: 'negative_forecast', details: { days: 14 } }),
    );
  });

  it('11. lead time starts at creation rather than confirmation', () => {
    const deliveries = [
      { createdOn: '2026-01-01', confirmedOn: '2026-01-20', receivedOn: '2026-01-30' },
      { createdOn: '2026-01-05', confirmedOn: '2026-01-06', receivedOn: '2026-01-18' },
      { createdOn: '2026-01-05', confirmedOn: null, receivedOn: '2026-02-28' },
    ];
    expect(learnedLeadTime(deliveries)).toMatchObject({ receipts: 2, meanDays: 11 });
  });

  it('12. fractional units are proposed for goods sold whole', () => {
    for (const onHand of [0, 12.4, 100.5, 333.333]) {
      const stock = { onHand, committed: 0, backorders: 0 };
      const whole = proposeOrder({ ...order, stock });
      expect(Number.isInteger(whole.quantity)).toBe(true);
      expect(whole.stockPosition + whole.quantity).toBeGreaterThanOrEqual(whole.orderUpTo);
      const kilograms = proposeOrder({ ...order, stock, product: { sku: 'KG', unitDecimals: 3 } });
      expect(kilograms.quantity).toBeLessThan(whole.quantity);
      expect(kilograms.quantity * 1000).toBeCloseTo(Math.round(kilograms.quantity * 1000), 6);
    }
    expect(orderQuantity(1.2, { multiple: 1.5 }).quantity).toBe(3);
  });
});
