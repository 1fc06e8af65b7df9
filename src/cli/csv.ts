import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Refusal } from '../contract/errors.ts';

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
  const lines = physicalRows(text, name);
  const first = await lines.next();
  if (first.done) throw new Refusal('import_file_empty', { where: name });
  const header = first.value;
  const delimiter = findDelimiter(header.text);
  const names = splitRow(header.text, delimiter).map((cell) => cell.trim());
  const twice = names.find((column, i) => column !== '' && names.indexOf(column) !== i);
  if (twice !== undefined)
    throw new Refusal('import_duplicate_column', { where: `${name}, line 1`, found: twice });
  return { name, header: names, rows: parsedRows(lines, { name, delimiter, width: names.length }) };
}

interface TextRow {
  readonly line: number;
  readonly text: string;
}

const BATCH = 4096;
/** A stray quotation mark must not collect the rest of a large file into one row. */
const LONGEST_ROW = 1_000_000;

async function* parsedRows(
  lines: AsyncGenerator<TextRow>,
  file: { name: string; delimiter: string; width: number },
): AsyncGenerator<CsvRow[]> {
  let batch: CsvRow[] = [];
  for await (const { line, text } of lines) {
    const cells = splitRow(text, file.delimiter);
    if (cells.length !== file.width) throw wrongWidth(file, { line, cells: cells.length });
    batch.push({ line, cells });
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function wrongWidth(file: { name: string; width: number }, row: { line: number; cells: number }) {
  return new Refusal('file_bad_value', {
    where: `${file.name}, line ${row.line}`,
    found: `${row.cells} ${row.cells === 1 ? 'cell' : 'cells'}`,
    wanted: `${file.width} cells, as in the header`,
  });
}

/** Cuts text into rows; a quoted cell may hold line breaks. Blank lines are passed over. */
async function* physicalRows(text: AsyncGenerator<string>, name: string): AsyncGenerator<TextRow> {
  let rest = '';
  let line = 1;
  let open: TextRow | undefined;
  const close = (piece: string): TextRow | undefined => {
    const whole: TextRow = open
      ? { line: open.line, text: `${open.text}\n${piece}` }
      : { line, text: piece };
    line++;
    open = hasOpenQuote(whole.text) ? whole : undefined;
    if (open && open.text.length > LONGEST_ROW) throw neverClosed(name, open.line);
    return open || whole.text.trim() === '' ? undefined : whole;
  };
  for await (const chunk of text) {
    const pieces = (rest + chunk).split('\n');
    rest = pieces.pop()!;
    if (rest.length > LONGEST_ROW)
      throw new Refusal('import_unreadable', {
        where: `${name}, line ${line}`,
        found: 'no line ends',
      });
    for (const piece of pieces) {
      const row = close(piece.endsWith('\r') ? piece.slice(0, -1) : piece);
      if (row) yield row;
    }
  }
  const last = close(rest.endsWith('\r') ? rest.slice(0, -1) : rest);
  if (last) yield last;
  if (open) throw neverClosed(name, (open as TextRow).line);
}

function neverClosed(name: string, line: number): Refusal {
  const found = 'a quotation mark that is never closed';
  return new Refusal('import_file_cut', { where: `${name}, line ${line}`, found });
}

function hasOpenQuote(text: string): boolean {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes++;
  return quotes % 2 === 1;
}

const QUOTED = /^\s*"((?:[^"]|"")*)"\s*$/;

function splitRow(text: string, delimiter: string): string[] {
  const parts = text.split(delimiter);
  if (!text.includes('"')) return parts;
  const cells: string[] = [];
  let cell = '';
  let inside = false;
  for (const part of parts) {
    cell = inside ? cell + delimiter + part : part;
    inside = hasOpenQuote(cell);
    if (!inside) cells.push(unquoted(cell));
  }
  return cells;
}

function unquoted(cell: string): string {
  const quoted = QUOTED.exec(cell);
  return quoted ? quoted[1]!.replaceAll('""', '"') : cell;
}

function findDelimiter(header: string): string {
  const counts = [',', ';', '\t'].map((mark) => ({ mark, cells: splitRow(header, mark).length }));
  return counts.reduce((best, next) => (next.cells > best.cells ? next : best)).mark;
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
