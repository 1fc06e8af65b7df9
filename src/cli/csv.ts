import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Refusal } from '../contract/errors.ts';
import { sniffFormat } from '../server/imports/reading/format.ts';
import { RowScanner } from '../server/imports/reading/rows.ts';

/** One row of a file, with the line that it begins on (the header is line 1). */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A file's name for messages, and its rows in batches. */
export interface CsvFile {
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: AsyncGenerator<CsvRow[]>;
}

/** Opens a CSV file, plain or gzip, or stdin as `-`; the delimiter is read off the header. */
export async function openCsv(path: string, stdin: Readable = process.stdin): Promise<CsvFile> {
  const name = path === '-' ? 'stdin' : path;
  const text = decoded(inflated(path === '-' ? stdin : createReadStream(path)), name);
  const batches = scannedRows(text, name);
  const first = await batches.next();
  if (first.done) throw new Refusal('import_file_empty', { where: name });
  const [head, ...rest] = first.value;
  const header = head!.cells.map((cell) => cell.trim());
  const twice = header.find((column, i) => column !== '' && header.indexOf(column) !== i);
  if (twice !== undefined)
    throw new Refusal('import_duplicate_column', { where: `${name}, line 1`, found: twice });
  return { name, header, rows: evenRows([rest, batches], { name, width: header.length }) };
}

/** Rows as the import of the server cuts them, a batch per piece of text. */
async function* scannedRows(text: AsyncGenerator<string>, name: string): AsyncGenerator<CsvRow[]> {
  let scanner: RowScanner | undefined;
  let batch: CsvRow[] = [];
  const sink = {
    row: (cells: string[], line: number) => batch.push({ line, cells }),
    broken: (line: number, found: string) => {
      throw brokenRow({ name, line, found }, scanner!);
    },
  };
  for await (const piece of text) {
    scanner ??= new RowScanner(
      sniffFormat(piece, {}, () => false),
      sink,
    );
    scanner.push(piece);
    if (batch.length > 0) yield batch;
    batch = [];
  }
  scanner?.end();
  if (batch.length > 0) yield batch;
}

function brokenRow(
  at: { name: string; line: number; found: string },
  scanner: RowScanner,
): Refusal {
  const where = `${at.name}, line ${at.line}`;
  if (scanner.unclosed || scanner.overlong)
    return new Refusal('import_file_cut', {
      where,
      found: 'a quotation mark that is never closed',
    });
  const wanted = 'a quotation mark inside a quoted cell written twice';
  return new Refusal('file_bad_value', { where, found: at.found, wanted });
}

/** Refuses a row that has more or fewer cells than the header. */
async function* evenRows(
  [first, rest]: [CsvRow[], AsyncGenerator<CsvRow[]>],
  file: { name: string; width: number },
): AsyncGenerator<CsvRow[]> {
  const checked = (batch: CsvRow[]) => {
    const uneven = batch.find(({ cells }) => cells.length !== file.width);
    if (uneven === undefined) return batch;
    throw new Refusal('file_bad_value', {
      where: `${file.name}, line ${uneven.line}`,
      found: uneven.cells.length === 1 ? '1 cell' : `${uneven.cells.length} cells`,
      wanted: `${file.width} cells, as in the header`,
    });
  };
  yield checked(first);
  for await (const batch of rest) yield checked(batch);
}

/** Passes text on; begins to inflate when the first two bytes are those of gzip. */
async function* inflated(source: Readable): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await chunks.next();
  if (first.done) return;
  const rest = async function* () {
    yield first.value;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  };
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) return yield* rest();
  const gunzip = createGunzip();
  // Errors of either side surface where the result is read.
  pipeline(rest, gunzip, () => undefined);
  yield* gunzip as AsyncIterable<Buffer>;
}

async function* decoded(bytes: AsyncGenerator<Buffer>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (cause) {
    throw readingRefusal(cause as NodeJS.ErrnoException, name) ?? cause;
  }
}

function readingRefusal(cause: NodeJS.ErrnoException, name: string): Refusal | undefined {
  const options = { cause };
  switch (cause.code) {
    case 'ENOENT':
      return new Refusal('file_not_readable', { where: name, found: 'no such file' }, options);
    case 'EISDIR':
      return new Refusal('file_not_readable', { where: name, found: 'a folder' }, options);
    case 'EACCES':
      return new Refusal('file_not_readable', { where: name, found: 'no permission' }, options);
    case 'Z_BUF_ERROR':
      return new Refusal('import_file_cut', { where: name, found: 'gzip ends too early' }, options);
    case 'Z_DATA_ERROR':
      return new Refusal('import_unreadable', { where: name, found: 'damaged gzip' }, options);
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return new Refusal('import_unreadable', { where: name, found: 'not UTF-8' }, options);
  }
  return undefined;
}

/** One row of CSV text; cells are quoted only where they must be. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
