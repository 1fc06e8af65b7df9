import type { Import } from '../queries/imports.ts';

/** One of our columns, and the columns of the file that may hold it. */
export interface ColumnQuestion {
  readonly column: string;
  /** What the reader took by itself; null where it found nothing. */
  readonly taken: string | null;
  readonly candidates: readonly string[];
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/**
 * Which columns may be told by hand: those that were missed, else those that could be another one of
 * the file. None where the file offers no choice.
 */
export function columnQuestions({ dialect, refusal }: Import): ColumnQuestion[] {
  const missing = texts(refusal?.details.missing);
  if (missing.length > 0) {
    const candidates = texts(refusal?.details.found);
    return missing.map((column) => ({ column, taken: null, candidates }));
  }
  if (!dialect || dialect.ignoredColumns.length === 0) return [];
  return Object.entries(dialect.columns).map(([column, taken]) => ({
    column,
    taken,
    candidates: dialect.ignoredColumns,
  }));
}

const prefix = 'column:';

export function columnFieldName(column: string): string {
  return prefix + column;
}

/** Our column → the name in the file, for those that were told. */
export function readColumns(form: FormData): Record<string, string> {
  const told = [...form].flatMap(([name, value]) =>
    name.startsWith(prefix) && typeof value === 'string' && value !== ''
      ? [[name.slice(prefix.length), value] as const]
      : [],
  );
  return Object.fromEntries(told);
}
