import { calendarDay } from '../format/date.ts';
import type { Product, ProductForecast, Sales } from '../queries/products.ts';
import type { Promotion } from '../queries/promotions.ts';
import type { Proposal } from '../queries/proposals.ts';
import type { WhatIfGround } from './re-forecast.ts';

interface Known {
  readonly product: Product;
  readonly sales: Sales;
  readonly promotions: readonly Promotion[];
  readonly forecast: ProductForecast;
  readonly proposal: Proposal | null;
}

/** What the page knows, as the engine wants it. */
export function whatIfGround(known: Known, today = calendarDay()): WhatIfGround {
  const { sales, promotions, forecast } = known;
  return {
    sales,
    promotions,
    origin: forecast.origin,
    horizonDays: forecast.dates.length,
    methods: [forecast.method ?? '', ...forecast.scores.map(({ method }) => method)],
    order: orderGround(known, today),
  };
}

function orderGround({ product, proposal }: Known, today: string): WhatIfGround['order'] {
  const terms = product.terms.find(({ preferred }) => preferred);
  if (!terms || !proposal) return null;
  const { onHand = 0, committed = 0, backorders = 0 } = product.stock ?? {};
  return {
    asOf: proposal.asOf,
    orderOn: proposal.asOf > today ? proposal.asOf : today,
    product: { sku: product.sku, unitDecimals: product.unitDecimals },
    terms: {
      leadTimeDays: terms.leadTimeDays,
      leadTimeSdDays: terms.leadTimeSdDays,
      leadTimeCounts: 'calendar-days',
      reviewPeriodDays: terms.reviewPeriodDays,
      minimumOrderQuantity: terms.minimumOrderQuantity,
      orderMultiple: terms.orderMultiple,
      maximumOrderQuantity: terms.maximumOrderQuantity,
    },
    stock: { onHand, committed, backorders },
    openOrders: product.openOrders.map(({ quantity, number, expectedOn }) => ({
      quantity,
      reference: number,
      expectedDate: expectedOn ?? today,
    })),
    policy: {
      service: { kind: 'cycle', level: product.serviceLevel },
      review: terms.reviewPeriodDays > 0 ? 'periodic' : 'continuous',
    },
  };
}
