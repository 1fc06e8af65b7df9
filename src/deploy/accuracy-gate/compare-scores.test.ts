import { describe, expect, test } from 'vitest';
import type { AccuracyReport, SeriesAccuracy } from '../../contract/index.ts';
import { compareScores, sameAs } from './index.ts';

function reportOf(series: readonly Partial<SeriesAccuracy>[]): AccuracyReport {
  const whole = series.map((one, i) => ({
    sku: `SKU-${i}`,
    dataHash: 'same',
    rmsse: 1,
    sql: 0.5,
    windows: 2,
    refusal: null,
    ...one,
  }));
  return { version: '1', asOf: '2026-01-31', seed: 3, horizonDays: 28, windows: 2, series: whole };
}

const equal = (n: number, one: Partial<SeriesAccuracy> = {}) => reportOf(Array(n).fill(one));

describe('comparing two versions on the same series', () => {
  test('the same scores pass', () => {
    const compared = compareScores({ running: equal(20), candidate: equal(20) });
    expect(compared).toMatchObject({ verdict: 'passed', series: 20, worst: [] });
    expect(compared.measures.map(({ change }) => change)).toEqual([0, 0]);
  });

  test('a rise within the tolerance passes, one beyond it is a breach of either measure', () => {
    const running = equal(20);
    const judged = (one: Partial<SeriesAccuracy>) =>
      compareScores({ running, candidate: equal(20, one) }, { tolerance: 0.02 });
    expect(judged({ rmsse: 1.019 }).verdict).toBe('passed');
    expect(judged({ rmsse: 1.03 })).toMatchObject({ verdict: 'breached' });
    expect(judged({ sql: 0.52 }).reason).toMatch(/SQL rose by 4\.0 % over 20 series/);
    expect(judged({ rmsse: 0.5, sql: 0.2 }).verdict).toBe('passed');
  });

  test('shows the worst series first, and none that got better', () => {
    const candidate = reportOf([
      { rmsse: 1.2 },
      { rmsse: 4 },
      { rmsse: 0.3 },
      ...Array(7).fill({}),
    ]);
    const { worst } = compareScores({ running: equal(10), candidate });
    expect(worst.map(({ sku }) => sku)).toEqual(['SKU-1', 'SKU-0']);
  });

  test('a series that can no longer be forecast is a breach, whatever the means say', () => {
    const refused = { rmsse: null, sql: null, refusal: 'engine_fault' };
    const candidate = reportOf([refused, ...Array(19).fill({ rmsse: 0.1, sql: 0.1 })]);
    const compared = compareScores({ running: equal(20), candidate });
    expect(compared).toMatchObject({ verdict: 'breached', lost: [{ sku: 'SKU-0' }] });
    expect(compared.reason).toMatch(/SKU-0 \(engine_fault\)/);
  });

  test('what neither version can forecast says nothing', () => {
    const refused = { rmsse: null, sql: null, refusal: 'too_short' };
    const both = reportOf([refused, ...Array(10).fill({})]);
    expect(compareScores({ running: both, candidate: both }).verdict).toBe('passed');
  });

  test('a series whose sales were corrected in between is left out', () => {
    const candidate = reportOf([{ rmsse: 99, dataHash: 'other' }, ...Array(9).fill({})]);
    const compared = compareScores({ running: equal(10), candidate });
    expect(compared).toMatchObject({ verdict: 'passed', series: 9, changedData: ['SKU-0'] });
  });

  test('few series stop a promotion only when they are grossly worse', () => {
    const judged = (one: Partial<SeriesAccuracy>) =>
      compareScores({ running: equal(3), candidate: equal(3, one) }, { tolerance: 0.02 }).verdict;
    expect(judged({ rmsse: 1.05 })).toBe('not-judged');
    expect(judged({ rmsse: 1.5 })).toBe('breached');
  });

  test('without a series there is no judgement', () => {
    const none = reportOf([]);
    expect(compareScores({ running: none, candidate: none }).verdict).toBe('not-judged');
  });

  test('errors of zero stay without a change', () => {
    const perfect = equal(10, { rmsse: 0, sql: 0 });
    const dust = equal(10, { rmsse: 1e-12, sql: 0 });
    expect(compareScores({ running: perfect, candidate: dust }).verdict).toBe('passed');
    const real = equal(10, { rmsse: 0.3, sql: 0 });
    expect(compareScores({ running: perfect, candidate: real }).verdict).toBe('breached');
  });
});

test('the second check repeats the first: its series, its seed, its last day', () => {
  expect(sameAs(equal(2))).toEqual({
    seed: 3,
    horizonDays: 28,
    windows: 2,
    asOf: '2026-01-31',
    skus: ['SKU-0', 'SKU-1'],
  });
});
