import { errorCatalogue, type RowErrorCode } from '../../contract/index.ts';
import { importKinds } from './kinds/all-kinds.ts';
import type { CellType, ImportColumn } from './kinds/kind.ts';
import { rowErrors } from './row-errors.ts';
import { keptErrors } from './staged-rows.ts';

/** docs/importing.md as it follows from the columns and the errors; a test keeps the file in step. */
export function renderImportDocs(): string {
  return [
    opening,
    ...Object.values(importKinds).map(
      ({ kind, title, columns }) =>
        `### ${kind}\n${title}.\n\n${table(
          ['column', 'required', 'holds', 'meaning', 'other names'],
          columns.map(columnCells),
        )}`,
    ),
    dialects,
    '## When a file is refused\n',
    table(['code', 'what is wrong', 'what to do'], fileErrors()),
    `\n## When rows are refused\nThe first ${keptErrors.toLocaleString('en')} errors are listed by line and column; all bad rows are counted.\n`,
    table(
      ['code', 'what is wrong', 'what to do'],
      Object.entries(rowErrors).map(([code, { meaning, remedy }]) => [
        `\`${code as RowErrorCode}\``,
        meaning,
        remedy,
      ]),
    ),
  ].join('\n');
}

function columnCells(column: ImportColumn): string[] {
  return [
    `\`${column.name}\``,
    column.required ? 'yes' : '',
    holds(column.type),
    column.meaning,
    column.aliases.map((alias) => `\`${alias}\``).join(', '),
  ];
}

function holds(type: CellType): string {
  switch (type.is) {
    case 'text':
      return `text, at most ${type.maxLength} characters`;
    case 'number': {
      const kind = type.decimals === 0 ? 'whole number' : `number, ${type.decimals} decimals`;
      const from = type.sign === 'above-zero' ? 'above 0' : 'from 0';
      return `${kind}, ${from}, ${type.below ? 'below' : 'to'} ${type.max.toLocaleString('en')}`;
    }
    case 'date':
      return type.planned ? 'date, 1900 to two years ahead' : 'date, 1900 to today';
    case 'boolean':
      return 'yes or no';
    case 'currency':
      return 'three letters';
    case 'weekdays':
      return 'weekdays';
    case 'reference':
      return type.to === 'products' ? 'known SKU' : 'known supplier code';
  }
}

function fileErrors(): string[][] {
  const others = ['body_too_large'];
  return Object.entries(errorCatalogue)
    .filter(([code]) => code.startsWith('import_') || others.includes(code))
    .map(([code, { title, remedy }]) => [`\`${code}\``, title, remedy]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |');
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

const opening = `# Importing

Products, suppliers, the terms on which suppliers sell products, stock, sales and promotions come in as CSV files, by the page, the API
(\`POST /api/v1/imports\`) or \`parstock import <kind> FILE\`. Every import has two steps:

1. **Dry run.** The whole file is read and compared with what is there: how many rows are new, changed, the same or bad. Nothing
   is written. A file with bad rows is refused, with line, column and remedy of each.
2. **Commit.** The same file (its SHA-256 is checked) is read and validated again and written in one transaction: all or nothing.
   Of two commits at once one wins. The file is deleted when the import is over.

Importing the same file again changes nothing. Rows that a file does not mention stay; so do columns that it does not have. A
blank cell takes the stated default. A line that repeats an earlier one word for word is taken once and counted as the same.

Sales with several lines per product and day (an export of receipts): choose \`duplicates: sum\`, otherwise they are refused as
\`duplicate_key\`. A day without a row is unknown: write 0 for a day without sales. Only where no row of your
company says 0, as in a list of selling days, does a day without a row count as 0.

Promotions are known before they come: plan them here, on the page of a product, or over the API. As soon as one is planned, forecast
runs take the plan for complete up to its last day: days in it are promoted, the others are not, and what lies behind is not known. What a promotion
does to a product is learned from its past ones, of this file and of the column \`promotion\` of the sales.

A new company can begin with such files: [PARSTOCK_SETUP_FOLDER](operating.md#set-up) imports a folder of them at set-up, all or nothing.

## Columns
Names match whatever their case, spaces, dashes and accents. Of several columns that could be meant, our own name goes first,
then the other names in the order given here; map columns by hand where the dry run shows another one than you meant. All
other columns are ignored and listed.
`;

const dialects = `## What is read
- **Compression**: gzip is recognised by its first bytes.
- **Encoding**: UTF-8, or else Windows-1252 (Latin-1); UTF-16 with a byte order mark. Byte order marks are passed over.
- **Separator**: comma, semicolon, tab or bar, whichever makes the most known columns of the first line; a first line \`sep=;\`
  is obeyed. Quotes as in RFC 4180, newlines inside them included. Blank lines are passed over.
- **Decimal sign**: what the cells of the file prove, all together: \`12,5\` and \`1.234,5\` prove the comma, \`12.5\` and \`1,234.5\` the
  point. Where nothing proves either, a point is decimal (\`1.234\` is a little more than one), and \`1,234\` is refused as
  \`ambiguous_number\`. Spaces and apostrophes between thousands are passed over, and so is the noise of the last digits
  (\`0.30000000000000004\`).
- **Dates**: \`2026-01-31\`, \`20260131\`, \`31.1.2026\`, a timestamp at midnight; \`31/01/2026\` and \`01/31/2026\` once any date of the file
  proves the order, otherwise the file is refused as \`import_ambiguous_dates\`. The year has four digits.
- **A cut file** shows by its last row: too short and without a newline, inside a quote, or by the end of the gzip stream. A last
  row without a newline that has all of its cells is taken: end files with a newline, or compress them.

Each of these can be stated instead: \`delimiter\`, \`encoding\`, \`dateFormat\` (\`ymd\`, \`dmy\`, \`mdy\`), \`decimal\`, \`columns\`. The dry run
shows what was found.
`;
