import { maxRowCharacters } from './limits.ts';
import { readQuotedRow } from './quoted-row.ts';

const CARRIAGE_RETURN = 13;

/** Who takes the rows; `line` is the line of the file that the row starts on. */
export interface RowSink {
  row(cells: string[], line: number): void;
  /** A row whose quotes do not close as they should, with its beginning. */
  broken(line: number, found: string): void;
}

export interface RowFormat {
  readonly delimiter: string;
  readonly newline: '\n' | '\r';
  /** Lines before the header, such as `sep=;`. */
  readonly skipLines: number;
}

/**
 * Text in pieces → rows of cells (RFC 4180). Rows without a quote, which is nearly all of them, are cut
 * by the runtime's own indexOf and split; only the others are walked. Blank lines are passed over.
 */
export class RowScanner {
  /** The row that stopped the scan: longer than any row may be. */
  overlong = false;
  /** The text ended inside a quoted cell. */
  unclosed = false;
  endsWithNewline = true;
  readonly #format: RowFormat;
  readonly #sink: RowSink;
  #rest = '';
  #line = 1;

  constructor(format: RowFormat, sink: RowSink) {
    this.#format = format;
    this.#sink = sink;
  }

  push(text: string): void {
    if (this.overlong) return;
    const joined = this.#rest + text;
    const used = this.#scan(joined, false);
    this.#rest = joined.slice(used);
    if (this.#rest.length <= maxRowCharacters) return;
    this.overlong = true;
    this.#sink.broken(this.#line, this.#rest.slice(0, 200));
  }

  /** No more text will come: the last row may lack its newline. */
  end(): void {
    if (this.overlong || this.#rest === '') return;
    this.endsWithNewline = this.#rest.endsWith(this.#format.newline);
    this.#scan(this.#rest, true);
    this.#rest = '';
  }

  #scan(text: string, final: boolean): number {
    const { newline } = this.#format;
    let at = 0;
    let quote = text.indexOf('"');
    while (at < text.length) {
      const end = text.indexOf(newline, at);
      if (end < 0 && !final) break;
      const stop = end < 0 ? text.length : end;
      if (quote >= 0 && quote < at) quote = text.indexOf('"', at);
      const next =
        quote >= 0 && quote < stop ? this.#quoted(text, at, final) : this.#plain(text, at, stop);
      if (next < 0) break;
      at = next;
    }
    return Math.min(at, text.length);
  }

  #plain(text: string, at: number, stop: number): number {
    const { delimiter } = this.#format;
    const end = stop > at && text.charCodeAt(stop - 1) === CARRIAGE_RETURN ? stop - 1 : stop;
    if (end > at) {
      const cells: string[] = [];
      let from = at;
      // Twice as fast as cutting the line out first and splitting it.
      for (let to = text.indexOf(delimiter, from); to >= 0 && to < end; ) {
        cells.push(text.slice(from, to));
        from = to + 1;
        to = text.indexOf(delimiter, from);
      }
      cells.push(text.slice(from, end));
      this.#emit(cells);
    }
    this.#line++;
    return stop + 1;
  }

  #quoted(text: string, at: number, final: boolean): number {
    const row = readQuotedRow(text, { at, final, ...this.#format });
    if (row.outcome === 'incomplete') return -1;
    if (row.outcome === 'row') this.#emit(row.cells);
    else {
      this.unclosed ||= row.outcome === 'unclosed';
      this.#sink.broken(this.#line, text.slice(at, Math.min(row.next, at + 200)).trimEnd());
    }
    this.#line += row.lines;
    return row.next;
  }

  #emit(cells: string[]): void {
    if (this.#line > this.#format.skipLines) this.#sink.row(cells, this.#line);
  }
}
