/** The files of a made-up shop whose forecasts and orders are known without any engine. */

const DAY_MS = 86_400_000;
/** Twenty weeks: a weekly pattern shows itself, and a run over them takes a second or two. */
const HISTORY_DAYS = 140;

export interface SampleProduct {
  readonly sku: string;
  readonly name: string;
  /** Sold per weekday, Sunday first, every week the same. */
  readonly week: readonly number[];
  readonly onHand: number;
  readonly leadTimeDays: number;
  readonly reviewPeriodDays: number;
  readonly minimumOrderQuantity: number;
  readonly orderMultiple: number;
}

const terms = { leadTimeDays: 5, reviewPeriodDays: 7, minimumOrderQuantity: 24, orderMultiple: 6 };

/** Demand without chance: its forecast is itself, on any engine that is worth its name. */
export const sampleProducts: readonly SampleProduct[] = [
  { ...terms, sku: 'SMOKE-FLAT', name: 'Steady seller', week: Array(7).fill(10), onHand: 20 },
  {
    ...terms,
    sku: 'SMOKE-WEEK',
    name: 'Weekend seller',
    week: [30, 8, 8, 10, 12, 20, 40],
    onHand: 35,
  },
  { ...terms, sku: 'SMOKE-FULL', name: 'Well stocked', week: Array(7).fill(2), onHand: 900 },
];

export const supplierCode = 'SMOKE';

/** What was sold of a product on a day, or will be. */
export function unitsOn(product: SampleProduct, date: string): number {
  return product.week[new Date(`${date}T00:00:00Z`).getUTCDay()]!;
}

/** The files, as CSV texts by kind, in the order in which they build on each other. */
export function sampleFiles(today: string): readonly { kind: string; rows: number; csv: string }[] {
  const days = Array.from({ length: HISTORY_DAYS }, (_, ago) =>
    dayBefore(today, HISTORY_DAYS - ago),
  );
  const sales = sampleProducts.flatMap((product) =>
    days.map((date) => `${product.sku},${date},${unitsOn(product, date)}`),
  );
  const file = (kind: string, header: string, rows: readonly string[]) => ({
    kind,
    rows: rows.length,
    csv: `${[header, ...rows].join('\n')}\n`,
  });
  return [
    file(
      'products',
      'sku,name,unit,unit_cost,unit_price,service_level',
      sampleProducts.map(({ sku, name }) => `${sku},${name},each,2.50,4.00,0.95`),
    ),
    file('suppliers', 'code,name,currency,working_weekdays', [
      `${supplierCode},Smoke test supplier,EUR,1-7`,
    ]),
    file(
      'terms',
      'sku,supplier,lead_time_days,review_period_days,minimum_order_quantity,order_multiple',
      sampleProducts.map((p) =>
        [
          p.sku,
          supplierCode,
          p.leadTimeDays,
          p.reviewPeriodDays,
          p.minimumOrderQuantity,
          p.orderMultiple,
        ].join(),
      ),
    ),
    file(
      'stock',
      'sku,on_hand,counted_on',
      sampleProducts.map(({ sku, onHand }) => `${sku},${onHand},${dayBefore(today, 1)}`),
    ),
    file('sales', 'sku,date,units', sales),
  ];
}

function dayBefore(today: string, days: number): string {
  return new Date(Date.parse(`${today}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
}
