/** The words that every file of planning shares: what goes in, and what comes out. */

import type { SupplierCalendar } from './supplier-calendar.ts';
import type { TraceStep } from './trace.ts';

/** Calendar day without a zone, `YYYY-MM-DD`. */
export type IsoDate = string;

/** Continuous: the stock is looked at every day. Periodic: every `reviewPeriodDays`. */
export type Review = 'continuous' | 'periodic';

/** Service wanted: P1, no stock-out in a cycle; or P2, share of the demand served from stock. */
export interface ServiceGoal {
  readonly kind: 'cycle' | 'fill-rate';
  /** Probability or share in (0,1), any value, never percent. */
  readonly level: number;
}

/** How far above the reorder point an order lifts the stock position. */
export type OrderUpToGoal =
  /** Order up to the reorder point itself: the usual rule of periodic review. */
  | { readonly kind: 'reorder-point' }
  /** The reorder point plus the forecast of the days that follow the protection window. */
  | { readonly kind: 'cover'; readonly days: number }
  /** The reorder point plus a fixed quantity, such as an economic order quantity. */
  | { readonly kind: 'quantity'; readonly units: number };

/** What the planner wants. */
export interface OrderPolicy {
  readonly service: ServiceGoal;
  readonly review: Review;
  /**
   * Default: `reorder-point` under periodic review, `cover` of the review period under continuous.
   */
  readonly orderUpTo?: OrderUpToGoal;
}

/** One possible lead time and how likely it is. */
export interface LeadTimeAtom {
  readonly days: number;
  readonly probability: number;
}

/** Terms on which one supplier sells one product. Absent and null mean the same: no such limit. */
export interface SupplyTerms {
  /**
   * Confirmation to receipt: working days of the supplier if there is a calendar, else calendar
   * days.
   */
  readonly leadTimeDays: number;
  readonly leadTimeSdDays?: number | null;
  /** Replaces `leadTimeSdDays`: the distribution itself, learned from receipts. */
  readonly leadTimeDistribution?: readonly LeadTimeAtom[] | null;
  /**
   * `calendar-days` when lead times were measured on the calendar although there is a `calendar`.
   */
  readonly leadTimeCounts?: 'working-days' | 'calendar-days';
  readonly reviewPeriodDays: number;
  readonly minimumOrderQuantity?: number | null;
  readonly orderMultiple?: number | null;
  readonly maximumOrderQuantity?: number | null;
  readonly unitCost?: number | null;
  readonly currency?: string | null;
  readonly supplierCode?: string | null;
  readonly calendar?: SupplierCalendar | null;
}

/** Stock of one product, units, at the end of the day `asOf`. */
export interface StockLevel {
  readonly onHand: number;
  /** Promised to customers, not yet shipped. */
  readonly committed: number;
  readonly backorders: number;
}

/** What is still to come on an open purchase order. */
export interface OpenOrder {
  readonly quantity: number;
  readonly expectedDate: IsoDate;
  readonly reference: string;
}

/** Quantiles of the demand summed over the first w days, for some window lengths w. */
export interface CumulativeQuantiles {
  /** Ascending probabilities in (0,1), at least two. */
  readonly levels: readonly number[];
  /** Window lengths in days, ascending; default 1, 2, 3 … one per row of `quantiles`. */
  readonly windows?: readonly number[];
  /** One row per window, one quantile per level, units. */
  readonly quantiles: readonly ArrayLike<number>[];
  /** Mean per window; default: the daily means summed. */
  readonly means?: ArrayLike<number>;
}

/** Demand as a forecast: day by day, and as quantiles of its sum over windows. */
export interface PredictiveDemand {
  readonly kind: 'predictive';
  /** Expected demand per day, units; `mean[0]` is the day after `asOf`. */
  readonly mean: ArrayLike<number>;
  readonly cumulative: CumulativeQuantiles;
  /** Where the spread comes from; `simulated` (sample paths) is flagged as approximate. */
  readonly spread?: 'backtested' | 'simulated';
}

/** Demand by normal theory: the stated fallback where there is too little history. */
export interface NormalDemand {
  readonly kind: 'normal';
  readonly meanPerDay: number;
  readonly sdPerDay: number;
  /** Why there is no predictive distribution, for the reader. */
  readonly reason?: string;
}

/** What is known of the demand: a forecast, or a mean and a deviation. */
export type DemandInput = PredictiveDemand | NormalDemand;

/** All that one proposal is made of. */
export interface OrderInput {
  /** The day at whose end the stock was counted; the forecast starts on the day after. */
  readonly asOf: IsoDate;
  /**
   * The day on which the order is placed, in the morning; default: `asOf` itself, in the evening.
   * Demand of the days between has to be met from the same stock.
   */
  readonly orderOn?: IsoDate | null;
  readonly product: {
    readonly sku: string;
    /** 0 for goods sold whole; 3 for kilograms to the gram. */
    readonly unitDecimals: number;
  };
  readonly terms: SupplyTerms;
  readonly stock: StockLevel;
  readonly openOrders: readonly OpenOrder[];
  readonly demand: DemandInput;
  readonly policy: OrderPolicy;
}

/** Codes of warnings: facts to weigh, none of which stops a proposal. */
export type OrderWarningCode =
  | 'maximum_order_quantity'
  | 'no_quantity_fits'
  | 'lifted_to_minimum'
  | 'window_exceeds_horizon'
  | 'level_outside_stored'
  | 'negative_forecast'
  | 'receipt_overdue'
  | 'receipt_after_window'
  | 'stock_out_before_receipt'
  | 'normal_theory'
  | 'approximate_spread';

/** Something the planner should know about a proposal. */
export interface OrderWarning {
  readonly code: OrderWarningCode;
  readonly message: string;
  readonly details: Readonly<Record<string, number | string>>;
}

/** From most to least urgent. */
export const URGENCIES = ['stock-out', 'late', 'now', 'soon', 'none'] as const;

/**
 * `stock-out`: nothing left for known demand. `late`: runs out before an order of today arrives.
 * `now`: an order is due. `soon`: an order will be due within a week or one review period.
 */
export type Urgency = (typeof URGENCIES)[number];

/** How the reorder point was found; never one under the name of the other. */
export type PlanningMethod = 'predictive quantile' | 'normal theory';

/** A proposed order and its whole arithmetic. Quantities in units of the product. */
export interface OrderProposal {
  readonly sku: string;
  readonly asOf: IsoDate;
  /** To order now; 0 when nothing is due. */
  readonly quantity: number;
  readonly reorderPoint: number;
  /**
   * Reorder point − expected demand over the protection window; below 0 if the goal is that low.
   */
  readonly safetyStock: number;
  readonly orderUpTo: number;
  /** On hand − committed − backorders + receipts due inside the protection window. */
  readonly stockPosition: number;
  readonly protectionWindowDays: number;
  /**
   * Day (1 = the day after `asOf`) on which projected stock reaches zero; null: not within two
   * years.
   */
  readonly daysOfCover: number | null;
  readonly stockOutDate: IsoDate | null;
  /**
   * Last day to order so that stock does not fall below the safety stock; null: not within two
   * years.
   */
  readonly orderBy: IsoDate | null;
  /** Day on which an order placed now arrives. */
  readonly expectedReceipt: IsoDate;
  /** null when the unit cost is not known. */
  readonly value: { readonly amount: number; readonly currency: string | null } | null;
  readonly warnings: readonly OrderWarning[];
  readonly urgency: Urgency;
  readonly method: PlanningMethod;
  readonly trace: readonly TraceStep[];
}

/** Why a product could not be planned. */
export type PlanningRefusalCode =
  | 'bad_date'
  | 'bad_number'
  | 'bad_service_level'
  | 'bad_forecast'
  | 'bad_unit';
