import type { FastifyReply } from 'fastify';

export type CsvCell = string | number | null;

/** Excel reads UTF-8 only behind this mark. */
const BYTE_ORDER_MARK = '\uFEFF';

/** A CSV file (RFC 4180) that no spreadsheet takes for a program. */
export function csvFile(rows: readonly (readonly CsvCell[])[]): string {
  return `${BYTE_ORDER_MARK}${rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')}`;
}

function csvCell(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  // A name that starts like a formula would be run as one by whoever opens the file.
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Says that the answer is a file to keep, under this name. */
export function asDownload(reply: FastifyReply, fileName: string): void {
  const safe = fileName.replace(/[^\w.-]/g, '_');
  reply.header('content-type', 'text/csv; charset=utf-8');
  reply.header('content-disposition', `attachment; filename="${safe}"`);
}
