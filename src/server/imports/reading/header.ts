import { type ImportOptions, Refusal } from '../../../contract/index.ts';
import type { ImportColumn, ImportKindDefinition } from '../kinds/kind.ts';

/** A column of ours and the cell of a row that holds it. */
export interface MappedColumn {
  readonly column: ImportColumn;
  readonly index: number;
}

export interface Header {
  readonly cells: readonly string[];
  readonly mapped: readonly MappedColumn[];
  readonly ignored: readonly string[];
}

/** Names match whatever their case, spaces, dashes and accents. */
export function normaliseName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .trim()
    .toLowerCase()
    .replace(/[\s\-./]+/g, '_');
}

/** Finds our columns in the header: as mapped by the caller, by our name, or by the best alias. */
export function mapHeader(
  cells: readonly string[],
  definition: ImportKindDefinition,
  options: Pick<ImportOptions, 'columns'>,
): Header {
  const names = cells.map(normaliseName);
  refuseRepeated(cells, names);
  const taken = new Set<number>();
  const mapped: MappedColumn[] = [];
  const take = (column: ImportColumn, index: number) => {
    if (index < 0 || taken.has(index)) return false;
    taken.add(index);
    mapped.push({ column, index });
    return true;
  };
  // What the caller mapped is taken first, then exact names: an alias must not take another column's name.
  const rest = definition.columns.filter((column) => {
    const told = options.columns?.[column.name];
    if (told === undefined) return true;
    if (take(column, names.indexOf(normaliseName(told)))) return false;
    throw missing([column.name], cells, { mappedTo: told });
  });
  const unnamed = rest.filter((column) => !take(column, names.indexOf(column.name)));
  const absent = unnamed.filter(
    (column) => !column.aliases.some((alias) => take(column, names.indexOf(alias))),
  );
  refuseAbsent(absent, cells);
  const order = (name: string) => definition.columns.findIndex((column) => column.name === name);
  return {
    cells,
    mapped: mapped.sort((a, b) => order(a.column.name) - order(b.column.name)),
    ignored: cells.filter((name, index) => !taken.has(index) && name.trim() !== ''),
  };
}

function refuseRepeated(cells: readonly string[], names: readonly string[]): void {
  const again = names.findIndex((name, index) => name !== '' && names.indexOf(name) < index);
  if (again >= 0) throw new Refusal('import_duplicate_column', { column: cells[again] });
}

function refuseAbsent(absent: readonly ImportColumn[], cells: readonly string[]): void {
  const required = absent.filter((column) => column.required).map((column) => column.name);
  if (required.length === 0) return;
  // A single column is the wrong delimiter rather than a file that lacks all the others.
  if (cells.length < 2)
    throw new Refusal('import_wrong_delimiter', { found: clip(cells[0] ?? '') });
  throw missing(required, cells);
}

function missing(columns: readonly string[], cells: readonly string[], more = {}): Refusal {
  return new Refusal('import_missing_column', {
    missing: columns,
    found: cells.slice(0, 100).map(clip),
    ...more,
  });
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
