import type { ImportError, RowErrorCode } from '../../contract/index.ts';
import { targetOf } from './kinds/kind.ts';
import { readBytes } from './reading/bytes.ts';
import { RowScanner } from './reading/rows.ts';
import { readText } from './reading/text.ts';
import { rowErrors } from './row-errors.ts';
import type { FileToRead, Survey } from './survey.ts';
import { blankOf, type CellContext, CellFault, cellReader, detached } from './values/cell.ts';

/** As many errors as anybody will read; the number of bad rows is counted beyond. */
export const keptErrors = 1000;

/** What became of the rows while they were read. */
export interface RowTally {
  total: number;
  bad: number;
  readonly errors: ImportError[];
}

/** Rows on their way into the staging table. */
export interface StagedRows {
  /** Columns of the staging table that the pieces fill, the line number first. */
  readonly columns: readonly string[];
  /** Text for COPY. */
  readonly pieces: AsyncIterable<string>;
  /** Complete once `pieces` has been read to its end. */
  readonly tally: RowTally;
}

/** Reads the file a second time, now knowing how, and turns every good row into a line for COPY. */
export function stageRows(
  file: FileToRead,
  survey: Survey,
  context: Pick<CellContext, 'today' | 'ids'>,
): StagedRows {
  const tally: RowTally = { total: 0, bad: 0, errors: [] };
  const cells = { ...context, dateFormat: survey.dateFormat, decimal: survey.decimal };
  // A count without its day was made today: such a column is filled even where the file lacks it.
  const present = new Set(survey.header.mapped.map(({ column }) => column.name));
  const dated = file.definition.columns.filter((c) => c.blank === 'today' && !present.has(c.name));
  const ending = `${dated.map((column) => `\t${blankOf(column, cells)}`).join('')}\n`;
  const reader = rowReader(survey, { context: cells, tally, ending });
  return {
    columns: [
      'line',
      ...survey.header.mapped.map(({ column }) => targetOf(column)),
      ...dated.map(targetOf),
    ],
    pieces: piecesOf(file, survey, reader),
    tally,
  };
}

interface Reader {
  readonly sink: ConstructorParameters<typeof RowScanner>[1];
  /** Lines made since the last call, as text for COPY. */
  take(): string;
}

async function* piecesOf(
  file: FileToRead,
  { encoding, format }: Survey,
  reader: Reader,
): AsyncGenerator<string> {
  const scanner = new RowScanner(format, reader.sink);
  for await (const text of readText(readBytes(file.path, file), encoding)) {
    scanner.push(text);
    const piece = reader.take();
    if (piece) yield piece;
    if (scanner.overlong) break;
  }
  scanner.end();
  const piece = reader.take();
  if (piece) yield piece;
}

function rowReader(
  { header }: Survey,
  { context, tally, ending }: { context: CellContext; tally: RowTally; ending: string },
): Reader {
  const columns = header.mapped.map(({ column, index }) => ({
    name: column.name,
    index,
    read: cellReader(column, context),
  }));
  const width = header.cells.length;
  let lines = '';
  let headerSeen = false;
  const refuse = (line: number, code: RowErrorCode, cell: { column?: string; found?: string }) => {
    if (tally.errors.length < keptErrors) tally.errors.push(rowError(line, code, cell));
  };
  const row = (cells: string[], line: number) => {
    if (!headerSeen) {
      headerSeen = true;
      return;
    }
    tally.total++;
    if (cells.length !== width) {
      tally.bad++;
      const found = cells.join(' | ');
      return refuse(line, cells.length < width ? 'too_few_cells' : 'too_many_cells', { found });
    }
    let text = String(line);
    let good = true;
    for (const { name, index, read } of columns) {
      const value = read(cells[index]!);
      if (value instanceof CellFault) {
        good = false;
        refuse(line, value.code, { column: name, found: cells[index]! });
      } else text += `\t${value}`;
    }
    if (good) lines += text + ending;
    else tally.bad++;
  };
  const broken = (line: number, found: string) => {
    tally.total++;
    tally.bad++;
    refuse(line, 'unclosed_quote', { found });
  };
  const take = () => {
    const taken = lines;
    lines = '';
    return taken;
  };
  return { sink: { row, broken }, take };
}

/** An error as it is stored and shown: where, what was found, what to do. */
export function rowError(
  line: number,
  code: RowErrorCode,
  cell: { column?: string; found?: string },
): ImportError {
  const found = cell.found === undefined ? null : detached(cell.found.slice(0, 200));
  return { line, column: cell.column ?? null, code, found, remedy: rowErrors[code].remedy };
}
