import { expect, test } from 'vitest';
import { repositoryFile, runParstock } from '../../test/support/command-line.ts';

const pasta = repositoryFile('examples/pasta.csv');

interface Printed {
  readonly series: number;
  readonly methods: { method: string; mase: number; rmsse: number; wql: number; sql: number }[];
}

async function backtest(words: string[], input = ''): Promise<Printed> {
  const { code, stdout } = await runParstock(['backtest', ...words, '--json'], input);
  expect(code).toBe(0);
  return JSON.parse(stdout) as Printed;
}

test('scores seasonal naive as the definitions say', async () => {
  // Weeks 1–2 at the base, 3–4 two above: seasonal error (0·7 + 2·7 + 0·7) / 21. The fifth week is one more.
  const week = [5, 6, 7, 8, 9, 20, 30];
  const demand = [0, 0, 2, 2, 3].flatMap((more) => week.map((value) => value + more));
  const date = (i: number) => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
  const rows = demand.map((value, i) => `a,${date(i)},${value}\n`).join('');
  const words = ['-', '--horizon', '7', '--windows', '1', '--methods', 'seasonal-naive'];
  const { methods } = await backtest(words, `unique_id,ds,y\n${rows}`);
  const known = demand.slice(0, 28);
  const steps = known.slice(1).map((value, i) => (value - known[i]!) ** 2);
  const scale = Math.sqrt(steps.reduce((sum, value) => sum + value, 0) / steps.length);
  expect(methods[0]!.mase).toBeCloseTo(1.5, 10);
  expect(methods[0]!.rmsse).toBeCloseTo(1 / scale, 10);
});

test('compares all methods and auto on a real file, and the same with any number of threads', async () => {
  const words = [pasta, '--horizon', '28', '--windows', '2'];
  const withoutSeconds = ({ methods }: Printed) =>
    methods.map(({ method, mase, rmsse, wql, sql }) => ({ method, mase, rmsse, wql, sql }));
  const one = await backtest([...words, '--workers', '1']);
  const two = await backtest([...words, '--workers', '2']);
  expect(one.series).toBe(6);
  expect(withoutSeconds(two)).toEqual(withoutSeconds(one));
  const score = (name: string) => one.methods.find(({ method }) => method === name)!;
  expect(score('auto').sql).toBeLessThan(score('seasonal-naive').sql);
  for (const { mase, rmsse, wql, sql } of one.methods)
    for (const value of [mase, rmsse, wql, sql]) expect(value).toBeGreaterThan(0);
});

test('prints a table, best first', async () => {
  const methods = 'naive,historic-average,seasonal-naive';
  const words = ['backtest', pasta, '--horizon', '7', '--windows', '1', '--methods', methods];
  const { stdout } = await runParstock(words);
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toBe('6 series, daily, season 7, horizon 7, windows 1');
  expect(lines[2]).toMatch(/^method +MASE +RMSSE +WQL +SQL +seconds$/);
  const sql = lines.slice(3).map((line) => Number(line.split(/\s+/)[4]));
  expect(sql).toHaveLength(3);
  expect(sql).toEqual([...sql].sort((a, b) => a - b));
});

test('leaves out a series that is too short for its windows, and refuses when none is left', async () => {
  const short = 'unique_id,ds,y\na,2024-01-01,1\na,2024-01-02,2\na,2024-01-03,1\n';
  const words = ['backtest', '-', '--horizon', '7', '--windows', '3'];
  const { code, stdout, stderr } = await runParstock(words, short);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/a left out: There are too few sales .* \(too_short,/);
  expect(stderr).toContain('nothing_forecast');
});

test('does not understand an unknown method', async () => {
  const words = ['backtest', pasta, '--horizon', '7', '--methods', 'naive,oracle'];
  const { code, stderr } = await runParstock(words);
  expect(code).toBe(2);
  expect(stderr).toMatch(/wanted {2}auto, naive/);
});
