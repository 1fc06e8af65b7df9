import { describe, expect, it } from 'vitest';
import {
  bias,
  mae,
  mase,
  pinball,
  poissonCdf,
  rmse,
  rmsse,
  smape,
  wape,
} from '../forecast/index.ts';
import {
  abcClasses,
  allUnitsDiscount,
  buyWithinBudget,
  classifyDemand,
  dueDate,
  economicOrderQuantity,
  fairShare,
  fillRateSafetyStock,
  forecastValueAdded,
  gammaQuantile,
  inPurchaseUnits,
  learnedLeadTime,
  marginalValue,
  negativeBinomialQuantile,
  newsvendorNormal,
  newsvendorPoisson,
  normalSafetyStock,
  orderQuantity,
  poissonQuantile,
  projectStock,
  protectionWindowDays,
  unconstrainedDemand,
  wagnerWhitin,
  windowSpread,
  xyzClass,
} from './index.ts';

describe('safety stock by normal theory', () => {
  const demand = { demandPerDay: 40, sdPerDay: 12, windowDays: 9, level: 0.95 };

  it('without lead-time variance', () => {
    const found = normalSafetyStock(demand);
    expect(found.factor).toBeCloseTo(1.644854, 6);
    expect(found.safetyStock).toBeCloseTo(59.2147, 4);
    expect(found.reorderPoint).toBeCloseTo(419.2147, 4);
  });

  it('with lead-time variance', () => {
    const found = normalSafetyStock({ ...demand, leadTimeSdDays: 2 });
    expect(found.spread).toBeCloseTo(87.7268, 4);
    expect(found.safetyStock).toBeCloseTo(144.2978, 4);
    expect(found.reorderPoint).toBeCloseTo(504.2978, 4);
  });

  it('under periodic review, over lead time + review period', () => {
    const windowDays = protectionWindowDays({
      leadTimeDays: 9,
      reviewPeriodDays: 7,
      review: 'periodic',
    });
    expect(windowDays).toBe(16);
    const uncertain = normalSafetyStock({ ...demand, windowDays, leadTimeSdDays: 2 });
    expect(uncertain.spread).toBeCloseTo(93.2952, 4);
    expect(uncertain.safetyStock).toBeCloseTo(153.457, 4);
    expect(uncertain.reorderPoint).toBeCloseTo(793.457, 4);
    const certain = normalSafetyStock({ ...demand, windowDays });
    expect(certain.spread).toBeCloseTo(48, 10);
    expect(certain.safetyStock).toBeCloseTo(78.953, 4);
    expect(certain.reorderPoint).toBeCloseTo(718.953, 4);
  });

  it('covers the lead time alone under continuous review', () => {
    const options = { leadTimeDays: 9, reviewPeriodDays: 7, review: 'continuous' } as const;
    expect(protectionWindowDays(options)).toBe(9);
  });
});

describe('fill rate', () => {
  const spread = windowSpread({ demandPerDay: 40, sdPerDay: 12, windowDays: 9, leadTimeSdDays: 2 });

  it.each([
    [0.95, 0.407162, 35.719, 65.8],
    [0.98, 0.952129, 83.527, 82.9],
    [0.99, 1.299297, 113.983, 90.3],
  ])('%f', (fillRate, factor, safetyStock, cycleService) => {
    const found = fillRateSafetyStock({ fillRate, orderQuantity: 400, spread });
    expect(found.factor).toBeCloseTo(factor, 6);
    expect(found.safetyStock).toBeCloseTo(safetyStock, 3);
    expect(found.cycleServiceLevel * 100).toBeCloseTo(cycleService, 1);
  });
});

describe('skewed and discrete demand', () => {
  const levels = [0.9, 0.95, 0.99];

  it('quantiles', () => {
    expect(levels.map((level) => poissonQuantile(level, 3.2))).toEqual([6, 6, 8]);
    expect(levels.map((level) => poissonQuantile(level, 8))).toEqual([12, 13, 15]);
    const counts = { mean: 8, variance: 20 };
    expect(levels.map((level) => negativeBinomialQuantile(level, counts))).toEqual([14, 16, 21]);
    const gamma = levels.map((level) => gammaQuantile(level, { mean: 50, sd: 30 }));
    expect(gamma.map((units) => Number(units.toFixed(3)))).toEqual([90.214, 107.298, 144.483]);
  });
});

describe('order quantity', () => {
  it.each([
    [{ minimum: 15, multiple: 3 }, [1, 6, 12, 13, 15, 18], [15, 15, 15, 15, 15, 18]],
    [{ minimum: 15, multiple: 3 }, [-5, 0], [0, 0]],
    [{ minimum: 20, multiple: 6 }, [3, 25], [24, 30]],
  ])('%j', (limits, needs, quantities) => {
    expect(needs.map((need) => orderQuantity(need, limits).quantity)).toEqual(quantities);
  });

  it('capped at a maximum, with a warning', () => {
    const found = orderQuantity(70, { multiple: 6, maximum: 50 });
    expect(found).toMatchObject({ quantity: 48, warning: 'maximum_order_quantity' });
  });

  it('in purchase units never below the minimum', () => {
    expect(inPurchaseUnits(20, { unitsEach: 12, minimum: 20 })).toEqual({ count: 2, quantity: 24 });
    expect(inPurchaseUnits(5, { unitsEach: 6, minimum: 15 })).toEqual({ count: 3, quantity: 18 });
    expect(inPurchaseUnits(0, { unitsEach: 6, minimum: 15 })).toEqual({ count: 0, quantity: 0 });
  });
});

describe('cost models', () => {
  it('economic order quantity', () => {
    const found = economicOrderQuantity({ orderCost: 8, holdingCost: 0.225, demandRate: 1300 });
    expect(found.quantity).toBeCloseTo(304.04678, 6);
    expect(found.cost).toBeCloseTo(68.410526, 6);
  });

  it('newsvendor', () => {
    const costs = { overage: 0.18, underage: 0.7 };
    expect(newsvendorNormal({ mean: 50, sd: 8 }, costs).quantity).toBeCloseTo(56.603956, 6);
    expect(newsvendorPoisson({ mean: 20 }, { overage: 1, underage: 4 })).toBe(24);
  });

  it('Wagner–Whitin', () => {
    const found = wagnerWhitin([90, 120, 80, 70], { orderCost: 500, holdingCost: 2 });
    expect(found).toEqual({ quantities: [210, 0, 150, 0], cost: 1380 });
  });

  it('all-units discount', () => {
    const found = allUnitsDiscount({
      orderCost: 8,
      holdingRate: 0.3,
      demandRate: 1300,
      breaks: [
        { from: 0, unitCost: 0.75 },
        { from: 400, unitCost: 0.72 },
        { from: 800, unitCost: 0.68 },
      ],
    });
    expect(found.quantity).toBe(800);
    expect(found.cost).toBeCloseTo(978.6, 2);
  });
});

describe('scarce money, scarce units', () => {
  const item = {
    id: 'P',
    atLeast: (units: number) => 1 - poissonCdf(units - 1, 4),
    margin: 6,
    overage: 2,
  };

  it('ranks units by marginal value', () => {
    const values = [1, 2, 3, 4, 5, 6].map((unit) => Number(marginalValue(item, unit).toFixed(4)));
    expect(values).toEqual([5.8535, 5.2674, 4.0952, 2.5322, 0.9693, -0.281]);
    expect(buyWithinBudget([item], Number.POSITIVE_INFINITY).units.get('P')).toBe(5);
  });

  it('shares for an equal run-out', () => {
    const claims = [
      { id: 'a', demandPerDay: 10, stock: 20 },
      { id: 'b', demandPerDay: 20, stock: 20 },
      { id: 'c', demandPerDay: 30, stock: 90 },
    ];
    const found = fairShare(120, { claims });
    expect(found.runOutDays).toBeCloseTo(4.1667, 4);
    expect(found.units).toEqual([22, 63, 35]);
  });
});

describe('classes', () => {
  it.each([
    [[10, 12, 9, 11, 10, 8, 12, 10, 11, 9, 10, 12], 1, 0.0159, 'smooth'],
    [[0, 0, 5, 0, 0, 6, 0, 4, 0, 0, 0, 5], 3, 0.0267, 'intermittent'],
    [[2, 30, 1, 25, 3, 1, 40, 2, 1, 28, 2, 1], 1, 1.6935, 'erratic'],
    [[0, 0, 1, 0, 0, 40, 0, 3, 0, 0, 0, 2], 3, 2.7347, 'lumpy'],
  ])('demand %j', (y, adi, cv2, demandClass) => {
    const found = classifyDemand(y);
    expect(found.adi).toBeCloseTo(adi, 10);
    expect(found.cv2).toBeCloseTo(cv2, 4);
    expect(found.demandClass).toBe(demandClass);
  });

  it('ABC by the share before the item', () => {
    expect(abcClasses([850, 100, 50])).toEqual(['A', 'B', 'C']);
    expect(abcClasses([7])).toEqual(['A']);
  });

  it('XYZ by forecast error: a seasonal product that is forecast well is X', () => {
    const season = [0, 0, 0, 90, 90, 90];
    const mean = 45;
    const deviation = Math.sqrt(season.reduce((sum, y) => sum + (y - mean) ** 2, 0) / 5);
    expect(deviation / mean).toBeGreaterThan(1);
    expect(xyzClass({ backtestRmse: 4, meanDemand: mean })).toBe('X');
    expect(xyzClass({ backtestRmse: 30, meanDemand: mean })).toBe('Y');
    expect(xyzClass({ backtestRmse: 45, meanDemand: mean })).toBe('Z');
  });
});

describe('lead times and calendars', () => {
  it('learned from receipts', () => {
    const days = [12, 15, 9, 20, 14];
    const found = learnedLeadTime(
      days.map((lead) => ({ confirmedOn: '2026-01-01', receivedOn: day('2026-01-01', lead) })),
    )!;
    expect(found.meanDays).toBe(14);
    expect(found.sdDays).toBeCloseTo(4.062, 4);
    expect(found.p90Days).toBeCloseTo(18, 10);
  });

  it('working days past a closure', () => {
    const calendar = { closures: [{ from: '2026-02-16', to: '2026-02-20' }] };
    expect(dueDate('2026-02-13', { workingDays: 5, calendar })).toBe('2026-02-27');
  });
});

describe('projection', () => {
  it('along the forecast, with what arrives', () => {
    const found = projectStock({
      onHand: 45,
      demand: new Array(8).fill(10),
      receipts: [{ day: 4, quantity: 30 }],
      safetyStock: 20,
    });
    expect([...found.stock]).toEqual([35, 25, 15, 35, 25, 15, 5, -5]);
    expect(found.belowSafetyDay).toBe(3);
    expect(found.stockOutDay).toBe(8);
  });
});

describe('lost sales', () => {
  it('unconstrained', () => {
    expect(unconstrainedDemand({ unitsSold: 10, daysInStock: 15, days: 30 })).toBe(20);
  });
});

describe('accuracy', () => {
  const pair = { actual: [10, 0, 5, 20], forecast: [8, 1, 5, 26] };
  const scaled = { ...pair, insample: [6, 9, 7, 8, 12, 10], season: 1 };

  it('measures', () => {
    expect(mae(pair)).toBe(2.25);
    expect(rmse(pair)).toBeCloseTo(3.201562, 6);
    expect(wape(pair)).toBeCloseTo(0.257143, 6);
    expect(bias(pair)).toBeCloseTo(0.142857, 6);
    expect(smape(pair)).toBeCloseTo(0.620773, 6);
    expect(mase(scaled)).toBeCloseTo(0.9375, 10);
    expect(rmsse(scaled)).toBeCloseTo(1.227743, 6);
    expect(pinball(0.9, { actual: 12, quantile: 10 })).toBeCloseTo(1.8, 10);
    expect(pinball(0.9, { actual: 8, quantile: 10 })).toBeCloseTo(0.2, 10);
  });

  it('forecast value added', () => {
    const found = forecastValueAdded(
      [100, 120, 80, 90, 110],
      [
        { name: 'naive', forecast: [95, 100, 120, 80, 90] },
        { name: 'statistical', forecast: [102, 110, 95, 92, 104] },
        { name: 'final', forecast: [120, 125, 100, 100, 115] },
      ],
    );
    expect(found.map((stage) => Number(stage.wape.toFixed(10)))).toEqual([0.19, 0.07, 0.12]);
    expect(found[0]!.valueAdded).toBeNull();
    expect(found[1]!.valueAdded).toBeCloseTo(0.12, 10);
    expect(found[2]!.valueAdded).toBeCloseTo(-0.05, 10);
  });
});

function day(start: string, later: number): string {
  return new Date(Date.parse(`${start}T00:00:00Z`) + later * 86_400_000).toISOString().slice(0, 10);
}
