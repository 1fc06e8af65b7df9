import type { Frequency } from '../forecast/types.ts';

/** Periods of one length, numbered; every series has its own (weeks may begin on any weekday). */
export interface TimeGrid {
  /** Number of the period that begins at this instant; `undefined` when none does. */
  index(time: number): number | undefined;
  /** The instant at which period `index` is dated. */
  instant(index: number): number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const STEPS = { H: HOUR, D: DAY, W: 7 * DAY } as const;
const MONTHS = { M: 1, Q: 3, Y: 12 } as const;

/** From the coarsest to the finest. */
export const FREQUENCIES = ['Y', 'Q', 'M', 'W', 'D', 'H'] as const satisfies readonly Frequency[];

export const FREQUENCY_NAMES: Readonly<Record<Frequency, string>> = {
  H: 'hourly',
  D: 'daily',
  W: 'weekly',
  M: 'monthly',
  Q: 'quarterly',
  Y: 'yearly',
};

/** The grid of a frequency that all `times` might lie on, anchored at them. */
export function gridThrough(frequency: Frequency, times: ArrayLike<number>): TimeGrid {
  if (frequency === 'H' || frequency === 'D' || frequency === 'W')
    return evenGrid(STEPS[frequency], times[0]!);
  return monthGrid(MONTHS[frequency], times);
}

function evenGrid(step: number, anchor: number): TimeGrid {
  return {
    index: (time) => {
      const place = (time - anchor) / step;
      return Number.isInteger(place) ? place : undefined;
    },
    instant: (index) => anchor + index * step,
  };
}

/** Months share a day; 31 January, 28 February, 31 March share the last day. */
function monthGrid(months: number, times: ArrayLike<number>): TimeGrid {
  const first = new Date(times[0]!);
  const clock =
    times[0]! - Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), first.getUTCDate());
  const day = monthEnds(times) ? 31 : first.getUTCDate();
  const start = monthNumber(first);
  const instant = (index: number): number => {
    const month = start + index * months;
    const year = Math.floor(month / 12);
    const last = new Date(Date.UTC(year, (month % 12) + 1, 0)).getUTCDate();
    return Date.UTC(year, month % 12, Math.min(day, last)) + clock;
  };
  return {
    index: (time) => {
      const place = (monthNumber(new Date(time)) - start) / months;
      return Number.isInteger(place) && instant(place) === time ? place : undefined;
    },
    instant,
  };
}

function monthNumber(date: Date): number {
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function monthEnds(times: ArrayLike<number>): boolean {
  for (let i = 0; i < times.length; i++)
    if (new Date(times[i]! + DAY).getUTCDate() !== 1) return false;
  return true;
}

/** What the spacing of the timestamps says. */
export type InferredFrequency =
  | { readonly frequency: Frequency; readonly reason?: undefined }
  | { readonly frequency?: undefined; readonly reason: string };

/**
 * The coarsest frequency whose grid holds every timestamp, if steps of one period are the most
 * frequent ones; otherwise the reason why nothing certain can be said. Each entry holds the
 * timestamps of one series, ascending.
 */
export function inferFrequency(series: readonly ArrayLike<number>[]): InferredFrequency {
  const longer = series.filter((times) => times.length > 1);
  if (longer.length === 0) return { reason: 'no series has two rows' };
  const frequency = FREQUENCIES.find((candidate) =>
    longer.every((times) => fits(candidate, times)),
  );
  if (frequency === undefined)
    return { reason: 'timestamps that lie on no hourly, daily, weekly, monthly, … grid' };
  const step = commonStep(frequency, longer);
  if (step === 1) return { frequency };
  const spacing = `most rows are ${step} ${FREQUENCY_NAMES[frequency]} periods apart`;
  return { reason: spacing };
}

function fits(frequency: Frequency, times: ArrayLike<number>): boolean {
  const grid = gridThrough(frequency, times);
  for (let i = 0; i < times.length; i++) if (grid.index(times[i]!) === undefined) return false;
  return true;
}

function commonStep(frequency: Frequency, series: readonly ArrayLike<number>[]): number {
  const counts = new Map<number, number>();
  for (const times of series) {
    const grid = gridThrough(frequency, times);
    for (let i = 1; i < times.length; i++) {
      const step = grid.index(times[i]!)! - grid.index(times[i - 1]!)!;
      if (step > 0) counts.set(step, (counts.get(step) ?? 0) + 1);
    }
  }
  let best = 0;
  for (const [step, count] of counts) {
    const most = counts.get(best) ?? 0;
    if (count > most || (count === most && step < best)) best = step;
  }
  return best;
}
