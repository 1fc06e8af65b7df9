import { Refusal } from '../contract/errors.ts';
import type { CellType, ImportColumn, ImportKindDefinition } from '../server/imports/kinds/kind.ts';
import { type CsvRow, openCsv } from './csv.ts';
import { columnsOf } from './import-header.ts';
import { readTime } from './time-text.ts';

/** A cell as read: its type follows from the column; null where it is blank. */
export type Cell = string | number | boolean | readonly number[] | null;

/** A row of a products, stock or terms file, by our column names. */
export type FileRecord = Readonly<Record<string, Cell>>;

/**
 * Reads a file with the columns that the import of the same kind takes, so that one file serves
 * both; `refuseRepeats` names the columns that may not come twice.
 */
export async function readRecords(
  path: string,
  options: { kind: ImportKindDefinition; unique: readonly string[] },
): Promise<FileRecord[]> {
  const { kind, unique } = options;
  const file = await openCsv(path);
  const mapped = columnsOf(file, kind);
  const places = kind.columns.map((column) => ({
    column,
    at: mapped.find((one) => one.column === column)?.index ?? -1,
  }));
  const records: FileRecord[] = [];
  const lines = new Map<string, number>();
  for await (const batch of file.rows)
    for (const row of batch) {
      const cells = places.map(({ column, at }) => readCell(row, { file: file.name, column, at }));
      const record = Object.fromEntries(places.map(({ column }, i) => [column.name, cells[i]!]));
      const key = unique.map((name) => record[name]).join(', ');
      const earlier = lines.get(key);
      if (earlier !== undefined) throw repeated(file.name, { key, line: row.line, earlier });
      lines.set(key, row.line);
      records.push(record);
    }
  if (records.length === 0) throw new Refusal('import_file_empty', { where: file.name });
  return records;
}

function readCell(row: CsvRow, from: { file: string; column: ImportColumn; at: number }): Cell {
  const { column, at } = from;
  const text = at < 0 ? '' : row.cells[at]!.trim();
  const value = text === '' ? blankCell(column) : parseCell(text, column.type);
  if (value !== undefined) return value;
  throw new Refusal('file_bad_value', {
    where: `${from.file}, line ${row.line}, column ${column.name}`,
    found: text === '' ? '(blank)' : text,
    wanted: `${wantedCell(column.type)}. ${column.meaning}`,
  });
}

function blankCell(column: ImportColumn): Cell | undefined {
  if (column.required) return undefined;
  if (column.blank === undefined || column.blank === 'today') return null;
  if (column.type.is === 'boolean') return column.blank === 't';
  if (column.type.is === 'weekdays') return [1, 2, 3, 4, 5];
  return column.type.is === 'number' ? Number(column.blank) : column.blank;
}

const NUMBER = /^\d+(?:\.\d+)?$/;
const YES = new Set(['yes', 'true', '1', 't', 'y']);
const NO = new Set(['no', 'false', '0', 'f', 'n']);

function parseCell(text: string, type: CellType): Cell | undefined {
  switch (type.is) {
    case 'number':
      return parseNumber(text, type);
    case 'date':
      return readTime(text)?.style === 'date' ? text : undefined;
    case 'boolean':
      if (YES.has(text.toLowerCase())) return true;
      return NO.has(text.toLowerCase()) ? false : undefined;
    case 'currency':
      return /^[A-Z]{3}$/.test(text) ? text : undefined;
    case 'text':
      return text.length <= type.maxLength ? text : undefined;
    default:
      return text;
  }
}

function parseNumber(text: string, type: Extract<CellType, { is: 'number' }>): number | undefined {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  const small = type.below ? value < type.max : value <= type.max;
  const large = type.sign === 'above-zero' ? value > 0 : value >= 0;
  return small && large ? value : undefined;
}

function wantedCell(type: CellType): string {
  switch (type.is) {
    case 'number':
      return type.sign === 'above-zero'
        ? `a number above 0 with a decimal point, ${type.below ? 'below' : 'at most'} ${type.max}`
        : `a number from 0 to ${type.max} with a decimal point`;
    case 'date':
      return 'a date as YYYY-MM-DD';
    case 'boolean':
      return 'yes or no';
    case 'currency':
      return 'three capital letters, such as EUR';
    default:
      return 'a text';
  }
}

function repeated(file: string, row: { key: string; line: number; earlier: number }): Refusal {
  return new Refusal('file_bad_value', {
    where: `${file}, line ${row.line}`,
    found: `a second row for ${row.key} (the first is line ${row.earlier})`,
    wanted: 'one row for each',
  });
}
