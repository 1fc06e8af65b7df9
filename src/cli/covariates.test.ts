import { expect, test } from 'vitest';
import { runParstock } from '../../test/support/command-line.ts';

const WEEK = [30, 20, 18, 19, 25, 40, 52];
const DAYS = 300;
const AHEAD = 14;
const date = (i: number) => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
/** Every ninth and every thirteenth day: neither is one of the week. */
const promoted = (i: number) => i % 9 === 4 || i % 13 === 7;
const sold = (i: number) => WEEK[i % 7]! * (promoted(i) ? 3 : 1) + ((i * 7919) % 3);

/** Sales with a flag, and days to come that say what is planned. */
function planned(cell: (i: number) => string = (i) => (promoted(i) ? 'yes' : '')): string {
  const units = (i: number) => (i < DAYS ? sold(i) : '');
  const row = (_: unknown, i: number) => `a,${date(i)},${units(i)},${cell(i)}\n`;
  return `unique_id,ds,y,promotion\n${Array.from({ length: DAYS + AHEAD }, row).join('')}`;
}

async function means(words: string[], text: string): Promise<number[]> {
  const all = ['forecast', '-', '--horizon', String(AHEAD), ...words];
  const { code, stdout, stderr } = await runParstock(all, text);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const rows = stdout.trimEnd().split('\n').slice(1);
  expect(rows[0]).toContain(`a,${date(DAYS)},`);
  return rows.map((row) => Number(row.split(',')[3]));
}

test('lifts the days of a planned promotion, also in threads, and no others', async () => {
  const told = await means(['--covariates', 'promotion'], planned());
  for (let k = 0; k < AHEAD; k++)
    expect(Math.abs(told[k]! / sold(DAYS + k) - 1), `day ${k}`).toBeLessThan(0.25);
  const ones = planned((i) => (promoted(i) ? '1' : '0'));
  expect(await means(['--covariates', 'promotion', '--workers', '2'], ones)).toEqual(told);
});

test('takes a promotion that nobody planned for an ordinary day', async () => {
  const history = planned((i) => (i < DAYS && promoted(i) ? '1' : ''));
  const told = await means(['--covariates', 'promotion'], history);
  for (let k = 0; k < AHEAD; k++) expect(told[k]!).toBeLessThan(WEEK[(DAYS + k) % 7]! * 1.3 + 3);
});

test('backtests with what was planned at each origin', async () => {
  const words = ['backtest', '-', '--horizon', '14', '--windows', '2', '--methods', 'auto'];
  const mase = async (more: string[]) => {
    const { stdout } = await runParstock([...words, ...more, '--json'], planned());
    return JSON.parse(stdout).methods[0].mase as number;
  };
  expect(await mase(['--covariates', 'promotion'])).toBeLessThan(0.5 * (await mase([])));
});

test('follows a price and a discount in per cent, by either option', async () => {
  const price = (i: number) => [10, 9, 10, 8, 10, 7, 10, 10][Math.floor((i * 7919) / 31) % 8]!;
  const units = (i: number) => Math.round(WEEK[i % 7]! * (price(i) / 10) ** -2);
  const rows = (cell: (i: number) => string, length = DAYS + AHEAD) => {
    const row = (_: unknown, i: number) => `a,${date(i)},${i < DAYS ? units(i) : ''},${cell(i)}\n`;
    return `unique_id,ds,y,told\n${Array.from({ length }, row).join('')}`;
  };
  const missed = (means: number[]) =>
    means.reduce((sum, mean, k) => sum + Math.abs(mean - units(DAYS + k)), 0) / AHEAD;
  const hidden = missed(await means([], rows(String, DAYS)));
  for (const [words, cell] of [
    [['--price-column', 'told'], (i: number) => (price(i) + 0.99).toFixed(2)],
    [['--covariates', 'told'], (i: number) => String(10 * (10 - price(i)))],
    [['--covariates', 'told'], (i: number) => (price(i) < 10 ? String(1 - price(i) / 10) : '')],
  ] as const)
    expect(missed(await means([...words], rows(cell))), words.join()).toBeLessThan(0.4 * hidden);
});

test('expects nothing of a day that is known to be shut, and as much as ever of the next', async () => {
  const shut = (i: number) => i % 41 === 7 || i === DAYS + 3;
  const row = (_: unknown, i: number) =>
    `a,${date(i)},${i >= DAYS ? '' : shut(i) ? 0 : sold(i)},${shut(i) ? 'no' : 'yes'}\n`;
  const text = `unique_id,ds,y,open\n${Array.from({ length: DAYS + AHEAD }, row).join('')}`;
  const told = await means(['--covariates', 'open'], text);
  expect(told[3]).toBe(0);
  for (const k of [0, 1, 2, 4, 5, 6]) expect(told[k]!).toBeGreaterThan(WEEK[(DAYS + k) % 7]!);
});

test('does not take a sold-out day for a day without demand', async () => {
  const gone = (i: number) => i % 5 === 2;
  const row = (_: unknown, i: number) =>
    `a,${date(i)},${gone(i) ? 0 : 40},${gone(i) ? 'no' : i % 2 ? 'yes' : ''}\n`;
  const text = `unique_id,ds,y,in_stock\n${Array.from({ length: DAYS }, row).join('')}`;
  for (const mean of await means(['--stock-column', 'in_stock'], text)) expect(mean).toBe(40);
  for (const mean of await means([], text)) expect(mean).toBeLessThan(38);
});

const refused: [name: string, words: string[], cell: string, code: string, where: RegExp][] = [
  [
    'a covariate that is a word',
    ['--covariates', 'promotion'],
    'maybe',
    'file_bad_value',
    /line 2/,
  ],
  ['a column that is not there', ['--covariates', 'promo'], '1', 'import_missing_column', /line 1/],
  ['a stock that is a number', ['--stock-column', 'promotion'], '12', 'file_bad_value', /line 2/],
];

test.each(refused)(
  'refuses %s, says where, and exits with 1',
  async (_, words, cell, code, where) => {
    const result = await runParstock(
      ['forecast', '-', '--horizon', '1', ...words],
      planned(() => cell),
    );
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(`(${code})`);
    expect(result.stderr.match(/where {3}(.*)/)?.[1]).toMatch(where);
  },
);

test('does not understand an empty list of covariates, and exits with 2', async () => {
  const result = await runParstock(['forecast', '-', '--horizon', '1', '--covariates', 'a,,b']);
  expect(result.code).toBe(2);
});
