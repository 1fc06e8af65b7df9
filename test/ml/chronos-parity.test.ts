import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Chronos, openChronos, type SeriesGroup } from '../../src/ml/chronos/open-chronos.ts';
import { checkpoint, installedRuntime } from '../support/chronos.ts';

/** A number, or null where nothing was observed. */
type Row = readonly (number | null)[];

interface BoltCase {
  readonly name: string;
  readonly context: Row;
  readonly horizon: number;
  readonly levels: readonly number[];
  /** Period by period, level by level. */
  readonly quantiles: readonly (readonly number[])[];
}

interface GroupCase extends Omit<BoltCase, 'context' | 'quantiles'> {
  readonly targets: readonly Row[];
  readonly pastCovariates: Readonly<Record<string, Row>>;
  readonly futureCovariates: Readonly<Record<string, Row>>;
  readonly quantiles: readonly BoltCase['quantiles'][];
}

const graphs = mkdtempSync(join(tmpdir(), 'chronos-graphs-'));
afterAll(() => rmSync(graphs, { recursive: true }));

function readCases<Case>(name: Parameters<typeof checkpoint>[0]): Case[] {
  return JSON.parse(readFileSync(join(checkpoint(name), 'cases.json'), 'utf8')) as Case[];
}

async function open(name: Parameters<typeof checkpoint>[0]): Promise<Chronos> {
  return openChronos({
    runtimeFolder: await installedRuntime(),
    modelFolder: checkpoint(name),
    graphFolder: join(graphs, name),
    threads: 2,
  });
}

function numbers(row: Row): number[] {
  return row.map((value) => value ?? Number.NaN);
}

/** Relative 1e-4; where quantiles of both signs meet near zero, 1e-6 of the largest one. */
function expectEqual(found: Float64Array, wanted: BoltCase['quantiles']): void {
  const horizon = wanted.length;
  const largest = Math.max(...wanted.flat().map(Math.abs));
  const wrong = wanted.flatMap((row, period) =>
    row.flatMap((value, level) => {
      const ours = found[level * horizon + period]!;
      const near = Math.abs(ours - value) <= 1e-4 * Math.abs(value) + 1e-6 * largest;
      return near ? [] : [{ period, level, ours, value }];
    }),
  );
  expect(found).toHaveLength(horizon * wanted[0]!.length);
  expect(wrong).toEqual([]);
}

describe.each(['bolt', 'bolt-half'] as const)('%s answers as the reference does', (name) => {
  const cases = readCases<BoltCase>(name);
  let chronos: Chronos;
  beforeAll(async () => {
    chronos = await open(name);
  });
  afterAll(() => chronos.close());

  test.each(cases)('$name', async ({ context, horizon, levels, quantiles }) => {
    const [found] = await chronos.forecast([numbers(context)], { horizon, levels });
    expectEqual(found!, quantiles);
  });

  test('all at once, whatever is in a batch beside a series', async () => {
    const alike = cases.filter(({ horizon }) => horizon === 24);
    const series = alike.map(({ context }) => numbers(context));
    const { horizon, levels } = alike[0]!;
    // Enough copies that a batch is full and tasks go to both threads.
    const many = Array.from({ length: 20 }, () => series).flat();
    const found = await chronos.forecast(many, { horizon, levels });
    for (const [i, one] of found.entries()) expectEqual(one, alike[i % alike.length]!.quantiles);
  });
});

describe('chronos-2 answers as the reference does', () => {
  const cases = readCases<GroupCase>('chronos-2');
  let chronos: Chronos;
  beforeAll(async () => {
    chronos = await open('chronos-2');
  });
  afterAll(() => chronos.close());

  const groupOf = ({ targets, pastCovariates, futureCovariates }: GroupCase): SeriesGroup => ({
    targets: targets.map(numbers),
    pastCovariates: Object.entries(pastCovariates)
      .filter(([covariate]) => !(covariate in futureCovariates))
      .map(([, row]) => numbers(row)),
    futureCovariates: Object.entries(futureCovariates).map(([covariate, row]) => ({
      past: numbers(pastCovariates[covariate]!),
      future: numbers(row),
    })),
  });

  test.each(cases)('$name', async (one) => {
    const [found] = await chronos.forecastGroups([groupOf(one)], one);
    for (const [target, wanted] of one.quantiles.entries()) expectEqual(found![target]!, wanted);
  });

  test('groups of several sizes and lengths at once', async () => {
    const alike = cases.filter(({ levels }) => levels.join() === '0.1,0.5,0.9');
    for (const horizon of new Set(alike.map((one) => one.horizon))) {
      const chosen = alike.filter((one) => one.horizon === horizon);
      const found = await chronos.forecastGroups([...chosen, ...chosen].map(groupOf), chosen[0]!);
      for (const [i, targets] of found.entries())
        for (const [target, wanted] of chosen[i % chosen.length]!.quantiles.entries())
          expectEqual(targets[target]!, wanted);
    }
  });
});
