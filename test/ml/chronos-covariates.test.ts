import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSeriesFile } from '../../src/cli/series-file.ts';
import { namedColumns } from '../../src/cli/series-rows.ts';
import { askAtOrigins } from '../../src/ml/chronos/ask-at-origins.ts';
import { openInstalled } from '../../src/ml/chronos/open-installed.ts';
import { cacheWithRuntime, checkpoint, installNano } from '../support/chronos.ts';
import { runParstock } from '../support/command-line.ts';

/** Made by src/ml/reference/make-run-cases.py. */
interface RunCases {
  readonly horizon: number;
  readonly levels: readonly number[];
  readonly series: readonly {
    readonly id: string;
    readonly store: string;
    readonly y: readonly number[];
    readonly promotion: readonly number[];
    readonly holiday: readonly number[];
  }[];
  readonly answers: readonly {
    readonly id: string;
    readonly grouped: boolean;
    readonly known: number;
    /** Period by period, level by level. */
    readonly quantiles: readonly (readonly number[])[];
  }[];
}

const cases = JSON.parse(
  readFileSync(join(checkpoint('chronos-2'), 'run-cases.json'), 'utf8'),
) as RunCases;
const words = {
  idColumn: 'unique_id',
  timeColumn: 'ds',
  valueColumn: 'y',
  covariates: ['promotion', 'holiday'],
};

let cacheDir: string;
let model: string;
let bolt: string;
let file: string;
beforeAll(async () => {
  cacheDir = await cacheWithRuntime();
  model = await installNano(cacheDir, 'chronos-2');
  bolt = await installNano(cacheDir);
  file = join(cacheDir, 'sales.csv');
  writeFileSync(file, asFile(cases));
});
afterAll(() => rmSync(cacheDir, { recursive: true }));

/** All series end on one day; rows without demand after it say what is planned. */
function asFile({ series, horizon }: RunCases): string {
  const longest = Math.max(...series.map(({ y }) => y.length));
  const rows = series.flatMap(({ id, store, y, promotion, holiday }) =>
    Array.from({ length: y.length + horizon }, (_, t) => {
      const day = new Date(Date.UTC(2025, 0, 1 + longest - y.length + t)).toISOString();
      return [id, day.slice(0, 10), y[t] ?? '', promotion[t], holiday[t], store].join();
    }),
  );
  return `unique_id,ds,y,promotion,holiday,store\n${rows.join('\n')}\n`;
}

test.each([
  ['each series alone', false],
  ['the series of a store together', true],
])('at every origin Chronos-2 says what the reference says, %s', async (_, grouped) => {
  const columns = namedColumns({ ...words, ...(grouped && { groupColumn: 'store' }) });
  const { series } = await readSeriesFile(file, { columns });
  const chronos = (await openInstalled({ cacheDir, model, threads: 2 }))!;
  const { horizon, levels } = cases;
  const said = await askAtOrigins(
    // The reference was asked at three levels.
    { ...chronos, levels },
    { named: { method: 'm', title: 'M' }, series, options: { horizon, frequency: 'D' } },
  );
  await chronos.close();
  const wanted = cases.answers.filter((answer) => answer.grouped === grouped);
  expect(said.flatMap((one) => one.said)).toHaveLength(wanted.length);
  for (const { id, known, quantiles } of wanted) {
    const own = said[series.findIndex((one) => one.id === id)]!;
    const found = own.said.find((one) => one.known === known)!.quantiles;
    const largest = Math.max(...quantiles.flat().map(Math.abs));
    for (const [period, row] of quantiles.entries())
      for (const [level, value] of row.entries())
        expect(Math.abs(found[level * horizon + period]! - value)).toBeLessThanOrEqual(
          1e-4 * Math.abs(value) + 1e-6 * largest,
        );
  }
});

interface Printed {
  readonly series: readonly { readonly method: string; readonly forecast: unknown }[];
}

async function run(...all: string[]) {
  return runParstock(all, { env: { PARSTOCK_CACHE_DIR: cacheDir } });
}

async function forecast(...more: string[]): Promise<Printed> {
  const asked = ['--horizon', '14', '--method', model, '--json', ...more];
  const { code, stdout, stderr } = await run('forecast', file, ...asked);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Printed;
}

test('on the command line, what is planned and what is beside a series change its forecast', async () => {
  // Columns of planned days are needed in each: without them the rows ahead are history.
  const promotion = await forecast('--covariates', 'promotion');
  const both = await forecast('--covariates', 'promotion,holiday');
  const together = await forecast('--covariates', 'promotion', '--group-column', 'store');
  for (const [i, one] of promotion.series.entries()) {
    expect(one.method).toBe('chronos-2-nano');
    expect(both.series[i]).not.toEqual(one);
    expect(together.series[i]).not.toEqual(one);
  }
});

test('a backtest scores the model, alone and as a candidate, where each window stood', async () => {
  const all = ['--horizon', '14', '--windows', '2', '--methods', 'auto,seasonal-naive', '--json'];
  const asked = ['backtest', file, ...all, '--model', model];
  const flagged = await run(...asked, '--covariates', 'promotion,holiday');
  expect(flagged).toMatchObject({ code: 0, stderr: '' });
  const scores = JSON.parse(flagged.stdout).methods as { method: string; mase: number }[];
  const masesOf = (rows: typeof scores, name: string) =>
    rows.find(({ method }) => method === name)!.mase;
  expect(scores.map(({ method }) => method).sort()).toEqual([
    'auto',
    'chronos-2-nano',
    'seasonal-naive',
  ]);
  // Random weights: a score of its own, that no stand-in would have.
  expect(masesOf(scores, 'chronos-2-nano')).toBeGreaterThan(0);
  expect(masesOf(scores, 'chronos-2-nano')).not.toBe(masesOf(scores, 'seasonal-naive'));
  const grouped = await run(
    ...asked,
    ...['--covariates', 'promotion,holiday', '--group-column', 'store'],
  );
  const together = JSON.parse(grouped.stdout).methods as typeof scores;
  expect(masesOf(together, 'chronos-2-nano')).not.toBe(masesOf(scores, 'chronos-2-nano'));
  expect(masesOf(together, 'seasonal-naive')).toBe(masesOf(scores, 'seasonal-naive'));
});

test('a series too short for a backtest is forecast by the model that was asked for', async () => {
  const short = join(cacheDir, 'short.csv');
  writeFileSync(short, 'unique_id,ds,y\na,2025-01-01,4\na,2025-01-02,6\n');
  const { code, stdout } = await run('forecast', short, '--horizon', '3', '--method', bolt);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^a,2025-01-03,chronos-bolt-nano,/m);
});

test('groups that would be passed over in silence are refused', async () => {
  const groups = ['--horizon', '3', '--group-column', 'store'];
  expect(await run('forecast', file, ...groups)).toMatchObject({ code: 2 });
  const withBolt = await run('forecast', file, ...groups, '--model', bolt);
  expect(withBolt).toMatchObject({ code: 2 });
  expect(withBolt.stderr).toMatch(/Chronos-2/);
  const odd = join(cacheDir, 'odd.csv');
  writeFileSync(odd, 'unique_id,ds,y,store\na,2025-01-01,4,n\na,2025-01-02,6,s\n');
  const two = await run('forecast', odd, ...groups, '--model', model);
  expect(two.stderr).toMatch(/line 3, column store/);
});
