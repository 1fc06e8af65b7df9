import type {
  LeadTimeAtom,
  OrderInput,
  PredictiveDemand,
  SupplierCalendar,
} from '../../planning/index.ts';
import { addDays } from '../store/calendar-day.ts';
import type { DemandMoments } from '../store/demand.ts';
import type { OpenLineRow, PlanningRow } from '../store/planning-inputs.ts';

/** What goes with a product's row into its proposal. */
export interface InputFacts {
  /** Day at whose end the stock was counted. */
  readonly asOf: string;
  /** Day on which the order is placed. */
  readonly orderOn: string;
  /** Days between the forecast's origin and `asOf`. */
  readonly elapsedDays: number;
  readonly openLines: readonly OpenLineRow[];
  /** Recent demand, where there is no forecast. */
  readonly moments?: DemandMoments;
  /** Learned from receipts, where there are enough. */
  readonly leadTimes?: readonly LeadTimeAtom[];
}

/** A product's row as planning wants it; undefined where nothing is known of its demand. */
export function toOrderInput(row: PlanningRow, facts: InputFacts): OrderInput | undefined {
  const demand = toDemand(row, facts);
  if (demand === undefined) return undefined;
  return {
    asOf: facts.asOf,
    orderOn: facts.orderOn,
    product: { sku: row.sku, unitDecimals: row.unit_decimals },
    terms: toTerms(row, facts.leadTimes),
    stock: {
      onHand: row.on_hand ?? 0,
      committed: row.committed ?? 0,
      backorders: row.backorders ?? 0,
    },
    openOrders: facts.openLines.map((line) => ({
      quantity: line.quantity,
      reference: line.number,
      // A draft is counted as if it were confirmed now: what was just accepted is not proposed again.
      expectedDate: line.expected_on ?? addDays(facts.orderOn, leadDays(row, facts)),
    })),
    demand,
    policy: {
      service: { kind: 'cycle', level: row.service_level },
      review: row.review_period_days > 0 ? 'periodic' : 'continuous',
    },
  };
}

/** The lead time by which planning dates an order of today, so that a draft never lies beyond it. */
function leadDays(row: PlanningRow, { leadTimes }: InputFacts): number {
  if (leadTimes === undefined) return row.lead_time_days;
  const mean = leadTimes.reduce((sum, { days, probability }) => sum + days * probability, 0);
  return Math.ceil(mean - 1e-9);
}

/** The days on which a supplier delivers; undefined where it is every day, or not known. */
export function supplierCalendar(workingWeekdays: readonly number[]): SupplierCalendar | undefined {
  const { length } = workingWeekdays;
  return length === 0 || length === 7 ? undefined : { workingWeekdays };
}

function toTerms(row: PlanningRow, leadTimes?: readonly LeadTimeAtom[]): OrderInput['terms'] {
  return {
    leadTimeDays: row.lead_time_days,
    leadTimeSdDays: row.lead_time_sd_days,
    leadTimeDistribution: leadTimes,
    // Terms and receipts both count days of the calendar; a delivery lands on an open day.
    leadTimeCounts: 'calendar-days',
    calendar: supplierCalendar(row.working_weekdays),
    reviewPeriodDays: row.review_period_days,
    minimumOrderQuantity: row.minimum_order_quantity,
    orderMultiple: row.order_multiple,
    maximumOrderQuantity: row.maximum_order_quantity,
    unitCost: row.unit_cost,
    currency: row.currency,
    supplierCode: row.supplier_code,
  };
}

function toDemand(row: PlanningRow, facts: InputFacts): OrderInput['demand'] | undefined {
  if (row.mean !== null && row.window_levels !== null && row.first_window !== null)
    return toPredictive(row, facts.elapsedDays);
  const { moments } = facts;
  if (moments === undefined) return undefined;
  return {
    kind: 'normal',
    meanPerDay: moments.mean,
    sdPerDay: moments.sd,
    reason: `no forecast (${row.refusal_code ?? 'not in the run'}): ${moments.days} days of sales`,
  };
}

/**
 * The stored forecast as seen `elapsedDays` after its origin: the days gone by fall away, their
 * expected demand is taken off each window. The spread stays that of the longer window, since what
 * was really sold on those days is not known yet.
 */
function toPredictive(row: PlanningRow, elapsedDays: number): PredictiveDemand | undefined {
  const mean = row.mean!;
  if (elapsedDays >= mean.length) return undefined;
  const gone = mean.subarray(0, elapsedDays).reduce((sum, value) => sum + value, 0);
  const levels = row.window_levels!;
  const means = row.window_means!;
  const flat = row.window_quantiles!;
  const windows: number[] = [];
  const quantiles: Float64Array[] = [];
  const windowMeans: number[] = [];
  for (let i = 0; i < means.length; i++) {
    const days = row.first_window! + i - elapsedDays;
    if (days < 1) continue;
    const stored = flat.subarray(i * levels.length, (i + 1) * levels.length);
    windows.push(days);
    windowMeans.push(means[i]! - gone);
    quantiles.push(gone === 0 ? stored : stored.map((value) => Math.max(0, value - gone)));
  }
  if (windows.length === 0) return undefined;
  return {
    kind: 'predictive',
    mean: mean.subarray(elapsedDays),
    cumulative: { levels, windows, quantiles, means: windowMeans },
  };
}
