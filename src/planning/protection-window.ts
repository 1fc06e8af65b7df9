/** The days that an order must cover: until the order after it can arrive. */

import { dayNumber, isoDate } from './calendar-day.ts';
import { leadTimeAtoms, leadTimeMoments } from './lead-time-distribution.ts';
import { PlanningRefusal, requireNumber } from './refusal.ts';
import { moveOpenDays, openDays } from './supplier-calendar.ts';
import { type TraceStep, traceInput } from './trace.ts';
import type { IsoDate, Review, SupplyTerms } from './types.ts';

/** One possible length of the window, calendar days. */
export interface WindowAtom {
  readonly leadTimeDays: number;
  readonly windowDays: number;
  readonly probability: number;
}

/** The protection window of one order, calendar days. */
export interface ProtectionWindow {
  /** Expected lead time from the day of the order, calendar days. */
  readonly leadTimeDays: number;
  readonly leadTimeSdDays: number;
  readonly reviewDays: number;
  /** Full days between the stock count and the order. */
  readonly waitDays: number;
  /** Expected length from the stock count on: wait + lead time + review days. */
  readonly days: number;
  /** Day number on which the order is placed. */
  readonly orderDay: number;
  /** Each possible length with its probability; one alone if the lead time is certain. */
  readonly atoms: readonly WindowAtom[];
  /** Day number on which the order arrives. */
  readonly receiptDay: number;
  /** Day number of the latest order that arrives by a day. */
  readonly orderDayFor: (dueDay: number) => number;
  readonly steps: readonly TraceStep[];
}

/**
 * Length of the protection window.
 *
 * `leadTimeDays` L, ≥ 0 · `reviewPeriodDays` R, ≥ 0 · returns L under continuous review, L + R
 * under periodic review · refuses bad_number
 */
export function protectionWindowDays(options: {
  leadTimeDays: number;
  reviewPeriodDays: number;
  review: Review;
}): number {
  requireNumber('leadTimeDays', options.leadTimeDays);
  requireNumber('reviewPeriodDays', options.reviewPeriodDays);
  return options.review === 'periodic'
    ? options.leadTimeDays + options.reviewPeriodDays
    : options.leadTimeDays;
}

/**
 * The protection window of an order placed on a day, with the supplier's calendar and the spread of
 * the lead time.
 *
 * `asOf` day of the stock count, not counted · `orderOn` day of the order, default `asOf` · `terms`,
 * `review` · returns the window in calendar days
 * refuses bad_date, also an order before the count; bad_number
 */
export function protectionWindow(
  asOf: IsoDate,
  given: { terms: SupplyTerms; review: Review; orderOn?: IsoDate | null },
): ProtectionWindow {
  const { terms, review } = given;
  requireNumber('terms.leadTimeDays', terms.leadTimeDays);
  requireNumber('terms.reviewPeriodDays', terms.reviewPeriodDays);
  const start = dayNumber(given.orderOn ?? asOf);
  const waitDays = waitBetween(dayNumber(asOf), start);
  const route = deliveryRoute(terms);
  const reviewDays = review === 'periodic' ? terms.reviewPeriodDays : 0;
  const learned = leadTimeAtoms(terms);
  const atoms = learned.map(({ days, probability }) => {
    const leadTimeDays = route.isCalendar ? route.arrival(start, days) - start : days;
    return { leadTimeDays, windowDays: waitDays + leadTimeDays + reviewDays, probability };
  });
  const moments = leadTimeMoments(
    atoms.map(({ leadTimeDays, probability }) => ({ days: leadTimeDays, probability })),
  );
  const isLearned = terms.leadTimeDistribution != null;
  const planned = isLearned ? leadTimeMoments(learned).mean : terms.leadTimeDays;
  const receiptDay = route.arrival(start, planned);
  const straight = route.isCalendar ? receiptDay - start : planned;
  const leadTimeDays = isLearned ? moments.mean : straight;
  const leadTimeSdDays = isLearned || route.isCalendar ? moments.sd : (terms.leadTimeSdDays ?? 0);
  const days = waitDays + leadTimeDays + reviewDays;
  return {
    leadTimeDays,
    leadTimeSdDays,
    reviewDays,
    waitDays,
    days,
    orderDay: start,
    atoms,
    receiptDay,
    orderDayFor: (dueDay) => route.departure(dueDay, planned),
    steps: windowSteps(terms, { route, review, leadTimeDays, waitDays, days }),
  };
}

/** Stock of an evening serves the next day whole; an order of the next morning waits for nothing. */
function waitBetween(countDay: number, orderDay: number): number {
  if (orderDay < countDay)
    throw new PlanningRefusal('bad_date', {
      field: 'orderOn',
      found: isoDate(orderDay),
      wanted: `the day of the stock count, ${isoDate(countDay)}, or a later one`,
    });
  return Math.max(0, orderDay - countDay - 1);
}

/** How lead-time days become dates: straight, or past the supplier's closed days. */
interface DeliveryRoute {
  readonly isCalendar: boolean;
  readonly arrival: (start: number, leadDays: number) => number;
  readonly departure: (due: number, leadDays: number) => number;
}

/** Rounded up, but not for the dust that a mean of whole days carries. */
function wholeDays(days: number): number {
  return Math.ceil(days - 1e-9);
}

function deliveryRoute(terms: SupplyTerms): DeliveryRoute {
  const straight = {
    isCalendar: false,
    arrival: (start: number, leadDays: number) => start + wholeDays(leadDays),
    departure: (due: number, leadDays: number) => due - wholeDays(leadDays),
  };
  if (terms.calendar == null) return straight;
  const isOpen = openDays(terms.calendar);
  if (terms.leadTimeCounts === 'calendar-days')
    return {
      isCalendar: true,
      arrival: (start, leadDays) => {
        const due = start + wholeDays(leadDays);
        return isOpen(due) ? due : moveOpenDays(due, { count: 1, direction: 1, isOpen });
      },
      departure: (due, leadDays) => {
        const landed = isOpen(due) ? due : moveOpenDays(due, { count: 1, direction: -1, isOpen });
        return landed - wholeDays(leadDays);
      },
    };
  return {
    isCalendar: true,
    arrival: (start, leadDays) => moveOpenDays(start, { count: leadDays, direction: 1, isOpen }),
    departure: (due, leadDays) => {
      // An order of a closed day counts from the same first working day as the one after it.
      const landed = isOpen(due) ? due : moveOpenDays(due, { count: 1, direction: -1, isOpen });
      return moveOpenDays(landed, { count: leadDays, direction: -1, isOpen });
    },
  };
}

function windowSteps(
  terms: SupplyTerms,
  found: {
    route: DeliveryRoute;
    review: Review;
    leadTimeDays: number;
    waitDays: number;
    days: number;
  },
): TraceStep[] {
  const { route, review, leadTimeDays, waitDays, days } = found;
  const steps: TraceStep[] = [];
  const counted = terms.leadTimeCounts === 'calendar-days' ? 'calendar' : 'working';
  if (route.isCalendar)
    steps.push({
      id: 'lead-time',
      label: 'Lead time on the calendar',
      formula: 'lead time on the calendar',
      inputs: [
        traceInput('lead time in terms', terms.leadTimeDays, { unit: `${counted} days` }),
        traceInput('lead time on the calendar', leadTimeDays, { unit: 'days' }),
      ],
      result: leadTimeDays,
      unit: 'days',
      note: `${counted} days of the supplier, past its closed days`,
    });
  const lead = traceInput('lead time', leadTimeDays, {
    unit: 'days',
    from: route.isCalendar ? 'lead-time' : undefined,
  });
  const periodic = review === 'periodic';
  const inputs = [lead];
  if (waitDays > 0)
    inputs.unshift(traceInput('days from stock count to order', waitDays, { unit: 'days' }));
  if (periodic) inputs.push(traceInput('review period', terms.reviewPeriodDays, { unit: 'days' }));
  steps.push({
    id: 'protection-window',
    label: 'Protection window',
    formula: inputs.map(({ name }) => name).join(' + '),
    inputs,
    result: days,
    unit: 'days',
    note: periodic
      ? 'periodic review: stock must last until the order after this one arrives'
      : 'continuous review: stock must last until this order arrives',
  });
  return steps;
}
