import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { closedPeriods, openSeries, withoutClosed } from './closures.ts';
import { forecast } from './forecast.ts';
import { layOutKnown, UNKNOWN_STATE } from './known-ahead.ts';
import { findEffects } from './known-effects-fit.ts';
import { seededRandom } from './numeric/random.ts';
import type { Series } from './types.ts';

interface Case {
  readonly name: string;
  readonly season: number;
  readonly y: readonly (number | null)[];
  readonly covariates: Record<string, number[]>;
  readonly price: number[] | null;
  readonly factors: number[];
}
const { cases }: { cases: Case[] } = JSON.parse(
  readFileSync(new URL('reference/known-effects.json', import.meta.url), 'utf8'),
);

type Told = Pick<Series, 'covariates' | 'price'>;

function factorsOf(y: readonly number[], told: Told, season = 7): (t: number) => number {
  const known = layOutKnown({ y, ...told }, 0)!;
  return findEffects(Float64Array.from(y), known, season)!;
}

const N = 210;
const periods = <T>(value: (t: number) => T, length = N) =>
  Array.from({ length }, (_, t) => value(t));
const WEEK = [10, 8, 7, 8, 11, 16, 13];
const usual = (t: number) => 10 * WEEK[t % 7]! * (1 + t / 500);

describe('effects of what is known, against a generalised linear model of statsmodels', () => {
  it.each(cases)('$name', ({ season, y, covariates, price, factors }) => {
    const demand = y.map((value) => value ?? Number.NaN);
    const found = factorsOf(demand, { covariates, ...(price && { price }) }, season);
    factors.forEach((factor, t) => {
      expect(found(t), `period ${t}`).toBeCloseTo(factor, 6);
    });
  });
});

describe('effects of what is known', () => {
  const promoted = (t: number) => Number(t % 11 < 3);
  const holiday = (t: number) => Number(t % 17 === 4);

  it('multiply where several meet that never met before', () => {
    const apart = (t: number) => promoted(t) * (1 - holiday(t));
    const y = periods((t) => usual(t) * 2 ** apart(t) * 0.5 ** holiday(t));
    const covariates = { promotion: [...periods(apart), 1], holiday: [...periods(holiday), 1] };
    const factor = factorsOf(y, { covariates });
    expect(factor(N)).toBeGreaterThan(0.9);
    expect(factor(N)).toBeLessThan(1.15);
  });

  it('are the same whichever value stands for the usual state, and in whatever units', () => {
    const y = periods((t) => usual(t) * 3 ** promoted(t));
    const one = factorsOf(y, { covariates: { promotion: periods(promoted) } });
    const turned = factorsOf(y, { covariates: { ordinary: periods((t) => 1 - promoted(t)) } });
    const dozens = factorsOf(
      y.map((units) => units / 12),
      { covariates: { promotion: periods(promoted) } },
    );
    for (let t = 0; t < N; t++) {
      expect(turned(t)).toBe(one(t));
      expect(dozens(t)).toBeCloseTo(one(t), 9);
    }
    expect(one(0)).toBeGreaterThan(2.7);
    expect(one(3)).toBe(1);
  });

  it('follow a price beyond those that were seen, but not far', () => {
    const price = (t: number) => [10, 9, 8][Math.floor(t / 5) % 3]!;
    const y = periods((t) => usual(t) * (price(t) / 10) ** -2);
    const ahead = [7.5, 7, 1, 10];
    const factor = factorsOf(y, { price: [...periods(price), ...ahead] });
    const by = (k: number) => factor(N + k) / factor(N + 3);
    expect(by(0)).toBeGreaterThan(1.6);
    expect(by(1)).toBeGreaterThan(by(0));
    expect(by(2)).toBeLessThan(3);
  });

  it('of a price in noisy demand that changed once are not believed', () => {
    const random = seededRandom('noisy', 1);
    const y = periods(() => Math.round(8 * random.uniform() ** 4 * 4));
    const price = periods((t) => (t < 100 ? 2 : 6));
    const factor = factorsOf(y, { price });
    expect(Math.abs(Math.log(factor(N - 1) / factor(0)))).toBeLessThan(0.5);
  });

  it('of a depth that was never tried lie between its neighbours', () => {
    const depth = (t: number) => [0, 0, 10, 0, 0, 30, 0][Math.floor(t / 3) % 7]!;
    const y = periods((t) => usual(t) * (1 + depth(t) / 20));
    const factor = factorsOf(y, { covariates: { depth: [...periods(depth), 20, 40, 5] } });
    const at = (value: number) => factor(periods(depth).indexOf(value));
    expect(factor(N)).toBeCloseTo(Math.sqrt(at(10) * at(30)), 9);
    expect(factor(N + 1)).toBe(at(30));
    expect(factor(N + 2)).toBeCloseTo(Math.sqrt(at(10)), 9);
  });

  it('go on as usual where no more is told, and a price stays', () => {
    const price = (t: number) => (t >= N - 30 ? 8 : 10 - (Math.floor(t / 6) % 2));
    const y = periods((t) => usual(t) * 3 ** promoted(t) * (price(t) / 10) ** -2);
    const told = { covariates: { promotion: periods(promoted) }, price: periods(price) };
    const factor = factorsOf(y, told);
    expect(promoted(N - 1)).toBe(1);
    expect(factor(N + 5)).toBe(factor(periods((t) => t).findLast((t) => t < N && !promoted(t))!));
  });

  it('a column that never changes, or of which nothing is known, tells nothing', () => {
    const y = periods(usual);
    const nothing = periods(() => Number.NaN);
    expect(layOutKnown({ y, covariates: { a: periods(() => 3), b: nothing } }, 0)).toBeUndefined();
    expect(layOutKnown({ y, covariates: {}, price: periods(() => 9.5) }, 0)).toBeUndefined();
  });

  it('numbers are categories, unless they are many or not whole', () => {
    const y = periods(usual);
    const kinds = (value: (t: number) => number) =>
      layOutKnown({ y, covariates: { a: periods(value) } }, 0)!.columns[0]!.kind;
    expect(kinds((t) => t % 12)).toBe('levels');
    expect(kinds((t) => t % 13)).toBe('measured');
    expect(kinds((t) => (t % 3 === 0 ? t : 0))).toBe('levels');
    expect(kinds((t) => (t % 2) / 2)).toBe('measured');
  });

  it('periods are alike within a twentieth of what is measured, and of no kind where it is not known', () => {
    const a = periods((t) => (t === 5 ? Number.NaN : t / 10));
    const { states } = layOutKnown({ y: periods(usual), covariates: { a } }, 0)!;
    expect(new Set(states).size).toBe(21);
    expect(states[5]).toBe(UNKNOWN_STATE);
    expect(states[N - 1]).toBe(0);
  });
});

it('says what the history tells of them, the largest first', () => {
  const promoted = (t: number) => Number(t % 11 < 3);
  const price = (t: number) => [10, 9][Math.floor(t / 6) % 2]!;
  const y = periods((t) => Math.round(10 * usual(t) * 3 ** promoted(t) * (price(t) / 10) ** -2));
  const told = { covariates: { promotion: periods(promoted) }, price: periods(price) };
  const [outcome] = forecast([{ id: 'a', y, ...told }], { horizon: 7, frequency: 'D' });
  if (!outcome?.ok) throw new Error('refused');
  const [first, second] = outcome.choice.effects!;
  expect(first).toMatchObject({ column: 'promotion', from: 0, to: 1 });
  expect(first!.factor).toBeGreaterThan(2.8);
  expect(first!.factor).toBeLessThan(3);
  expect(second!.column).toBe('price');
  expect(second!.from).toBeCloseTo(9, 9);
  expect(second!.to).toBeCloseTo(10, 9);
  expect(second!.factor).toBeCloseTo(0.81, 1);
  expect(outcome.reason).toMatch(
    /As the history has it, promotion multiplies demand by [\d.]+, price from 9 to 10 by 0\.[\d]+\./,
  );
});

describe('shut periods', () => {
  const shut = (t: number) => Number(t % 23 === 9);
  const sold = (t: number) => (shut(t) ? 0 : Math.round(usual(t)));
  const open = (t: number) => 1 - shut(t);

  it('are those under whose flag nothing ever sold', () => {
    const closed = closedPeriods(
      Float64Array.from(periods(sold)),
      layOutKnown({ y: periods(sold), covariates: { open: periods(open, N + 28) } }, 0)!,
    )!;
    expect([...closed]).toEqual(periods(shut, N + 28));
  });

  it('are none where slow demand has no sale by chance, or one was sold', () => {
    const slow = periods((t) => Number(t % 5 === 1));
    const promotion = periods((t) => Number(t % 70 === 3 || t % 70 === 4));
    const of = (y: number[], flag: number[]) =>
      closedPeriods(Float64Array.from(y), layOutKnown({ y, covariates: { flag } }, 0)!);
    expect(of(slow, promotion)).toBeUndefined();
    expect(
      of(
        periods((t) => (t === 9 ? 1 : sold(t))),
        periods(open),
      ),
    ).toBeUndefined();
    expect(
      of(
        periods(() => 0),
        periods(open),
      ),
    ).toBeUndefined();
  });

  it('are not learned from, but a day of the week that is always shut is a season', () => {
    const sundays = (t: number) => Number(shut(t) || t % 7 === 6);
    const y = periods((t) => (sundays(t) ? 0 : sold(t)));
    const told = { id: 'a', y, covariates: { open: periods((t) => 1 - sundays(t)) } };
    const seen = [...openSeries(told, 7).y];
    expect(seen).toEqual(y.map((units, t) => (sundays(t) && t % 7 !== 6 ? Number.NaN : units)));
    expect(openSeries({ id: 'a', y }, 7).y).toBe(y);
    const none = new Uint8Array(N);
    expect([...withoutClosed(Float64Array.from(y), none, 7)]).toEqual(y);
  });

  it('expect nothing, and leave the forecast of all other periods what it is without them', () => {
    const options = { horizon: 28, frequency: 'D', levels: [0.1, 0.5, 0.9] } as const;
    const covariates = { open: periods(open, N + 28) };
    const [told] = forecast([{ id: 'a', y: periods(sold), covariates }], options);
    const unseen = periods((t) => (shut(t) ? Number.NaN : sold(t)));
    const [wanted] = forecast([{ id: 'a', y: unseen }], options);
    if (!told?.ok || !wanted?.ok) throw new Error('refused');
    const days = Array.from({ length: 28 }, (_, k) => k);
    for (const k of days) {
      const here = shut(N + k) ? 0 : 1;
      expect(told.mean[k]).toBe(here * wanted.mean[k]!);
      told.quantiles.forEach((q, l) => {
        expect(q[k]).toBe(here * wanted.quantiles[l]![k]!);
      });
    }
    expect(told.predictive.sum(0, 28).mean).toBeLessThan(wanted.predictive.sum(0, 28).mean);
    const closures = days.filter((k) => shut(N + k)).length;
    expect(told.reason).toContain(`Nothing is expected in ${closures} period`);
    expect(wanted.reason).not.toContain('Nothing is expected');
  });
});
