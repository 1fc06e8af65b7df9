const QUOTE = 34;
const SPACE = 32;

export interface QuotedRowOptions {
  readonly at: number;
  readonly delimiter: string;
  readonly newline: '\n' | '\r';
  /** No more text will follow. */
  readonly final: boolean;
}

export type QuotedRow =
  | {
      readonly outcome: 'row';
      readonly cells: string[];
      readonly next: number;
      readonly lines: number;
    }
  /** A quoted cell is followed by something else than a delimiter, or never ends. */
  | { readonly outcome: 'broken' | 'unclosed'; readonly next: number; readonly lines: number }
  | { readonly outcome: 'incomplete' };

/** Walks one row that contains quotes, from `at` to behind its newline. */
export function readQuotedRow(text: string, options: QuotedRowOptions): QuotedRow {
  const { delimiter, newline, final } = options;
  const cells: string[] = [];
  let at = options.at;
  for (;;) {
    const start = skipSpaces(text, at);
    let end: number;
    if (text.charCodeAt(start) === QUOTE) {
      const cell = readQuotedCell(text, start + 1);
      if (!cell) return final ? unclosed(text, options) : { outcome: 'incomplete' };
      end = skipSpaces(text, cell.end);
      if (end >= text.length && !final) return { outcome: 'incomplete' };
      cells.push(cell.value);
    } else {
      end = nextOf(text, at, options);
      if (end >= text.length && !final) return { outcome: 'incomplete' };
      cells.push(withoutReturn(text.slice(at, end), newline));
    }
    if (text[end] === '\r' && newline === '\n' && (text[end + 1] ?? '\n') === '\n') end++;
    if (end >= text.length || text[end] === newline)
      return { outcome: 'row', cells, next: end + 1, lines: lines(text, options, end) + 1 };
    if (text[end] !== delimiter) return broken(text, options, end);
    at = end + 1;
  }
}

function readQuotedCell(text: string, from: number): { value: string; end: number } | undefined {
  let value = '';
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return undefined;
    value += text.slice(from, quote);
    if (text.charCodeAt(quote + 1) !== QUOTE) return { value, end: quote + 1 };
    value += '"';
    from = quote + 2;
  }
}

function nextOf(text: string, at: number, { delimiter, newline }: QuotedRowOptions): number {
  const cell = text.indexOf(delimiter, at);
  const row = text.indexOf(newline, at);
  if (cell < 0) return row < 0 ? text.length : row;
  return row < 0 ? cell : Math.min(cell, row);
}

function withoutReturn(cell: string, newline: string): string {
  return newline === '\n' && cell.endsWith('\r') ? cell.slice(0, -1) : cell;
}

function skipSpaces(text: string, at: number): number {
  let i = at;
  while (text.charCodeAt(i) === SPACE) i++;
  return i;
}

function lines(text: string, { at, newline }: QuotedRowOptions, end: number): number {
  let count = 0;
  for (let i = text.indexOf(newline, at); i >= 0 && i < end; i = text.indexOf(newline, i + 1))
    count++;
  return count;
}

/** Reading goes on with the line after the one where the row broke. */
function broken(text: string, options: QuotedRowOptions, at: number): QuotedRow {
  const end = text.indexOf(options.newline, at);
  if (end < 0 && !options.final) return { outcome: 'incomplete' };
  const next = end < 0 ? text.length : end + 1;
  return { outcome: 'broken', next, lines: lines(text, options, next) };
}

function unclosed(text: string, options: QuotedRowOptions): QuotedRow {
  return { outcome: 'unclosed', next: text.length, lines: lines(text, options, text.length) };
}
