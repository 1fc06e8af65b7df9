import type { ImportKind } from '../../contract/index.ts';
import { importKinds } from './kinds/all-kinds.ts';

/** The CSV file to start from: our column names and two rows that could be real. */
export function templateCsv(kind: ImportKind): string {
  const { columns } = importKinds[kind];
  const rows = [
    columns.map((column) => column.name),
    ...[0, 1].map((row) => columns.map((column) => column.examples[row] ?? '')),
  ];
  return rows.map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

function quoted(cell: string): string {
  return /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
