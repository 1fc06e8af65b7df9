import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { type ImportDialect, type ImportOptions, Refusal } from '../../contract/index.ts';
import { type FileCharacter, fileCharacter } from './file-character.ts';
import type { ImportKindDefinition } from './kinds/kind.ts';
import { readBytes } from './reading/bytes.ts';
import { headCharacters, sniffFormat } from './reading/format.ts';
import { type Header, mapHeader, normaliseName } from './reading/header.ts';
import type { ReadingLimits } from './reading/limits.ts';
import { type RowFormat, RowScanner } from './reading/rows.ts';
import { type Encoding, markedEncoding, readText, WrongEncoding } from './reading/text.ts';

export interface FileToRead {
  readonly path: string;
  readonly definition: ImportKindDefinition;
  readonly options: ImportOptions;
  readonly limits: ReadingLimits;
}

/** All that must be known before the first cell can be read, from the whole file. */
export interface Survey extends FileCharacter {
  readonly encoding: Encoding;
  readonly format: RowFormat;
  readonly header: Header;
  /** Of the bytes as they lie on disk. */
  readonly sha256: string;
}

/**
 * Reads the whole file once without keeping it: what is its encoding, how are rows and cells separated,
 * which columns are there, which decimal sign and which order of day and month do its cells prove?
 */
export async function surveyFile(file: FileToRead): Promise<Survey> {
  const told = file.options.encoding;
  const marked = markedEncoding(await headOf(file.path));
  const first: Encoding = told === 'latin1' ? 'windows-1252' : (marked ?? 'utf-8');
  try {
    return await surveyAs(file, first);
  } catch (error) {
    if (!(error instanceof WrongEncoding)) throw error;
    if (told ?? marked) throw new Refusal('import_unreadable', { notIn: told ?? marked });
    return surveyAs(file, 'windows-1252');
  }
}

/** The survey in the words of the contract. */
export function dialectOf({
  format,
  encoding,
  header,
  decimal,
  dateFormat,
}: Survey): ImportDialect {
  return {
    delimiter: format.delimiter === '\t' ? 'tab' : format.delimiter,
    encoding,
    dateFormat: dateFormat ?? null,
    decimal: decimal ?? '.',
    columns: Object.fromEntries(
      header.mapped.map(({ column, index }) => [column.name, header.cells[index]!]),
    ),
    ignoredColumns: [...header.ignored],
  };
}

async function headOf(path: string): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    const head = buffer.subarray(0, bytesRead);
    if (head.subarray(0, 4).equals(Buffer.from('PK\x03\x04')))
      throw new Refusal('import_unreadable', { found: 'a workbook or ZIP archive' });
    if (head.subarray(0, 4).equals(Buffer.from('%PDF')))
      throw new Refusal('import_unreadable', { found: 'a PDF document' });
    return head;
  } finally {
    await handle.close();
  }
}

async function surveyAs(file: FileToRead, encoding: Encoding): Promise<Survey> {
  const hash = createHash('sha256');
  const onRaw = (chunk: Buffer) => void hash.update(chunk);
  const text = readText(readBytes(file.path, { limits: file.limits, onRaw }), encoding);
  let head = '';
  let reading: ReturnType<typeof startReading> | undefined;
  // To the very end, whatever was found: the hash is of the whole file.
  for await (const piece of text) {
    if (reading) reading.scanner.push(piece);
    else {
      head += piece;
      if (head.length >= headCharacters) reading = startReading(head, file);
    }
  }
  reading ??= startReading(head, file);
  reading.scanner.end();
  const { scanner, format, collected } = reading;
  const header = collected.header();
  return { encoding, format, header, ...collected.finish(scanner), sha256: hash.digest('hex') };
}

function startReading(head: string, file: FileToRead) {
  refuseControlCharacters(head);
  const known = new Set(file.definition.columns.flatMap(({ name, aliases }) => [name, ...aliases]));
  for (const name of Object.values(file.options.columns ?? {})) known.add(normaliseName(name));
  const format = sniffFormat(head, file.options, (name) => known.has(normaliseName(name)));
  const collected = collect(file);
  const scanner = new RowScanner(format, collected.sink);
  scanner.push(head);
  return { scanner, format, collected };
}

/** Rows flow through here once; only the evidence stays. */
function collect({ definition, options }: FileToRead) {
  let header: Header | undefined;
  let rows = 0;
  let lastCells = 0;
  const character = fileCharacter(options);
  const sink = {
    row: (cells: string[], line: number) => {
      if (!header) {
        const names = cells.map((name) => name.trim());
        header = mapHeader(names, definition, options);
        character.watch(header);
        return;
      }
      rows++;
      lastCells = cells.length;
      character.see(cells, line);
    },
    broken: (line: number, found: string) => {
      if (!header) throw new Refusal('import_wrong_delimiter', { line, found });
      rows++;
      lastCells = header.cells.length;
    },
  };
  const required = () => {
    if (!header) throw new Refusal('import_file_empty', { rows: 0 });
    return header;
  };
  const finish = (scanner: RowScanner) => {
    const { cells } = required();
    if (rows === 0) throw new Refusal('import_file_empty', { rows: 0, header: cells });
    refuseCut(scanner, { short: lastCells < cells.length, rows });
    return character.finish();
  };
  return { sink, header: required, finish };
}

/** Without its last newline a file may be whole; with a short last row as well it is not. */
function refuseCut(scanner: RowScanner, last: { short: boolean; rows: number }): void {
  if (scanner.endsWithNewline || scanner.overlong) return;
  if (scanner.unclosed || last.short) throw new Refusal('import_file_cut', { inRow: last.rows });
}

function refuseControlCharacters(head: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const control = head.match(/[\x00-\x08\x0e-\x1f]/g)?.length ?? 0;
  if (control > head.length / 100)
    throw new Refusal('import_unreadable', { found: 'bytes that are no text' });
}
