import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ImportDesk, importDesk } from '../../../test/support/imports.ts';
import type { ImportOptions } from '../../contract/index.ts';

let desk: ImportDesk;
beforeAll(async () => {
  desk = await importDesk();
});
beforeEach(async () => {
  await desk.rows('delete from demand_daily');
});
afterAll(() => desk.close());

const stored = () =>
  desk.rows(`select p.sku, d.date, d.units::float8 as units, d.promotion from demand_daily d
    join products p on p.id = d.product_id order by 1, 2`);

const A = (date: string, units: number, promotion: boolean | null = null) => ({
  sku: 'A',
  date,
  units,
  promotion,
});

/** Name, file, what is stored, what the dialect says, options. */
const files: [string, string | Buffer, ReturnType<typeof A>[], object?, ImportOptions?][] = [
  ['a byte order mark', '\ufeffsku,date,units\nA,2026-03-01,1\n', [A('2026-03-01', 1)]],
  ['no final newline', 'sku,date,units\nA,2026-03-01,1', [A('2026-03-01', 1)]],
  ['returns of old', 'sku,date,units\rA,2026-03-01,1\r', [A('2026-03-01', 1)]],
  [
    'Windows newlines and blank lines',
    '\r\nsku,date,units\r\n\r\nA,2026-03-01,1\r\n',
    [A('2026-03-01', 1)],
  ],
  [
    'a line sep=',
    'sep=;\r\nsku;date;units\r\nA;2026-03-01;1,5\r\n',
    [A('2026-03-01', 1.5)],
    { delimiter: ';', decimal: ',' },
  ],
  ['tabs', 'sku\tdate\tunits\nA\t2026-03-01\t1\n', [A('2026-03-01', 1)], { delimiter: 'tab' }],
  ['bars', 'sku|date|units\nA|2026-03-01|1\n', [A('2026-03-01', 1)], { delimiter: '|' }],
  [
    'UTF-16 as spreadsheets write it',
    Buffer.from('\ufeffsku\tdate\tunits\nA\t2026-03-01\t1\n', 'utf16le'),
    [A('2026-03-01', 1)],
    { encoding: 'utf-16le' },
  ],
  ['gzip, whatever its name', gzipSync('sku,date,units\nA,2026-03-01,1\n'), [A('2026-03-01', 1)]],
  [
    'quotes, spaces and a newline in a cell',
    'sku , date,"units", note\n "A", "2026-03-01", " 1 ","5"" wide\n, blue"\n',
    [A('2026-03-01', 1)],
    { ignoredColumns: ['note'] },
  ],
  [
    'a quote inside a plain cell',
    'sku,date,units,note\nA,2026-03-01,1,5" wide\n',
    [A('2026-03-01', 1)],
  ],
  [
    'day first, proven once',
    'sku,date,units\nA,01/02/2026,1\nA,13/02/2026,2\n',
    [A('2026-02-01', 1), A('2026-02-13', 2)],
    { dateFormat: 'dmy' },
  ],
  [
    'month first, proven once',
    'sku,date,units\nA,01/02/2026,1\nA,2/13/2026,2\n',
    [A('2026-01-02', 1), A('2026-02-13', 2)],
    { dateFormat: 'mdy' },
  ],
  [
    'month first, told',
    'sku,date,units\nA,01/02/2026,1\n',
    [A('2026-01-02', 1)],
    { dateFormat: 'mdy' },
    { dateFormat: 'mdy' },
  ],
  ['the same day in either order', 'sku,date,units\nA,02/02/2026,1\n', [A('2026-02-02', 1)]],
  ['dates with dots', 'sku,date,units\nA,1.2.2026,1\n', [A('2026-02-01', 1)]],
  [
    'dates without separators, and timestamps at midnight',
    'sku,date,units\nA,20260201,1\nA,2026-02-02T00:00:00Z,2\nA,2026-02-03 00:00:00,3\n',
    [A('2026-02-01', 1), A('2026-02-02', 2), A('2026-02-03', 3)],
  ],
  [
    'thousands with points',
    'sku;date;units\nA;2026-03-01;1.234,5\nA;2026-03-02;1.234\n',
    [A('2026-03-01', 1234.5), A('2026-03-02', 1234)],
    { decimal: ',' },
  ],
  [
    'thousands with commas',
    'sku;date;units\nA;2026-03-01;1,234.5\nA;2026-03-02;1,234\n',
    [A('2026-03-01', 1234.5), A('2026-03-02', 1234)],
    { decimal: '.' },
  ],
  [
    'thousands with spaces and apostrophes',
    "sku;date;units\nA;2026-03-01;1 234,5\nA;2026-03-02;12\u00a0345\nA;2026-03-03;1'234\n",
    [A('2026-03-01', 1234.5), A('2026-03-02', 12345), A('2026-03-03', 1234)],
  ],
  [
    'a point that nothing contradicts',
    'sku,date,units\nA,2026-03-01,1.234\n',
    [A('2026-03-01', 1.234)],
    { decimal: '.' },
  ],
  [
    'a comma that was told',
    'sku;date;units\nA;2026-03-01;1,234\n',
    [A('2026-03-01', 1.234)],
    { decimal: ',' },
    { decimal: ',' },
  ],
  [
    'exponents, plus signs, trailing zeros and noise',
    'sku,date,units\nA,2026-03-01,1.2e3\nA,2026-03-02,+5.00000\nA,2026-03-03,0.30000000000000004\n',
    [A('2026-03-01', 1200), A('2026-03-02', 5), A('2026-03-03', 0.3)],
  ],
  [
    'choices in words and digits',
    'sku,date,units,Promo\nA,2026-03-01,1,Yes\nA,2026-03-02,1,0\nA,2026-03-03,1,\n',
    [A('2026-03-01', 1, true), A('2026-03-02', 1, false), A('2026-03-03', 1)],
  ],
  [
    'columns mapped by hand',
    'Art. Nr;Tag;Anzahl;qty\nA;2026-03-01;1;9\n',
    [A('2026-03-01', 1)],
    { columns: { sku: 'Art. Nr', date: 'Tag', units: 'Anzahl' }, ignoredColumns: ['qty'] },
    { columns: { sku: 'Art. Nr', date: 'Tag', units: 'Anzahl' } },
  ],
  [
    'lines summed per day',
    'sku,date,units,promo\nA,2026-03-01,1,no\nA,2026-03-01,2.5,yes\nA,2026-03-02,1,\n',
    [A('2026-03-01', 3.5, true), A('2026-03-02', 1)],
    {},
    { duplicates: 'sum' },
  ],
];

describe('reads', () => {
  test.each(files)('%s', async (_, file, rows, dialect = {}, options = {}) => {
    const import_ = await desk.check('sales', file, { options });
    expect(await desk.errors(import_)).toEqual([]);
    expect(import_).toMatchObject({ state: 'checked', refusal: null, dialect });
    await desk.commit(import_);
    expect(await stored()).toEqual(rows);
  });

  test.each([
    ['latin1' as const, 'café €'.replace('€', 'E')],
    [undefined, 'café €'],
  ])('names in Windows-1252, told as %s or not', async (encoding, name) => {
    const bytes = Buffer.from(`sku,name\nC,${name}\n`.replace('€', '\x80'), 'latin1');
    const import_ = await desk.take('products', bytes, { options: { encoding } });
    expect(import_.dialect!.encoding).toBe('windows-1252');
    expect(await desk.rows("select name from products where sku = 'C'")).toEqual([{ name }]);
  });

  test('the same line twice is taken once, and counted', async () => {
    const import_ = await desk.take('sales', 'sku,date,units\nA,2026-03-01,1\nA,2026-03-01,1.0\n');
    expect(import_.rows).toEqual({ total: 2, new: 1, changed: 0, same: 1, bad: 0 });
    expect(await stored()).toEqual([A('2026-03-01', 1)]);
  });

  test('a column that the file lacks stays as it is', async () => {
    await desk.take('sales', 'sku,date,units,promotion\nA,2026-03-01,1,yes\n');
    const second = await desk.take('sales', 'sku,date,units\nA,2026-03-01,2\n');
    expect(second.rows).toMatchObject({ changed: 1 });
    expect(await stored()).toEqual([A('2026-03-01', 2, true)]);
  });
});

const text = fc
  .string({ unit: 'binary', maxLength: 30 })
  .map(clean)
  .filter((t) => t !== '');
const product = fc.record({
  sku: text,
  name: text,
  category: fc.option(text),
  price: fc.option(fc.integer({ min: 0, max: 10 ** 9 }).map((n) => n / 10_000)),
});
const dialect = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  newline: fc.constantFrom('\n', '\r\n'),
  mark: fc.boolean(),
  gzip: fc.boolean(),
  decimal: fc.constantFrom('.' as const, ',' as const),
  quoteAll: fc.boolean(),
  finalNewline: fc.boolean(),
});

test('any rows in any dialect come out as they went in', async () => {
  const rowsOf = fc.uniqueArray(product, { minLength: 1, maxLength: 25, selector: (p) => p.sku });
  await fc.assert(
    fc.asyncProperty(rowsOf, dialect, async (rows, how) => {
      await desk.rows('delete from products');
      await desk.take('products', written(rows, how), { options: { decimal: how.decimal } });
      const found = await desk.rows(
        'select sku, name, category, unit_price::float8 as price from products order by id',
      );
      expect(found).toEqual(rows);
    }),
    { numRuns: 40 },
  );
});

type Rows = { sku: string; name: string; category: string | null; price: number | null }[];
type How = typeof dialect extends fc.Arbitrary<infer T> ? T : never;

function written(rows: Rows, how: How): Buffer {
  const cell = (value: string) =>
    how.quoteAll || /["\r\n]/.test(value) || value.includes(how.delimiter)
      ? `"${value.replaceAll('"', '""')}"`
      : value;
  const decimal = (n: number | null) => (n === null ? '' : n.toFixed(4).replace('.', how.decimal));
  const lines = [
    ['sku', 'name', 'category', 'unit_price'],
    ...rows.map((row) => [row.sku, row.name, row.category ?? '', decimal(row.price)]),
  ].map((cells) => cells.map(cell).join(how.delimiter));
  const body = lines.join(how.newline) + (how.finalNewline ? how.newline : '');
  const bytes = Buffer.from((how.mark ? '\ufeff' : '') + body);
  return how.gzip ? gzipSync(bytes) : bytes;
}

/** Text that a CSV file can hold and trimming leaves alone: no control characters, no half characters. */
function clean(value: string): string {
  return value
    .toWellFormed()
    .replace(/\p{Cc}/gu, (c) => (c === '\t' || c === '\n' || c === '\r' ? c : ''))
    .trim();
}
