/** Orders of every kind, for properties that must hold for all of them. */

import fc from 'fast-check';
import type { DemandInput, OrderInput, SupplyTerms } from '../index.ts';
import { normalForecast } from './example-order.ts';

const units = (max: number) => fc.double({ min: 0, max, noNaN: true }).map(round);
const whole = (max: number) => fc.integer({ min: 0, max });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

const dates = fc
  .integer({ min: -20, max: 60 })
  .map((days) => new Date(Date.UTC(2026, 1, 13) + days * 86_400_000).toISOString().slice(0, 10));

const forecast: fc.Arbitrary<DemandInput> = fc
  .record({
    mean: fc.array(units(60), { minLength: 1, maxLength: 40 }),
    sd: units(40),
    weekly: fc.boolean(),
    simulated: fc.boolean(),
  })
  .map(({ mean, sd, weekly, simulated }) => {
    const daily = normalForecast({ mean, sd });
    const { levels, quantiles } = daily.cumulative;
    const kept = quantiles.map((_, i) => i + 1).filter((days) => !weekly || days % 7 === 0);
    if (kept.length === 0) return daily;
    return {
      ...daily,
      spread: simulated ? 'simulated' : 'backtested',
      cumulative: {
        levels,
        windows: kept,
        quantiles: kept.map((days) => quantiles[days - 1]!),
      },
    };
  });

const normal: fc.Arbitrary<DemandInput> = fc.record({
  kind: fc.constant('normal' as const),
  meanPerDay: units(60),
  sdPerDay: units(40),
});

const terms: fc.Arbitrary<SupplyTerms> = fc.record({
  leadTimeDays: whole(30),
  leadTimeSdDays: maybe(units(6)),
  reviewPeriodDays: whole(14),
  minimumOrderQuantity: maybe(whole(200)),
  orderMultiple: maybe(fc.integer({ min: 1, max: 48 })),
  maximumOrderQuantity: maybe(fc.integer({ min: 1, max: 900 })),
  unitCost: maybe(units(20)),
  calendar: maybe(
    fc.constant({
      workingWeekdays: [1, 2, 3, 4, 5],
      closures: [{ from: '2026-02-18', to: '2026-02-24' }],
    }),
  ),
});

/** An order with any demand, terms, stock, open orders and policy. */
export const arbitraryOrder: fc.Arbitrary<OrderInput> = fc.record({
  asOf: fc.constant('2026-02-13'),
  orderOn: maybe(fc.constantFrom('2026-02-13', '2026-02-14', '2026-02-20')),
  product: fc.record({ sku: fc.constant('ANY'), unitDecimals: fc.integer({ min: 0, max: 3 }) }),
  terms,
  stock: fc.record({ onHand: units(900), committed: units(90), backorders: units(30) }),
  openOrders: fc.uniqueArray(
    fc.record({
      quantity: units(300),
      expectedDate: dates,
      reference: fc.string({ minLength: 1 }),
    }),
    { maxLength: 3, selector: ({ reference }) => reference },
  ),
  demand: fc.oneof(forecast, forecast, normal),
  policy: fc.record({
    service: fc.record({
      kind: fc.constantFrom('cycle' as const, 'cycle' as const, 'fill-rate' as const),
      level: fc.double({ min: 0.01, max: 0.999, noNaN: true }),
    }),
    review: fc.constantFrom('periodic' as const, 'continuous' as const),
    orderUpTo: fc.option(
      fc.oneof(
        fc.constant({ kind: 'reorder-point' as const }),
        fc.record({ kind: fc.constant('cover' as const), days: whole(30) }),
        fc.record({ kind: fc.constant('quantity' as const), units: whole(300) }),
      ),
      { nil: undefined },
    ),
  }),
});
