import { expect, test } from 'vitest';
import { askAtOrigins, type GroupedSeries } from './ask-at-origins.ts';
import type { Chronos, SeriesGroup } from './open-chronos.ts';

const HORIZON = 7;
const named = { method: 'm', title: 'M' };
const options = { horizon: HORIZON, frequency: 'D' } as const;

/** Writes down what it is shown; what it answers is of no matter here. */
function listening(family: Chronos['family']) {
  const shown: SeriesGroup[] = [];
  const chronos: Chronos = {
    family,
    levels: [0.5],
    contextLength: 1000,
    forecast: () => Promise.reject(new Error('groups are asked')),
    forecastGroups: async (groups) => {
      shown.push(...groups);
      return groups.map(({ targets }) =>
        targets.map((y) => new Float64Array(HORIZON).fill(y[y.length - 1]!)),
      );
    },
    close: async () => undefined,
  };
  return { chronos, shown };
}

const count = (length: number, from = 1) => Float64Array.from({ length }, (_, t) => from + t);
const flags = (length: number) => Float64Array.from({ length }, (_, t) => Number(t % 5 === 0));
const rowsOf = ({ targets, futureCovariates = [] }: SeriesGroup) =>
  targets.length + futureCovariates.length;

test('nothing that comes after an origin is shown there, but what is known in advance', async () => {
  const { chronos, shown } = listening('chronos-2');
  const covariates = { promotion: flags(60 + HORIZON) };
  const series: GroupedSeries[] = [{ id: 'a', y: count(60), covariates }];
  const [said] = await askAtOrigins(chronos, { named, series, options });
  expect(shown.map(({ targets }) => targets[0]!.length)).toEqual([39, 46, 53, 60]);
  for (const [i, { targets, futureCovariates }] of shown.entries()) {
    const known = targets[0]!.length;
    expect(targets[0]).toEqual(count(known));
    expect(futureCovariates![0]!.past).toEqual(flags(60).subarray(0, known));
    expect(futureCovariates![0]!.future).toEqual(flags(100).subarray(known, known + HORIZON));
    expect(said!.said[i]).toMatchObject({ known, horizon: HORIZON });
    // Each answer comes to the series and origin that it is of.
    expect(said!.said[i]!.quantiles[0]).toBe(known);
  }
});

test('a period that no flag is given for is a usual one', async () => {
  const { chronos, shown } = listening('chronos-2');
  const covariates = { promotion: Float64Array.of(1, 1, 1) };
  await askAtOrigins(chronos, { named, series: [{ id: 'a', y: count(60), covariates }], options });
  const { past, future } = shown.at(-1)!.futureCovariates![0]!;
  expect([...Array.from(past)].reduce((sum, flag) => sum + flag, 0)).toBe(3);
  expect([...Array.from(future)]).toEqual(new Array(HORIZON).fill(0));
});

test('a large group is shown in parts, so that memory is bounded', async () => {
  const { chronos, shown } = listening('chronos-2');
  const series: GroupedSeries[] = Array.from({ length: 100 }, (_, i) => ({
    id: `${i}`,
    group: 'all',
    y: count(60, 1000 * i),
    covariates: { own: flags(60).map((flag) => flag * i) },
  }));
  const said = await askAtOrigins(chronos, { named, series, options });
  expect(Math.max(...shown.map(rowsOf))).toBeLessThanOrEqual(24);
  for (const [i, one] of said.entries())
    expect(one.said.map(({ quantiles }) => quantiles[0]! - 1000 * i)).toEqual([38, 45, 52, 59]);
});

test('what series of a group share is shown once, and later ones begin with gaps', async () => {
  const { chronos, shown } = listening('chronos-2');
  const holiday = flags(60 + HORIZON);
  const series: GroupedSeries[] = [
    { id: 'a', group: 'g', y: count(60), covariates: { holiday } },
    { id: 'b', group: 'g', y: count(60, 500), covariates: { holiday } },
    { id: 'c', group: 'g', y: count(50) },
    { id: 'd', y: count(60) },
  ];
  await askAtOrigins(chronos, { named, series, options });
  const whole = shown.find(({ targets }) => targets.length === 3 && targets[0]!.length === 60)!;
  expect(whole.futureCovariates).toHaveLength(1);
  expect([...Array.from(whole.targets[2]!)].slice(0, 11)).toEqual([
    ...new Array(10).fill(Number.NaN),
    1,
  ]);
  expect(shown.some(({ targets }) => targets.length === 1)).toBe(true);
});

test('Chronos-Bolt is shown each series alone', async () => {
  const { chronos, shown } = listening('chronos-bolt');
  const covariates = { promotion: flags(60) };
  const series = ['a', 'b'].map((id) => ({ id, group: 'g', y: count(60), covariates }));
  await askAtOrigins(chronos, { named, series, options });
  expect(shown.every((group) => rowsOf(group) === 1)).toBe(true);
});
