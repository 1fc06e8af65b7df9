import { expect, test } from 'vitest';
import { runParstock } from '../../test/support/command-line.ts';

const WEEK = [30, 20, 18, 19, 25, 40, 52];
/** Long enough that `auto` leaves out the models that take their time. */
const DAYS = 520;
const AHEAD = 7;
const date = (i: number) => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
/** Half price for three days, every third week; it doubles what is sold. */
const price = (item: number, i: number) => ((i + item) % 21 < 3 ? 2 : 4);
const sold = (item: number, i: number) =>
  (1 + item / 4) * WEEK[i % 7]! * (price(item, i) === 2 ? 2 : 1) + (((i + item) * 7919) % 5);

/** Sales of some items, with prices that are known for the days to come. */
function shop(items: number): string {
  const rows = Array.from({ length: items }, (_, item) =>
    Array.from({ length: DAYS + AHEAD }, (_, i) => {
      const units = i < DAYS ? sold(item, i) : '';
      return `item ${item},${date(i)},${units},${price(item, i)},group ${item % 2}\n`;
    }).join(''),
  );
  return `unique_id,ds,y,price,group\n${rows.join('')}`;
}

const COLUMNS = ['--price-column', 'price', '--category-column', 'group'];
const HORIZON = ['--horizon', String(AHEAD)];

async function json(verb: string, words: string[], text: string) {
  const run = await runParstock([verb, '-', ...HORIZON, '--json', ...words], text);
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(run.stdout);
}

test('forecasts with trees over all series, and says what they rest on', async () => {
  const file = shop(9);
  const told = await json('forecast', [...COLUMNS, '--method', 'trees', '--workers', '2'], file);
  expect(told.series.map((one: { method: string }) => one.method)).toEqual(
    new Array(9).fill('trees'),
  );
  let error = 0;
  let demand = 0;
  told.series.forEach((one: { mean: number[] }, item: number) => {
    one.mean.forEach((value, k) => {
      error += Math.abs(value - sold(item, DAYS + k));
      demand += sold(item, DAYS + k);
    });
  });
  expect(error / demand).toBeLessThan(0.15);
  const features = told.trees.importance.map((one: { feature: string }) => one.feature);
  expect(features.some((name: string) => name.startsWith('price'))).toBe(true);
  expect(await json('forecast', [...COLUMNS, '--method', 'trees', '--workers', '1'], file)).toEqual(
    told,
  );
});

test('lets trees join the candidates of auto, unless they are not wanted', async () => {
  const file = shop(9);
  const scored = (one: { scores: { method: string }[] }) =>
    one.scores.some(({ method }) => method === 'trees');
  const joined = await json('forecast', COLUMNS, file);
  expect(joined.series.every(scored)).toBe(true);
  const without = await json('forecast', [...COLUMNS, '--no-trees'], file);
  expect(without.series.some(scored)).toBe(false);
  const few = await json('forecast', [], shop(2));
  expect(few.trees.unavailable).toMatch(/only 2 of 2 series .* 8 are needed/);
});

test('backtests trees beside the others', async () => {
  const words = ['--windows', '2', '--methods', 'auto,trees,seasonal-naive', ...COLUMNS];
  const { methods } = await json('backtest', words, shop(9));
  const mase = (name: string) =>
    methods.find((one: { method: string }) => one.method === name).mase as number;
  expect(mase('trees')).toBeLessThan(0.6 * mase('seasonal-naive'));
  expect(mase('auto')).toBeLessThan(1.1 * mase('trees'));
});

test('has trees reach a horizon one period after the other where that is asked for', async () => {
  const file = shop(9);
  const words = [...COLUMNS, '--method', 'trees', '--tree-horizons'];
  const told = await json('forecast', [...words, 'recursive', '--workers', '2'], file);
  expect(await json('forecast', [...words, 'recursive', '--workers', '1'], file)).toEqual(told);
  expect(await json('forecast', [...words, 'direct'], file)).not.toEqual(told);
});

test.each(['forecast', 'backtest'])('refuses a way of trees that %s has not', async (verb) => {
  const words = [...HORIZON, '--tree-horizons', 'both'];
  const { code, stdout, stderr } = await runParstock([verb, '-', ...words], shop(1));
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/--tree-horizons[\s\S]*both[\s\S]*one of direct, recursive/);
});

test('says what trees lack where they are asked for by name', async () => {
  for (const verb of ['forecast --method', 'backtest --methods']) {
    const words = [...verb.split(' '), 'trees'];
    const [name, ...more] = words as [string, ...string[]];
    const { code, stderr } = await runParstock([name, '-', ...HORIZON, ...more], shop(2));
    expect(code).toBe(2);
    expect(stderr).toMatch(/only 2 of 2 series have history/);
  }
});

test.each([
  ['price', '0', /column price[\s\S]*a price above 0/],
  ['group', '', null],
])('reads column %s with %o', async (column, cell, refusal) => {
  const [head, first, ...rest] = shop(1).split('\n');
  const at = head!.split(',').indexOf(column);
  const cells = first!.split(',');
  cells[at] = cell;
  const file = [head, cells.join(','), ...rest].join('\n');
  const { code, stderr } = await runParstock(['forecast', '-', ...HORIZON, ...COLUMNS], file);
  if (refusal === null) expect(code).toBe(0);
  else expect(stderr).toMatch(refusal);
});
