import { describe, expect, it } from 'vitest';
import { backtest } from './backtest.ts';
import { planOrigins } from './backtest-windows.ts';
import { methods } from './catalogue.ts';
import { calibrate, chooseShape } from './conformal.ts';
import { linearMoments } from './moments.ts';
import { normalQuantile } from './numeric/normal.ts';
import { COUNT, NORMAL } from './shape.ts';

const WEEK = [30, 20, 18, 19, 25, 40, 52];
const steady = Array.from({ length: 140 }, (_, t) => WEEK[t % 7]! + ((t * 7919) % 5));

describe('planOrigins', () => {
  it('lays windows a horizon apart, the last one ending with the history', () => {
    const plan = planOrigins(700, { horizon: 28, season: 7, windows: 3 });
    expect(plan).toEqual({ lengths: [616, 644, 672], horizon: 28 });
  });

  it('moves them closer on a short history, and never before half of it', () => {
    const plan = planOrigins(60, { horizon: 14, season: 7, windows: 3 });
    expect(plan.lengths.at(-1)).toBe(46);
    expect(plan.lengths[0]).toBeGreaterThanOrEqual(30);
  });

  it('gives up where nothing could be learned', () => {
    expect(planOrigins(4, { horizon: 7, season: 7, windows: 3 }).lengths).toEqual([]);
    expect(planOrigins(500, { horizon: 7, season: 7, windows: 0 }).lengths).toEqual([]);
  });
});

describe('backtest', () => {
  it('prefers what fits, and counts every window', () => {
    const report = backtest([{ id: 'a', y: steady }], {
      horizon: 14,
      windows: 3,
      methods: ['naive', 'seasonal-naive', 'ets', 'auto'],
    });
    if (!report.ok) throw new Error(report.code);
    const mase = Object.fromEntries(report.methods.map((row) => [row.method, row.mase]));
    expect(mase.ets).toBeLessThan(mase['seasonal-naive']!);
    expect(mase['seasonal-naive']).toBeLessThan(mase.naive!);
    expect(mase.auto).toBeLessThan(mase['seasonal-naive']!);
    const [series] = report.series;
    expect(series!.ok && series!.scores.every(({ windows }) => windows === 3)).toBe(true);
    expect(report.methods[0]).not.toHaveProperty('seconds');
  });

  it('knows what was planned at each origin', () => {
    const promotion = Array.from({ length: 200 }, (_, t) => (t % 9 === 4 || t % 13 === 7 ? 1 : 0));
    const y = promotion.map((flag, t) => WEEK[t % 7]! * (1 + 2 * flag));
    const options = { horizon: 14, windows: 2, methods: ['npts'] };
    const errorOf = (covariates?: { promotion: number[] }) => {
      const report = backtest([{ id: 'a', y, covariates }], options);
      if (!report.ok) throw new Error(report.code);
      return report.methods[0]!.mase;
    };
    expect(errorOf({ promotion })).toBeLessThan(0.3 * errorOf());
  });

  it('scores seasonal naive as by hand', () => {
    const y = [1, 2, 3, 4, 5, 7, 9, 8, 10, 12];
    const report = backtest([{ id: 'a', y }], {
      horizon: 2,
      season: 2,
      windows: 1,
      methods: ['seasonal-naive'],
    });
    if (!report.ok) throw new Error(report.code);
    // Known: the first eight. Said 9, 8; came 10, 12: errors 1 and 4; seasonal error (2·2+2+3+4+1)/6.
    expect(report.methods[0]!.mase).toBeCloseTo(2.5 / (14 / 6), 10);
    expect(report.methods[0]!.bias).toBeCloseTo(-5 / 22, 10);
  });

  it('looks at nothing behind an origin', () => {
    const options = { horizon: 14, windows: 1, methods: ['auto'] };
    const other = steady.map((value, t) => (t >= 126 ? value + 500 : value));
    const [a, b] = [steady, other].map((y) => backtest([{ id: 'a', y }], options));
    if (!a!.ok || !b!.ok) throw new Error('refused');
    // Demand rose by 500 after the origin: a forecast that knew nothing of it misses by just that.
    const scores = [a, b].map(({ series: [s] }) => (s!.ok ? s!.scores[0]! : undefined)!);
    const demand = steady.slice(126).reduce((sum, value) => sum + value, 0);
    const missed = scores.map(({ bias }, i) => bias * (demand + (i === 1 ? 7000 : 0)));
    expect(missed[0]! - missed[1]!).toBeCloseTo(7000, 6);
  });

  it('refuses a series that is too short, and options that cannot be followed', () => {
    const report = backtest([{ id: 'a', y: [1, 2] }], { horizon: 2, methods: ['naive'] });
    expect(report.ok && report.series[0]).toMatchObject({ ok: false, code: 'too_short' });
    expect(backtest([], { horizon: 2, methods: ['oracle'] })).toMatchObject({
      ok: false,
      code: 'unknown_method',
    });
  });

  it('takes the time from the clock it is given', () => {
    let ticks = 0;
    const report = backtest([{ id: 'a', y: steady }], {
      horizon: 7,
      methods: ['naive'],
      now: () => {
        ticks += 500;
        return ticks;
      },
    });
    expect(report.ok && report.methods[0]!.seconds).toBe(0.5);
  });

  it('knows every method of the catalogue', () => {
    const report = backtest([{ id: 'a', y: steady }], { horizon: 7, windows: 1 });
    expect(report.ok && report.methods.map(({ method }) => method)).toEqual([
      'auto',
      ...methods.map(({ name }) => name),
    ]);
  });
});

describe('calibration', () => {
  const origins = { lengths: [110, 114], horizon: 4 };
  const moments = origins.lengths.map(() =>
    linearMoments({ mean: new Float64Array(4).fill(20), sigma: 2, echo: () => 0 }),
  );
  /** Errors that lie as those of a normal do, with this deviation. */
  const rowsOf = (deviation: number) =>
    Array.from({ length: 60 }, (_, i) => ({
      actual: 20 + deviation * normalQuantile((i + 0.5) / 60),
      mean: 20,
      sd: 2,
    }));

  it('widens where errors were larger than the model said, and narrows where smaller', () => {
    const y = new Float64Array(118).fill(20);
    const wide = calibrate({ rows: rowsOf(4), moments, y, origins });
    const narrow = calibrate({ rows: rowsOf(1), moments, y, origins });
    expect(wide.period).toBeGreaterThan(1.6);
    expect(wide.period).toBeLessThan(2);
    expect(narrow.period).toBeLessThan(0.75);
    expect(wide).toMatchObject({ periods: 60, sums: 2 });
  });

  it('lets a few wild periods widen the others less than their squares would', () => {
    const y = new Float64Array(118).fill(20);
    const rows = rowsOf(2).map((row, i) => (i % 20 === 0 ? { ...row, actual: 30 } : row));
    const squares = rows.reduce((sum, { actual }) => sum + ((actual - 20) / 2) ** 2, 0);
    const { period } = calibrate({ rows, moments, y, origins });
    expect(period).toBeGreaterThan(1.1);
    expect(period).toBeLessThan(0.9 * Math.sqrt((12 + squares) / 72));
  });

  it('learns the sum apart from the periods, and not from a window with a gap', () => {
    const y = new Float64Array(118).fill(26);
    const drifting = calibrate({ rows: rowsOf(2), moments, y, origins });
    expect(drifting.cumulative).toBeGreaterThan(2);
    expect(drifting.period).toBeCloseTo(1, 1);
    y[116] = Number.NaN;
    expect(calibrate({ rows: rowsOf(2), moments, y, origins }).sums).toBe(1);
  });

  it('widens further where the backtest is as long as what it learned from', () => {
    const y = new Float64Array(118).fill(20);
    const early = { lengths: [50, 54], horizon: 4 };
    const rows = rowsOf(2);
    const doubtful = calibrate({ rows, moments, y, origins: early });
    expect(doubtful.period / calibrate({ rows, moments, y, origins }).period).toBeGreaterThan(1.15);
  });

  it('takes the family that costs least', () => {
    const skewed = [0, 0, 0, 0, 1, 1, 2, 2, 5, 14].map((actual) => ({
      actual,
      mean: 2.5,
      sd: 4.3,
    }));
    expect(chooseShape(skewed, { shapes: [NORMAL, COUNT], period: 1 }).shape).toBe(COUNT);
    const even = [16, 17, 18, 19, 20, 20, 21, 22, 23, 24].map((actual) => ({
      actual,
      mean: 20,
      sd: 2.5,
    }));
    expect(chooseShape(even, { shapes: [COUNT, NORMAL], period: 1 }).shape).toBe(NORMAL);
  });
});
