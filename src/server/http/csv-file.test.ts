import { expect, it } from 'vitest';
import { csvFile } from './csv-file.ts';

it('writes a file that spreadsheets read and never run', () => {
  const rows = [
    ['sku', 'name', 'quantity', 'note'],
    ['A,1', 'Nuß "gross"', -1.5, null],
    ['=1+1', '@SUM(A1)', 3, '-cmd'],
    ['+49', '\tx', 0, 'two\nlines'],
  ];
  expect(csvFile(rows)).toBe(
    [
      '\uFEFFsku,name,quantity,note',
      '"A,1","Nuß ""gross""",-1.5,',
      "'=1+1,'@SUM(A1),3,'-cmd",
      '\'+49,\'\tx,0,"two\nlines"',
      '',
    ].join('\r\n'),
  );
});
