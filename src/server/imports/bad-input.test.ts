import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ImportDesk, importDesk } from '../../../test/support/imports.ts';
import type { ErrorCode, ImportOptions } from '../../contract/index.ts';
import { checkImport } from '../actions/check-import.ts';
import { getImport } from '../actions/get-import.ts';
import { rowErrors } from './row-errors.ts';
import { writeUpload } from './upload-file.ts';

let desk: ImportDesk;
beforeAll(async () => {
  desk = await importDesk();
});
afterAll(async () => {
  // Whatever was thrown at it, nothing was taken over and no file was kept.
  expect(await desk.rows('select * from demand_daily')).toEqual([]);
  expect(await desk.files()).toEqual([]);
  await desk.close();
});

const good = 'sku,date,units\nA,2026-03-01,1\nB,2026-03-01,2\n';
const sales = (rows: string) => `sku,date,units\n${rows}`;
const many = sales('A,2026-03-01,1\n'.repeat(20_000));

/** A file that is refused as a whole: name, file, code, and what else is said. */
const refusedFiles: [string, string | Buffer, ErrorCode, object?, ImportOptions?][] = [
  ['an empty file', '', 'import_file_empty'],
  ['blank lines alone', '\n\n\r\n', 'import_file_empty'],
  ['a header alone', 'sku,date,units\n', 'import_file_empty', { rows: 0 }],
  ['a header alone, without newline', 'sku,date,units', 'import_file_empty'],
  ['a separator that is none', good.replaceAll(',', ':'), 'import_wrong_delimiter'],
  ['another separator than told', good, 'import_wrong_delimiter', {}, { delimiter: ';' }],
  [
    'a missing column',
    'sku,day,price\nA,2026-03-01,1\n',
    'import_missing_column',
    { missing: ['units'], found: ['sku', 'day', 'price'] },
  ],
  [
    'a column mapped to a name that is not there',
    good,
    'import_missing_column',
    { mappedTo: 'Menge' },
    { columns: { units: 'Menge' } },
  ],
  [
    'two columns of one name',
    'sku,date,units,Units\nA,2026-03-01,1,2\n',
    'import_duplicate_column',
    { column: 'Units' },
  ],
  [
    'dates that read in two ways',
    sales('A,01/02/2026,1\nA,03/02/2026,1\n'),
    'import_ambiguous_dates',
    { example: { line: 2, found: '01/02/2026' } },
  ],
  [
    'dates that prove both orders',
    sales('A,13/02/2026,1\nA,02/14/2026,1\n'),
    'import_ambiguous_dates',
    { dayFirst: { line: 2, found: '13/02/2026' }, monthFirst: { line: 3, found: '02/14/2026' } },
  ],
  ['a file cut inside a row', sales('A,2026-03-01,1\nB,2026-03'), 'import_file_cut'],
  ['a file cut inside quotes', sales('A,2026-03-01,1\n"B,2026-03-01,2'), 'import_file_cut'],
  ['a gzip stream cut off', gzipSync(many).subarray(0, -200), 'import_file_cut'],
  ['a damaged gzip stream', damaged(gzipSync(many)), 'import_unreadable'],
  ['random bytes', randomBytes(50_000), 'import_unreadable'],
  ['a workbook', Buffer.from('PK\x03\x04rest of a workbook'), 'import_unreadable'],
  ['a PDF', Buffer.from('%PDF-1.7 rest'), 'import_unreadable'],
  ['zero bytes far inside', Buffer.from(`${many}A,2026-03-02,\0\n`), 'import_unreadable'],
  [
    'Latin-1 that was told to be UTF-8',
    Buffer.from('sku,date,units,café\nA,2026-03-01,1,x\n', 'latin1'),
    'import_unreadable',
    { notIn: 'utf-8' },
    { encoding: 'utf-8' },
  ],
];

/** Rows that are refused one by one: name, file, `line:column:code` of each bad cell, what was found. */
const badRows: [string, string | Buffer, string[], (string | null)[]?, ImportOptions?][] = [
  [
    'a blank cell',
    sales('A,2026-03-01,\n,2026-03-01,1\n'),
    ['2:units:missing_value', '3:sku:missing_value'],
  ],
  ['words for numbers', sales('A,2026-03-01,many\n'), ['2:units:not_a_number'], ['many']],
  ['a formula error', sales('A,2026-03-01,#DIV/0!\n'), ['2:units:not_a_number']],
  ['a unit beside the number', sales('A,2026-03-01,12 pcs\n'), ['2:units:not_a_number']],
  [
    'NaN and infinity',
    sales('A,2026-03-01,NaN\nB,2026-03-01,-inf\n'),
    ['2:units:not_finite', '3:units:not_finite'],
  ],
  [
    'a comma that decides nothing',
    'sku;date;units\nA;2026-03-01;1,234\nB;2026-03-01;5\n',
    ['2:units:ambiguous_number'],
    ['1,234'],
  ],
  [
    'points among decimal commas',
    'sku;date;units\nA;2026-03-01;1.234,5\nB;2026-03-01;2,5\nB;2026-03-02;2.75\n',
    ['4:units:ambiguous_number'],
  ],
  [
    'decimal commas where points were told',
    'sku;date;units\nA;2026-03-01;1.234,5\n',
    ['2:units:ambiguous_number'],
    ['1.234,5'],
    { decimal: '.' },
  ],
  ['a negative quantity', sales('A,2026-03-01,-3\n'), ['2:units:negative_quantity'], ['-3']],
  ['too many decimals', sales('A,2026-03-01,1.23456\n'), ['2:units:too_many_decimals']],
  ['a number beyond all measure', sales('A,2026-03-01,1e15\n'), ['2:units:out_of_range']],
  [
    'days that do not exist',
    sales('A,2026-02-30,1\nA,2026-13-01,1\nA,31.04.2025,1\nA,soon,1\nA,1/2/26,1\n'),
    ['2', '3', '4', '5', '6'].map((line) => `${line}:date:not_a_date`),
  ],
  ['a time of day', sales('A,2026-03-01T13:30:00,1\n'), ['2:date:not_a_date']],
  ['a date of another age', sales('A,1026-03-01,1\n'), ['2:date:out_of_range']],
  ['a date in the future', sales('A,2026-03-31,1\nA,2026-04-01,1\n'), ['3:date:date_in_future']],
  ['an unknown SKU', sales('A,2026-03-01,1\na,2026-03-01,1\n'), ['3:sku:unknown_sku'], ['a']],
  [
    'a key given twice with other content',
    sales('A,2026-03-01,1\nB,2026-03-01,1\nA,2026-03-01,2\nA,2026-03-01,1\n'),
    ['4:sku, date:duplicate_key'],
    ['first on line 2'],
  ],
  [
    'too few and too many cells',
    sales('A,2026-03-01\nA,2026-03-01,1,2\nB,2026-03-01,1\n'),
    ['2:null:too_few_cells', '3:null:too_many_cells'],
  ],
  [
    'a quote that ends too early, once',
    sales('"A"B,2026-03-01,1\nB,2026-03-01,1\nB,2026-03-02,x\n'),
    ['2:null:unclosed_quote', '4:units:not_a_number'],
  ],
  [
    'a quote that never ends',
    sales('A,2026-03-01,1\n"B,2026-03-01,1\nB,2026-03-02,1\n'),
    ['3:null:unclosed_quote'],
  ],
  [
    'neither yes nor no',
    'sku,date,units,promo\nA,2026-03-01,1,perhaps\n',
    ['2:promotion:not_a_choice'],
  ],
  [
    'several faults in one row',
    sales('Z,2026-02-30,-1\n'),
    ['2:sku:unknown_sku', '2:date:not_a_date', '2:units:negative_quantity'],
  ],
];

describe('a file is refused as a whole:', () => {
  test.each(refusedFiles)('%s', async (_, file, code, details = {}, options = {}) => {
    const import_ = await desk.check('sales', file, { options });
    expect(import_).toMatchObject({ state: 'refused', refusal: { code, details } });
    expect(import_.refusal!.remedy.length).toBeGreaterThan(20);
    await expect(desk.commit(import_)).rejects.toMatchObject({ code: 'import_not_ready' });
  });
});

describe('rows are refused one by one:', () => {
  test.each(badRows)('%s', async (_, file, faults, found, options = {}) => {
    const import_ = await desk.check('sales', file, { options });
    expect(import_).toMatchObject({ state: 'refused', refusal: { code: 'import_has_errors' } });
    const errors = await desk.errors(import_);
    expect(errors.map(({ line, column, code }) => `${line}:${column}:${code}`)).toEqual(faults);
    expect(import_.rows.bad).toBe(new Set(errors.map(({ line }) => line)).size);
    const { rows } = import_;
    expect(rows.new + rows.changed + rows.same + rows.bad).toBe(rows.total);
    if (found) expect(errors.map((error) => error.found)).toEqual(found);
    for (const { code, remedy } of errors) expect(remedy).toBe(rowErrors[code].remedy);
    await expect(desk.commit(import_)).rejects.toMatchObject({ code: 'import_has_errors' });
  });

  test('the first thousand errors are kept, all bad rows are counted', async () => {
    const rows = Array.from({ length: 3_000 }, (_, i) => `Z${i},2026-03-01,1\n`).join('');
    const import_ = await desk.check('sales', sales(rows));
    expect(import_.rows).toEqual({ total: 3000, new: 0, changed: 0, same: 0, bad: 3000 });
    const stored = await desk.rows(
      `select count(*) as n, max(line) as last from import_errors where import_id = '${import_.id}'`,
    );
    expect(stored).toEqual([{ n: 1000, last: 1001 }]);
  });
});

describe('a file that is too large', () => {
  const endless = (megabytes: number) =>
    (async function* () {
      const chunk = Buffer.from('A,2026-03-01,1\n'.repeat(70_000));
      for (let sent = 0; sent < megabytes * 2 ** 20; sent += chunk.length) yield chunk;
    })();

  test('is refused while it arrives, and nothing of it stays', async () => {
    const upload = desk.upload('sales', endless(3_000), { maxBytes: 5 * 2 ** 20 });
    await expect(upload).rejects.toMatchObject({ code: 'body_too_large' });
    const [last] = await desk.rows('select state, refusal from imports order by created_at desc');
    expect(last).toMatchObject({ state: 'failed', refusal: { code: 'body_too_large' } });
    expect(await desk.files()).toEqual([]);
  });

  test('is refused as a gzip bomb once it unpacks to more than was agreed', async () => {
    const { id } = await desk.upload('sales', gzipSync(sales('A,2026-03-01,1\n'.repeat(500_000))));
    const limits = { maxUnpackedBytes: 2 ** 20, maxRatio: 1 };
    await checkImport({ ...desk.context, readingLimits: limits }, id);
    expect(await getImport(desk.context, { id })).toMatchObject({
      state: 'refused',
      refusal: { code: 'body_too_large', details: { unpackedBytesAtMost: 2 ** 20 } },
    });
  });

  test('is refused before it fills the disk that the database needs', async () => {
    const path = join(desk.context.uploadFolder, 'elsewhere', 'file');
    const limits = { maxBytes: 2 ** 31, freeBytesKept: 2 ** 60 };
    await expect(writeUpload(path, endless(1), limits)).rejects.toMatchObject({
      code: 'import_no_space',
    });
    expect(await readdir(dirname(path))).toEqual([]);
  });

  test('is over when its sender goes away', async () => {
    const broken = (async function* () {
      yield Buffer.from(good);
      throw new Error('the connection was reset');
    })();
    await expect(desk.upload('sales', broken)).rejects.toThrow('reset');
    const [last] = await desk.rows('select state, refusal from imports order by created_at desc');
    expect(last).toMatchObject({ state: 'failed', refusal: { code: 'import_file_cut' } });
  });

  test('is a row without an end', async () => {
    const import_ = await desk.check('sales', sales(`"A${'x'.repeat(1_500_000)}`));
    expect(await desk.faults(import_)).toEqual(['2:null:unclosed_quote']);
  });
});

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.fill(0xff, 40, 60);
  return copy;
}
