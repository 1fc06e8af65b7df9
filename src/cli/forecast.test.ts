import { execFile, execFileSync } from 'node:child_process';
import {
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  inTemporaryFolder,
  repositoryFile,
  runParstock,
  spawnParstock,
} from '../../test/support/command-line.ts';

const pasta = repositoryFile('examples/pasta.csv');

/** `days` rows of one series from 1 January 2024 on. */
function daily(id: string, values: readonly (number | string)[]): string {
  const date = (i: number) => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
  return values.map((value, i) => `${id},${date(i)},${value}\n`).join('');
}
const HEADER = 'unique_id,ds,y\n';
const thirty = Array.from({ length: 30 }, (_, i) => 10 + (i % 7));

test('forecasts every series of a real file, dated on, with quantiles in order', async () => {
  const { code, stdout, stderr } = await runParstock(['forecast', pasta, '--horizon', '28']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [head, ...rows] = stdout.trimEnd().split('\n');
  expect(head).toBe('unique_id,ds,method,mean,0.1,0.5,0.9');
  expect(rows).toHaveLength(6 * 28);
  expect(rows[0]).toMatch(/^B1-12,2019-01-01,/);
  expect(rows[27]).toMatch(/^B1-12,2019-01-28,/);
  for (const row of rows) {
    const [mean, low, middle, high] = row.split(',').slice(3).map(Number);
    expect(mean).toBeGreaterThanOrEqual(0);
    expect(low).toBeLessThanOrEqual(middle!);
    expect(middle).toBeLessThanOrEqual(high!);
  }
});

test('gives the same bytes from gzip, from a pipe and with any number of threads', async () => {
  await inTemporaryFolder(async (folder) => {
    const zipped = join(folder, 'pasta.csv.gz');
    writeFileSync(zipped, gzipSync(readFileSync(pasta)));
    const plain = await runParstock(['forecast', pasta, '--horizon', '7', '--workers', '1']);
    const packed = await runParstock(['forecast', zipped, '--horizon', '7', '--workers', '3']);
    const piped = await runParstock(['forecast', '-', '--horizon', '7'], readFileSync(zipped));
    expect(packed.stdout).toBe(plain.stdout);
    expect(piped.stdout).toBe(plain.stdout);
  });
});

test('prints JSON with the reason and the scores of every series', async () => {
  const words = ['forecast', pasta, '--horizon', '7', '--json', '--levels', '0.9,0.5'];
  const { code, stdout } = await runParstock(words);
  const result = JSON.parse(stdout);
  expect(code).toBe(0);
  expect(result).toMatchObject({ frequency: 'D', season: 7, horizon: 7, levels: [0.5, 0.9] });
  expect(result.refused).toEqual([]);
  expect(result.series).toHaveLength(6);
  expect(result.series[0].ds[0]).toBe('2019-01-01');
  expect(result.series[0].reason).toMatch(/\.$/);
  expect(result.series[0].scores.length).toBeGreaterThan(1);
});

test('uses other column names, a semicolon and a named method', async () => {
  const text = `Sku;Day;Units\n${daily('a', thirty).replaceAll(',', ';')}`;
  const columns = ['--id-column', 'Sku', '--time-column', 'Day', '--value-column', 'Units'];
  const words = ['forecast', '-', '--horizon', '2', '--method', 'seasonal-naive', ...columns];
  const { stdout } = await runParstock(words, text);
  expect(stdout.split('\n')[1]).toMatch(/^a,2024-01-31,seasonal-naive,12,/);
});

test('learns nothing from the newest period of a file where that is not over yet', async () => {
  const rows = (last: string) => HEADER + daily('ends', [...thirty, last]) + daily('ended', thirty);
  const words = ['forecast', '-', '--horizon', '2', '--method', 'historic-average'];
  const whole = await runParstock(words, rows(''));
  const half = await runParstock([...words, '--unfinished'], rows('1'));
  expect(half.stdout).toMatch(/^ends,2024-02-01,/m);
  expect(half.stdout).toMatch(/^ended,2024-01-31,/m);
  const means = ({ stdout }: { stdout: string }) =>
    stdout.split('\n').map((row) => row.split(',')[3]);
  expect(means(half)).toEqual(means(whole));
  expect(means(await runParstock(words, rows('1')))).not.toEqual(means(whole));
});

test('leaves out a series without any observation, and does the others', async () => {
  const text = HEADER + daily('good', thirty) + daily('blank', ['', 'NaN', 'NA']);
  const { code, stdout, stderr } = await runParstock(['forecast', '-', '--horizon', '1'], text);
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  expect(stderr).toMatch(/^parstock: blank left out: No day .* \(no_observation/);
});

test('refuses when no series is left, and prints no half result', async () => {
  const text = HEADER + daily('blank', ['', '', '']);
  const { code, stdout, stderr } = await runParstock(['forecast', '-', '--horizon', '1'], text);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('nothing_forecast');
});

const refused: [name: string, text: string, code: string, where: RegExp][] = [
  ['a missing column', 'unique_id,ds\na,2024-01-01\n', 'import_missing_column', /line 1/],
  ['a column twice', 'unique_id,ds,y,y\n', 'import_duplicate_column', /line 1/],
  ['an empty file', '', 'import_file_empty', /stdin/],
  ['a header alone', HEADER, 'import_file_empty', /stdin/],
  ['30 February', `${HEADER}a,2024-02-30,1\n`, 'file_bad_value', /line 2, column ds/],
  ['an ambiguous date', `${HEADER}a,01/02/2024,1\n`, 'file_bad_value', /line 2, column ds/],
  ['a word for a number', `${HEADER}a,2024-01-01,many\n`, 'file_bad_value', /line 2, column y/],
  ['a decimal comma', `unique_id;ds;y\na;2024-01-01;1,5\n`, 'file_bad_value', /line 2, column y/],
  ['infinity', `${HEADER}a,2024-01-01,inf\n`, 'file_bad_value', /line 2, column y/],
  ['negative demand', `${HEADER}a,2024-01-01,-3\n`, 'file_bad_value', /line 2, column y/],
  ['a nameless series', `${HEADER},2024-01-01,3\n`, 'file_bad_value', /column unique_id/],
  ['a row cut short', `${HEADER}a,2024-01-01,3\na,2024-01\n`, 'file_bad_value', /line 3/],
  ['an open quote', `${HEADER}"a,2024-01-01,3\n`, 'import_file_cut', /line 2/],
  [
    'a date and a time mixed',
    `${HEADER}a,2024-01-01,3\na,2024-01-02 00:00,3\n`,
    'file_bad_value',
    /line 3, column ds/,
  ],
  [
    'a day twice',
    `${HEADER}${daily('a', thirty)}a,2024-01-05,3\n`,
    'file_duplicate_date',
    /stdin, line 32/,
  ],
  ['one row alone', `${HEADER}a,2024-01-01,3\n`, 'frequency_unclear', /stdin/],
  [
    'rows every third day',
    `${HEADER}a,2024-01-01,3\na,2024-01-04,3\na,2024-01-07,3\n`,
    'frequency_unclear',
    /stdin/,
  ],
  ['a file that is no text', `${HEADER}\xff\xfe`, 'import_unreadable', /stdin/],
];

test.each(refused)('refuses %s, says where, and exits with 1', async (name, text, code, where) => {
  const input = name === 'a file that is no text' ? Buffer.from(text, 'latin1') : text;
  const result = await runParstock(['forecast', '-', '--horizon', '1'], input);
  expect(result).toMatchObject({ code: 1, stdout: '' });
  expect(result.stderr).toContain(`(${code})`);
  expect(result.stderr.match(/where {3}(.*)/)?.[1]).toMatch(where);
  expect(result.stderr).toMatch(/next {4}\S/);
});

test('refuses dates off the grid of a given frequency, with the line', async () => {
  const text = HEADER + daily('a', thirty);
  const words = ['forecast', '-', '--horizon', '1', '--frequency', 'W', '--json'];
  const { code, stdout } = await runParstock(words, text);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    code: 'file_irregular_dates',
    status: 422,
    details: { where: 'stdin, line 3', found: '2024-01-02' },
  });
});

const usage: [name: string, words: string[], found: string][] = [
  ['horizon 0', ['--horizon', '0'], '--horizon'],
  ['a horizon that is no number', ['--horizon', 'soon'], '--horizon'],
  ['a horizon beyond the engine', ['--horizon', '5000'], 'bad_horizon'],
  ['no horizon', [], '--horizon'],
  ['an unknown method', ['--horizon', '1', '--method', 'oracle'], 'oracle'],
  ['a level of 0', ['--horizon', '1', '--levels', '0,0.5'], '--levels'],
  ['a level in percent', ['--horizon', '1', '--levels', '95'], '--levels'],
  ['an unknown frequency', ['--horizon', '1', '--frequency', 'fortnight'], '--frequency'],
  ['an unknown option', ['--horizon', '1', '--colour'], '--colour'],
];

test.each(usage)('does not understand %s, and exits with 2', async (_, words, found) => {
  const result = await runParstock(['forecast', pasta, ...words]);
  expect(result).toMatchObject({ code: 2, stdout: '' });
  expect(result.stderr).toContain('(invalid_option)');
  expect(result.stderr).toContain(found);
});

test('writes the output file whole or not at all', async () => {
  await inTemporaryFolder(async (folder) => {
    const output = join(folder, 'next.csv');
    const good = await runParstock(['forecast', pasta, '--horizon', '1', '--output', output]);
    expect(good).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(output, 'utf8').trimEnd().split('\n')).toHaveLength(7);
    const words = ['forecast', '-', '--horizon', '1', '--output', output];
    const bad = await runParstock(words, `${HEADER}a,2024-01-01,x\n`);
    expect(bad.code).toBe(1);
    expect(readFileSync(output, 'utf8').trimEnd().split('\n')).toHaveLength(7);
    expect(readdirSync(folder)).toEqual(['next.csv']);
  });
});

test('says why a result or a file cannot be reached', async () => {
  const words = ['forecast', pasta, '--horizon', '1', '--output', '/no/such/folder/x.csv'];
  const unwritable = await runParstock(words);
  expect(unwritable.code).toBe(1);
  expect(unwritable.stderr).toContain('the folder does not exist');
  const absent = await runParstock(['forecast', 'no-such.csv', '--horizon', '1']);
  expect(absent.code).toBe(1);
  expect(absent.stderr).toContain('file_not_readable');
});

test('says when stdout cannot take the result', async () => {
  const full = openSync('/dev/full', 'w');
  const child = spawnParstock(['forecast', pasta, '--horizon', '1'], { stdout: full });
  let stderr = '';
  child.stderr!.on('data', (text) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  closeSync(full);
  expect(code).toBe(1);
  expect(stderr).toContain('(file_not_writable)');
  expect(stderr).toContain('the disk is full');
  expect(stderr).not.toContain('    at ');
});

test('writes into a pipe, and to the file behind a link, and leaves both in place', () =>
  inTemporaryFolder(async (folder) => {
    const words = ['forecast', pasta, '--horizon', '1', '--method', 'naive', '--output'];
    const [pipe, link, file] = ['pipe', 'link', 'file'].map((name) => join(folder, name));
    execFileSync('mkfifo', [pipe!]);
    const reader = promisify(execFile)('cat', [pipe!]);
    expect((await runParstock([...words, pipe!])).code).toBe(0);
    expect((await reader).stdout).toMatch(/^unique_id,ds,method/);
    expect(lstatSync(pipe!).isFIFO()).toBe(true);
    writeFileSync(file!, 'before');
    symlinkSync(file!, link!);
    expect((await runParstock([...words, link!])).code).toBe(0);
    expect(lstatSync(link!).isSymbolicLink()).toBe(true);
    expect(readFileSync(file!, 'utf8')).toBe((await reader).stdout);
  }));

test('refuses a gzip file that was cut', async () => {
  const zipped = gzipSync(readFileSync(pasta));
  const half = zipped.subarray(0, zipped.length / 2);
  const { code, stderr } = await runParstock(['forecast', '-', '--horizon', '1'], half);
  expect(code).toBe(1);
  expect(stderr).toContain('gzip ends too early');
});

test('ends quietly when the reader has seen enough', async () => {
  const child = spawnParstock(['forecast', pasta, '--horizon', '365']);
  let stderr = '';
  child.stderr!.on('data', (text) => {
    stderr += text;
  });
  child.stdout!.once('data', () => child.stdout!.destroy());
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('Ctrl-C leaves no partial file', async () => {
  await inTemporaryFolder(async (folder) => {
    const output = join(folder, 'next.csv');
    const child = spawnParstock(['forecast', '-', '--horizon', '1', '--output', output]);
    child.stdin!.write(HEADER);
    while (readdirSync(folder).length === 0) await new Promise((next) => setTimeout(next, 20));
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
  });
});
