import { describe, expect, it } from 'vitest';
import {
  dueDate,
  leadTimeAtoms,
  leadTimeMoments,
  learnedLeadTime,
  sampleQuantile,
} from './index.ts';
import { protectionWindow } from './protection-window.ts';

const terms = { leadTimeDays: 9, reviewPeriodDays: 7 };

describe('the lead-time distribution', () => {
  it('keeps mean and standard deviation of the terms', () => {
    for (const [leadTimeDays, leadTimeSdDays] of [
      [9, 0.3],
      [9, 0.69],
      [9, 1],
      [9, 2],
      [14, 5],
      [45, 12],
      [90, 20],
    ] as const) {
      const atoms = leadTimeAtoms({ ...terms, leadTimeDays, leadTimeSdDays });
      const { mean, sd } = leadTimeMoments(atoms);
      expect(Math.abs(mean - leadTimeDays)).toBeLessThan(0.01 * leadTimeDays);
      expect(Math.abs(sd - leadTimeSdDays)).toBeLessThan(0.03 * leadTimeSdDays);
      expect(atoms.length).toBeLessThanOrEqual(14);
      expect(atoms.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
      expect(atoms.every(({ days }) => days >= 0)).toBe(true);
    }
  });

  it('is one day where nothing is known of a spread', () => {
    expect(leadTimeAtoms(terms)).toEqual([{ days: 9, probability: 1 }]);
    expect(leadTimeAtoms({ ...terms, leadTimeSdDays: 0 })).toHaveLength(1);
    expect(leadTimeAtoms({ ...terms, leadTimeDays: 0, leadTimeSdDays: 2 })).toHaveLength(1);
  });

  it('is what was learned, where something was', () => {
    const leadTimeDistribution = [
      { days: 20, probability: 1 },
      { days: 10, probability: 3 },
      { days: 99, probability: 0 },
    ];
    const window = protectionWindow('2026-02-13', {
      terms: { ...terms, leadTimeDistribution },
      review: 'periodic',
    });
    expect(window.atoms).toEqual([
      { leadTimeDays: 10, windowDays: 17, probability: 0.75 },
      { leadTimeDays: 20, windowDays: 27, probability: 0.25 },
    ]);
    expect(window.days).toBe(19.5);
    const none = [{ days: 3, probability: 0 }];
    expect(() => leadTimeAtoms({ ...terms, leadTimeDistribution: none })).toThrow(/bad_number/);
  });
});

describe('lead times learned from receipts', () => {
  it('keep how often each occurred', () => {
    const found = learnedLeadTime([
      { confirmedOn: '2026-01-01', receivedOn: '2026-01-08' },
      { confirmedOn: '2026-01-05', receivedOn: '2026-01-12' },
      { confirmedOn: '2026-01-07', receivedOn: '2026-01-16' },
      { confirmedOn: '2026-01-07', receivedOn: '2026-01-16' },
    ]);
    expect(found?.distribution).toEqual([
      { days: 7, probability: 0.5 },
      { days: 9, probability: 0.5 },
    ]);
  });

  it('need a receipt, and refuse one before its confirmation', () => {
    expect(learnedLeadTime([])).toBeNull();
    expect(learnedLeadTime([{ confirmedOn: null, receivedOn: '2026-01-08' }])).toBeNull();
    const swapped = [{ confirmedOn: '2026-01-08', receivedOn: '2026-01-01' }];
    expect(() => learnedLeadTime(swapped)).toThrow(/bad_date/);
    const single = learnedLeadTime([{ confirmedOn: '2026-01-01', receivedOn: '2026-01-08' }]);
    expect(single).toMatchObject({ meanDays: 7, sdDays: 0, p90Days: 7 });
  });

  it('take quantiles between order statistics', () => {
    expect(sampleQuantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(sampleQuantile([4, 1, 3, 2], 0)).toBe(1);
    expect(sampleQuantile([4, 1, 3, 2], 1)).toBe(4);
  });
});

describe('a supplier calendar', () => {
  it('counts working days over weekends, years and leap days', () => {
    const due = (orderedOn: string, workingDays: number) =>
      dueDate(orderedOn, { workingDays, calendar: {} });
    expect(due('2026-02-13', 0)).toBe('2026-02-13');
    expect(due('2026-02-13', 1)).toBe('2026-02-16');
    expect(due('2026-02-14', 1)).toBe('2026-02-16');
    expect(due('2027-12-31', 1)).toBe('2028-01-03');
    expect(due('2028-02-28', 2)).toBe('2028-03-01');
    expect(due('2026-02-13', 10)).toBe('2026-02-27');
  });

  it('knows other working weeks', () => {
    const calendar = { workingWeekdays: [7, 1, 2, 3, 4] };
    expect(dueDate('2026-02-12', { workingDays: 1, calendar })).toBe('2026-02-15');
    const never = { workingWeekdays: [] };
    expect(() => dueDate('2026-02-12', { workingDays: 1, calendar: never })).toThrow(/weekday/);
    const closed = { closures: [{ from: '2026-01-01', to: '2099-01-01' }] };
    expect(() => dueDate('2026-02-12', { workingDays: 1, calendar: closed })).toThrow(/closures/);
  });

  it('finds the last day to order for a due date', () => {
    const calendar = { closures: [{ from: '2026-02-16', to: '2026-02-20' }] };
    const window = protectionWindow('2026-02-02', {
      terms: { leadTimeDays: 5, reviewPeriodDays: 0, calendar },
      review: 'continuous',
    });
    const day = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000;
    for (const due of ['2026-02-27', '2026-02-28', '2026-03-01']) {
      const orderedOn = window.orderDayFor(day(due));
      const arrives = (at: number) => {
        const date = new Date(at * 86_400_000).toISOString().slice(0, 10);
        return day(dueDate(date, { workingDays: 5, calendar }));
      };
      expect(arrives(orderedOn)).toBeLessThanOrEqual(day(due));
      expect(arrives(orderedOn + 11)).toBeGreaterThan(day(due));
    }
  });

  it('refuses days that do not exist', () => {
    for (const date of ['2026-02-29', '2026-13-01', '13.02.2026', '2026-2-3', ''])
      expect(() => dueDate(date, { workingDays: 1, calendar: {} })).toThrow(/bad_date/);
  });
});
