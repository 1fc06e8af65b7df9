import { expect, test } from 'vitest';
import { addDays } from '../format/date.ts';
import { changeProblem, changeWords } from './change-words.ts';
import { reForecast, type WhatIfGround } from './re-forecast.ts';

const WEEK = [30, 20, 18, 19, 25, 40, 52];
const DAYS = 280;
const FIRST = '2026-01-01';
const day = (i: number) => addDays(FIRST, i);
const days = Array.from({ length: DAYS }, (_, i) => i);
const promoted = (i: number) => i % 17 === 5;

const ground: WhatIfGround = {
  sales: {
    dates: days.map(day),
    units: days.map((i) => WEEK[i % 7]! * (promoted(i) ? 3 : 1) + ((i * 7919) % 3)),
    promotion: days.map(promoted),
    inStock: days.map(() => null),
  },
  promotions: [],
  origin: day(DAYS - 1),
  horizonDays: 14,
  methods: ['npts'],
  order: {
    asOf: day(DAYS - 1),
    product: { sku: 'a', unitDecimals: 0 },
    terms: { leadTimeDays: 3, reviewPeriodDays: 4, orderMultiple: 6 },
    stock: { onHand: 60, committed: 0, backorders: 0 },
    openOrders: [],
    policy: { service: { kind: 'cycle', level: 0.95 }, review: 'periodic' },
  },
};

function ask(changes: Parameters<typeof reForecast>[1], given = ground) {
  const answer = reForecast(given, changes);
  if (!answer.ok) throw new Error(answer.code);
  return answer;
}

test('lifts the days of a supposed promotion alone, and orders more', () => {
  const change = { from: day(DAYS + 1), to: day(DAYS + 2), kind: 'promotion' } as const;
  const { unchanged, changed, forms } = ask([change]);
  expect(forms).toEqual(['NPTS']);
  changed.mean.forEach((value, k) => {
    const usual = WEEK[(DAYS + k) % 7]!;
    const wanted = k === 1 || k === 2 ? 3 * usual : usual;
    expect(Math.abs(value / wanted - 1), `day ${k}`).toBeLessThan(0.25);
    if (k !== 1 && k !== 2) expect(value).toBe(unchanged.mean[k]);
  });
  expect(changed.order!.quantity).toBeGreaterThan(unchanged.order!.quantity);
  expect(changed.order!.quantity % 6).toBe(0);
});

test('the later of two changes counts', () => {
  const both = { from: day(DAYS + 1), to: day(DAYS + 2) };
  const taken = ask([
    { ...both, kind: 'promotion' },
    { ...both, kind: 'no-promotion' },
  ]);
  expect(taken.changed).toEqual(taken.unchanged);
});

test('days that are taken as sold out no longer pull the forecast down', () => {
  const empty = days.map((i) => (i >= DAYS - 21 ? 0 : ground.sales.units[i]!));
  const gone: WhatIfGround = { ...ground, sales: { ...ground.sales, units: empty } };
  const change = { from: day(DAYS - 21), to: day(DAYS - 1), kind: 'unobserved' } as const;
  const { unchanged, changed } = ask([change], gone);
  expect(changed.total).toBeGreaterThan(1.3 * unchanged.total);
  const known = days.map((i) => (i >= DAYS - 21 ? false : null));
  const told = { ...gone, sales: { ...gone.sales, inStock: known } };
  expect(ask([change], told).unchanged).toEqual(changed);
});

test('of a combination its best member answers, and sales after the forecast are left out', () => {
  const change = { from: day(3), to: day(4), kind: 'unobserved' } as const;
  const combined = ask([change], {
    ...ground,
    methods: ['combination', 'chronos', 'arima', 'theta'],
  });
  expect(combined.forms[0]).toMatch(/^Theta/);
  const { sales } = ground;
  const later = { ...sales, dates: [...sales.dates, day(DAYS)], units: [...sales.units, 9_999] };
  expect(ask([change], { ...ground, sales: later })).toEqual(ask([change]));
});

test('a forecast that is some days old is planned from the day of the stock on', () => {
  const change = { from: day(3), to: day(3), kind: 'unobserved' } as const;
  const older = ask([change], { ...ground, order: { ...ground.order!, asOf: day(DAYS + 6) } });
  expect(older.unchanged.order).not.toBeNull();
  const over = ask([change], { ...ground, order: { ...ground.order!, asOf: day(DAYS + 60) } });
  expect(over.unchanged.order).not.toBeNull();
  expect(ask([change], { ...ground, order: null }).changed.order).toBeNull();
});

test('says why there is no answer', () => {
  const units = days.map(() => null);
  const blank = { ...ground, sales: { ...ground.sales, units } };
  expect(reForecast(blank, [])).toEqual({ ok: false, code: 'no_observation' });
});

test('names a change, and what is wrong with its days', () => {
  const bounds = { first: day(0), origin: day(10), last: day(20) };
  const change = { from: day(1), to: day(2), kind: 'unobserved' } as const;
  expect(changeProblem(change, bounds)).toBeNull();
  expect(changeProblem({ ...change, to: '' }, bounds)).toMatch(/both days/);
  expect(changeProblem({ ...change, to: day(0) }, bounds)).toMatch(/before it begins/);
  expect(changeProblem({ ...change, to: day(11) }, bounds)).toMatch(/Choose days from/);
  expect(changeProblem({ ...change, to: day(11), kind: 'promotion' }, bounds)).toBeNull();
  expect(changeWords({ ...change, to: day(1) })).toMatch(/: sold out: not observed$/);
});

test('counts with what is planned, and supposes it away', () => {
  const planned = { ...ground, promotions: [{ firstDay: day(DAYS + 1), lastDay: day(DAYS + 2) }] };
  const change = { from: day(DAYS + 2), to: day(DAYS + 2), kind: 'no-promotion' } as const;
  const { unchanged, changed } = ask([change], planned);
  const promoted = (mean: readonly number[]) =>
    mean.flatMap((value, k) => (value > 2 * WEEK[(DAYS + k) % 7]! ? [k] : []));
  expect(promoted(unchanged.mean)).toEqual([1, 2]);
  expect(promoted(changed.mean)).toEqual([1]);
});
