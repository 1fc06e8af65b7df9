import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  allUnitsDiscount,
  economicOrderQuantity,
  fillRateSafetyStock,
  gammaQuantile,
  negativeBinomialQuantile,
  newsvendorNormal,
  newsvendorPoisson,
  normalSafetyStock,
  poissonQuantile,
  sampleQuantile,
  wagnerWhitin,
} from './index.ts';
import { learnedLeadTime } from './learned-lead-time.ts';
import { proposeOrder } from './propose-order.ts';
import { exampleOrder, normalForecast } from './reference/example-order.ts';

const reference = JSON.parse(
  readFileSync(new URL('./reference/planning.json', import.meta.url), 'utf8'),
);

/** Within a relative distance of what another tool computed. */
function expectNear(found: number, wanted: number, relative = 1e-9): void {
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(relative * Math.max(1, Math.abs(wanted)));
}

describe('random cases computed by scipy, numpy and stockpyl', () => {
  it('safety stock', () => {
    for (const wanted of reference.safetyStock) {
      const found = normalSafetyStock(wanted);
      expectNear(found.spread, wanted.spread);
      expectNear(found.safetyStock, wanted.safetyStock);
      expectNear(found.reorderPoint, wanted.reorderPoint);
    }
  });

  it('fill rate', () => {
    for (const wanted of reference.fillRate) {
      const found = fillRateSafetyStock(wanted);
      expectNear(found.factor, wanted.factor, 1e-8);
      expectNear(found.cycleServiceLevel, wanted.cycleServiceLevel, 1e-8);
    }
  });

  it('order quantities', () => {
    for (const wanted of reference.eoq) {
      const found = economicOrderQuantity(wanted);
      expectNear(found.quantity, wanted.quantity);
      expectNear(found.cost, wanted.cost);
    }
    for (const wanted of reference.discount) {
      const found = allUnitsDiscount(wanted);
      expectNear(found.quantity, wanted.quantity, 1e-6);
      expectNear(found.cost, wanted.cost, 1e-6);
    }
  });

  it('newsvendor', () => {
    for (const wanted of reference.newsvendor) {
      const found = newsvendorNormal(wanted, wanted);
      expectNear(found.quantity, wanted.quantity, 1e-8);
      expectNear(found.cost, wanted.cost, 1e-8);
      expect(newsvendorPoisson({ mean: wanted.poissonMean }, wanted)).toBe(wanted.poissonQuantity);
    }
  });

  it('Wagner–Whitin', () => {
    for (const wanted of reference.lotSizes) {
      const found = wagnerWhitin(wanted.demand, wanted);
      expectNear(found.cost, wanted.cost);
      expect(found.quantities).toEqual(wanted.quantities);
    }
  });

  it('skewed and discrete demand', () => {
    for (const { level, ...wanted } of reference.skewed) {
      expect(poissonQuantile(level, wanted.mean)).toBe(wanted.poisson);
      expect(negativeBinomialQuantile(level, wanted)).toBe(wanted.negativeBinomial);
      expectNear(gammaQuantile(level, wanted), wanted.gamma, 1e-7);
    }
  });

  it('lead times', () => {
    for (const wanted of reference.leadTimes) {
      expectNear(sampleQuantile(wanted.days, 0.9), wanted.p90, 1e-12);
      const start = Date.UTC(2026, 0, 1);
      const date = (at: number) => new Date(at).toISOString().slice(0, 10);
      const found = learnedLeadTime(
        wanted.days.map((days: number) => ({
          confirmedOn: date(start),
          receivedOn: date(start + days * 86_400_000),
        })),
      )!;
      expectNear(found.meanDays, wanted.mean);
      expectNear(found.sdDays, wanted.sd);
    }
  });

  it('reorder point over a random lead time, the mixture of its windows', () => {
    for (const wanted of reference.mixture) {
      const total = wanted.leadTimes.reduce(
        (sum: number, { weight }: { weight: number }) => sum + weight,
        0,
      );
      const order = exampleOrder({
        demand: normalForecast({ mean: wanted.demandPerDay, sd: wanted.sdPerDay, days: 40 }),
      });
      const found = proposeOrder({
        ...order,
        terms: {
          leadTimeDays: 10,
          reviewPeriodDays: wanted.reviewPeriodDays,
          leadTimeDistribution: wanted.leadTimes.map(
            ({ days, weight }: { days: number; weight: number }) => ({
              days,
              probability: weight / total,
            }),
          ),
        },
        policy: { service: { kind: 'cycle', level: wanted.level }, review: 'periodic' },
      });
      expectNear(found.reorderPoint, wanted.reorderPoint, 1e-6);
    }
  });
});
