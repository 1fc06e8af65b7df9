import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inTemporaryFolder, repositoryFile, runParstock } from '../../test/support/command-line.ts';

const example = (name: string) => repositoryFile(`examples/${name}.csv`);
const files = [
  ...['--sales', example('pasta'), '--stock', example('stock')],
  ...['--products', example('products'), '--terms', example('terms')],
];

interface Printed {
  readonly asOf: string;
  readonly proposals: {
    sku: string;
    supplier: string;
    quantity: number;
    stockPosition: number;
    reorderPoint: number;
    protectionWindowDays: number;
    value: { amount: number; currency: string };
    trace: { id: string; result: number }[];
  }[];
  readonly leftOut: { sku: string; reason: string }[];
}

test('proposes what the supplier accepts, for the day after the last sale', async () => {
  const { code, stdout, stderr } = await runParstock(['plan', ...files, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { asOf, proposals, leftOut } = JSON.parse(stdout) as Printed;
  expect({ asOf, leftOut }).toEqual({ asOf: '2018-12-31', leftOut: [] });
  expect(proposals).toHaveLength(6);
  const pasta = proposals.find(({ sku }) => sku === 'B1-12')!;
  expect(pasta).toMatchObject({
    supplier: 'Northmill',
    stockPosition: 96,
    protectionWindowDays: 12,
  });
  expect(pasta.quantity % 12).toBe(0);
  expect(pasta.quantity).toBeGreaterThanOrEqual(pasta.reorderPoint - pasta.stockPosition);
  expect(pasta.quantity - 12).toBeLessThan(pasta.reorderPoint - pasta.stockPosition);
  expect(pasta.value.amount).toBeCloseTo(pasta.quantity * 0.82, 6);
  expect(pasta.trace.find(({ id }) => id === 'order-quantity')!.result).toBe(pasta.quantity);
});

test('prints the most urgent first, and the arithmetic behind one', async () => {
  const table = await runParstock(['plan', ...files]);
  expect(table.stdout).toMatch(/^As of 2018-12-31: \d to order, \d+\.\d\d EUR, 6 products\n/);
  expect(table.stdout.split('\n')[3]).toMatch(/^B4-10 +Campi .* stock-out$/);
  const why = await runParstock(['plan', ...files, '--why', 'B4-10']);
  expect(why.stdout).toMatch(/^B4-10 Pasta B4 item 10: order \d+ from Campi\n/);
  expect(why.stdout).toContain('on hand − committed − backorders + receipts');
});

test('writes all proposals as CSV', async () => {
  await inTemporaryFolder(async (folder) => {
    const output = join(folder, 'orders.csv');
    await runParstock(['plan', ...files, '--output', output]);
    const lines = readFileSync(output, 'utf8').trimEnd().split('\n');
    expect(lines[0]).toMatch(/^sku,supplier,quantity,value,currency,urgency,/);
    expect(lines).toHaveLength(7);
  });
});

test('says what stands in where there are no terms', async () => {
  const { stderr, stdout } = await runParstock(['plan', ...files.slice(0, 6), '--all']);
  expect(stderr).toContain('no --terms: lead time 7 days, review every 7 days');
  expect(stdout).toContain('without a cost');
});

test('leaves out by name what has no counterpart in the other files', async () => {
  await inTemporaryFolder(async (folder) => {
    const stock = join(folder, 'stock.csv');
    const lines = readFileSync(example('stock'), 'utf8').replace(/^B1-12,.*\n/m, 'GHOST,1,0,0,\n');
    writeFileSync(stock, lines);
    const words = files.map((word) => (word === example('stock') ? stock : word));
    const { code, stderr } = await runParstock(['plan', ...words]);
    expect(code).toBe(0);
    expect(stderr).toContain('B1-12 left out: it has no row in the stock file');
    expect(stderr).toContain('GHOST left out: it is not in the products file');
  });
});

test('counts a day without a row as 0 where the file lists selling days alone', async () => {
  await inTemporaryFolder(async (folder) => {
    const write = (name: string, lines: string[]) => {
      writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
      return join(folder, name);
    };
    const day = (n: number) => new Date(Date.UTC(2024, 0, 1 + n)).toISOString().slice(0, 10);
    const days = Array.from({ length: 28 * 7 }, (_, n) => n);
    const sold = days.flatMap((n) => [`D,${day(n)},1`, ...(n % 7 === 0 ? [`W,${day(n)},10`] : [])]);
    const planned = async (rows: string[]) => {
      const result = await runParstock([
        ...['plan', '--sales', write('sales.csv', ['sku,date,units', ...rows]), '--json', '--all'],
        ...['--stock', write('stock.csv', ['sku,on_hand', 'W,0', 'D,0'])],
        ...['--products', write('products.csv', ['sku,name', 'W,x', 'D,y'])],
      ]);
      const { proposals } = JSON.parse(result.stdout);
      return { ...result, W: proposals.find((one: { sku: string }) => one.sku === 'W') };
    };
    // Two weeks of 10 a week, and some safety: not of 10 a day.
    const selling = await planned(sold);
    expect(selling.stderr).toContain('days without a row count as 0');
    expect(selling.W.quantity).toBeGreaterThanOrEqual(20);
    expect(selling.W.quantity).toBeLessThan(50);
    const withZeros = await planned([...sold.slice(0, -1), `D,${day(195)},0`]);
    expect(withZeros.stderr).not.toContain('count as 0');
    expect(withZeros.W.quantity).toBeGreaterThan(100);
  });
});

const refused: [name: string, text: string, code: string, where: string][] = [
  ['a missing column', 'sku,committed\na,1\n', 'import_missing_column', 'line 1'],
  ['a negative stock', 'sku,on_hand\na,1\nb,-1\n', 'file_bad_value', 'line 3, column on_hand'],
  ['a blank stock', 'sku,on_hand\na,\n', 'file_bad_value', 'line 2, column on_hand'],
  ['a product twice', 'sku,on_hand\na,1\na,2\n', 'file_bad_value', 'line 3'],
  ['an empty file', '', 'import_file_empty', 'stock.csv'],
];
test.each(refused)('refuses a stock file with %s', async (_, text, code, where) => {
  await inTemporaryFolder(async (folder) => {
    const stock = join(folder, 'stock.csv');
    writeFileSync(stock, text);
    const words = files.map((word) => (word === example('stock') ? stock : word));
    const result = await runParstock(['plan', ...words]);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(`(${code})`);
    expect(result.stderr).toContain(where);
  });
});

test('refuses weekly sales, a service level in percent, and an unknown product', async () => {
  await inTemporaryFolder(async (folder) => {
    const replaced = async (name: string, text: string) => {
      const path = join(folder, `${name}.csv`);
      writeFileSync(path, text);
      return runParstock(['plan', ...files.map((word) => (word === example(name) ? path : word))]);
    };
    const weekly = await replaced('pasta', 'sku,date,units\na,2024-01-01,1\na,2024-01-08,2\n');
    expect(weekly.stderr).toMatch(/found {3}weekly sales/);
    const percent = await replaced('products', 'sku,name,service_level\nB1-12,x,95\n');
    expect(percent.stderr).toContain('column service_level');
  });
  const why = await runParstock(['plan', ...files, '--why', 'B9-9']);
  expect(why.code).toBe(1);
  expect(why.stderr).toContain('(not_in_file)');
});
