import type { ImportOptions } from '../../../contract/index.ts';
import { type RowFormat, RowScanner } from './rows.ts';

const candidates = [',', ';', '\t', '|'];

/** Characters from the start of the file that the format is read from. */
export const headCharacters = 64 * 1024;

/**
 * How rows and cells are separated: as told, as a first line `sep=;` says, or else by the delimiter
 * that makes most known column names out of the first line (then: most columns).
 */
export function sniffFormat(
  head: string,
  options: Pick<ImportOptions, 'delimiter'>,
  isKnown: (name: string) => boolean,
): RowFormat {
  const newline = head.includes('\n') || !head.includes('\r') ? '\n' : '\r';
  const stated = /^"?sep=(.|\\t)"?\r?(?:\n|\r|$)/i.exec(head)?.[1];
  const skipLines = stated === undefined ? 0 : 1;
  const told = options.delimiter === 'tab' ? '\t' : options.delimiter;
  const said = stated === '\\t' ? '\t' : stated;
  const delimiter = told ?? said ?? likeliest(head, { newline, isKnown });
  return { delimiter, newline, skipLines };
}

function likeliest(
  head: string,
  { newline, isKnown }: { newline: '\n' | '\r'; isKnown: (name: string) => boolean },
): string {
  const scored = candidates.map((delimiter) => {
    const header = firstRow(head, { delimiter, newline, skipLines: 0 });
    return { delimiter, known: header.filter(isKnown).length, cells: header.length };
  });
  return scored.reduce((best, one) =>
    one.known > best.known || (one.known === best.known && one.cells > best.cells) ? one : best,
  ).delimiter;
}

function firstRow(head: string, format: RowFormat): string[] {
  let first: string[] | undefined;
  const scanner = new RowScanner(format, {
    row: (cells) => {
      first ??= cells;
    },
    broken: () => {
      first ??= [];
    },
  });
  const end = head.indexOf(format.newline, 4096);
  scanner.push(end < 0 ? head : head.slice(0, end + 1));
  scanner.end();
  return first ?? [];
}
