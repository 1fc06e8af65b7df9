import { expect, test } from 'vitest';
import { type ForecastOptions, type PanelSeries, seededRandom, TREES } from '../forecast/index.ts';
import { runOnAllCores } from './engine-pool.ts';
import { type EngineTask, type TaskRow, treeOptions } from './engine-tasks.ts';
import { fitTrees } from './fit-trees.ts';
import type { Terminal } from './terminal.ts';

const DAYS = 200;
const OPTIONS: ForecastOptions = {
  horizon: 7,
  frequency: 'D',
  season: 7,
  external: [TREES],
  seed: 3,
};
const WINDOWS = 2;
const terminal = { interactive: false, onEnd: () => () => undefined } as unknown as Terminal;

/** Enough for several chunks; with prices, promotions and categories, which all have to reach the threads. */
const SERIES = Array.from({ length: 26 }, (_, item): PanelSeries => {
  const random = seededRandom(`item ${item}`, 1);
  const promotion = Float64Array.from({ length: DAYS + 7 }, (_, t) => Number((t + item) % 19 < 3));
  const y = Float64Array.from({ length: DAYS }, (_, t) =>
    Math.round((item + 3) * (1 + promotion[t]!) * (1 + ((t * 3) % 7) / 4 + random.uniform())),
  );
  const price = promotion.map((on) => 4 - on);
  const category = `category ${item % 3}`;
  return { id: `item ${item}`, y, start: 0, price, category, covariates: { promotion } };
});

async function rowsOn(workers: number, task: EngineTask): Promise<TaskRow[]> {
  const rows: TaskRow[] = [];
  for await (const chunk of runOnAllCores(task, SERIES, { workers })) rows.push(...chunk);
  return rows;
}

test('asks trees to the same bits in this thread and on others', async () => {
  const options = { ...OPTIONS, method: TREES };
  const fits = await Promise.all(
    [1, 2].map((workers) => fitTrees(SERIES, treeOptions({ options }), { workers, terminal })),
  );
  expect(fits[1]).toEqual(fits[0]);
  const { trees } = fits[0]!;
  expect(trees!.heads.length).toBe(2);
  const [here, there] = await Promise.all(
    [1, 3].map((workers) => rowsOn(workers, { kind: 'forecast', options, trees })),
  );
  expect(here!.map((row) => row.ok && 'method' in row && row.method)).toEqual(
    SERIES.map(() => TREES),
  );
  expect(there).toEqual(here);
});

test('asks trees at the origins of a backtest, on any number of threads', async () => {
  const asked = treeOptions({ options: OPTIONS, windows: WINDOWS });
  const { trees } = await fitTrees(SERIES, asked, { workers: 1, terminal });
  const methods = [TREES, 'seasonal-naive'];
  const task = { kind: 'backtest', options: OPTIONS, windows: WINDOWS, methods, trees } as const;
  const scores = async (workers: number) =>
    (await rowsOn(workers, task)).map((row) =>
      'methods' in row ? row.methods.map(({ mase, wql }) => ({ mase, wql })) : [],
    );
  const here = await scores(1);
  expect(here.flat().length).toBe(2 * SERIES.length);
  expect(here.flat().every(({ mase }) => Number.isFinite(mase))).toBe(true);
  expect(await scores(2)).toEqual(here);
});
