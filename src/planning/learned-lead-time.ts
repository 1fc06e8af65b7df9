/** Lead times as suppliers really keep them, learned from receipts. */

import { dayNumber } from './calendar-day.ts';
import { PlanningRefusal } from './refusal.ts';
import type { IsoDate, LeadTimeAtom } from './types.ts';

/** Dates of one delivery. The day of creation is not among the inputs of a lead time. */
export interface Delivery {
  readonly createdOn?: IsoDate;
  /** The day on which the order was confirmed to the supplier: lead time starts here. */
  readonly confirmedOn: IsoDate | null;
  readonly receivedOn: IsoDate;
}

/** Lead time of a supplier, calendar days. */
export interface LearnedLeadTime {
  /** Deliveries that could be measured. */
  readonly receipts: number;
  readonly meanDays: number;
  /** Sample standard deviation; 0 for a single receipt. */
  readonly sdDays: number;
  readonly p90Days: number;
  /** How often each length occurred: the distribution for terms.leadTimeDistribution. */
  readonly distribution: readonly LeadTimeAtom[];
}

/**
 * Learns a lead time from deliveries, confirmation to receipt.
 *
 * `deliveries` without confirmation are left out: a draft that lies on a desk is not lead time
 * returns LearnedLeadTime, null without any measured delivery
 * refuses bad_date: also a receipt before its confirmation
 * source p90 by linear interpolation, type 7 of Hyndman & Fan (1996), doi:10.2307/2684934
 * checked against reference/planning.json, numpy, 1e-12
 */
export function learnedLeadTime(deliveries: readonly Delivery[]): LearnedLeadTime | null {
  const days: number[] = [];
  for (const { confirmedOn, receivedOn } of deliveries) {
    if (confirmedOn === null) continue;
    const lead = dayNumber(receivedOn) - dayNumber(confirmedOn);
    if (lead < 0)
      throw new PlanningRefusal('bad_date', {
        field: 'receivedOn',
        found: `${receivedOn}, before the confirmation on ${confirmedOn}`,
        wanted: 'a receipt on or after the confirmation',
      });
    days.push(lead);
  }
  if (days.length === 0) return null;
  return { receipts: days.length, ...summary(days), distribution: frequencies(days) };
}

/**
 * Quantile of a sample by linear interpolation between order statistics (R type 7).
 *
 * `sample` finite, at least one value · `level` in [0,1] · returns a value within the sample
 * source Hyndman & Fan (1996), doi:10.2307/2684934
 */
export function sampleQuantile(sample: readonly number[], level: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  const at = (sorted.length - 1) * level;
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}

function summary(days: readonly number[]): { meanDays: number; sdDays: number; p90Days: number } {
  const n = days.length;
  const meanDays = days.reduce((sum, lead) => sum + lead, 0) / n;
  const squares = days.reduce((sum, lead) => sum + (lead - meanDays) ** 2, 0);
  return {
    meanDays,
    sdDays: n > 1 ? Math.sqrt(squares / (n - 1)) : 0,
    p90Days: sampleQuantile(days, 0.9),
  };
}

function frequencies(days: readonly number[]): LeadTimeAtom[] {
  const counts = new Map<number, number>();
  for (const lead of days) counts.set(lead, (counts.get(lead) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([lead, count]) => ({ days: lead, probability: count / days.length }));
}
