import type { ImportKind } from '../../../contract/index.ts';
import type { ImportTable } from '../../store/import-staging.ts';

/** What a cell of a column must look like; one source for parsing, template and docs. */
export type CellType =
  | { readonly is: 'text'; readonly maxLength: number }
  | {
      readonly is: 'number';
      /** At most so many digits after the decimal sign. */
      readonly decimals: number;
      /** `zero-or-more` is the rule for quantities, `above-zero` for sizes. */
      readonly sign: 'zero-or-more' | 'above-zero';
      /** Largest accepted value, or the first one not accepted where `below` is set. */
      readonly max: number;
      readonly below?: true;
    }
  | {
      readonly is: 'date';
      /** Days to come are taken as well: what the row speaks of is a plan. */
      readonly planned?: true;
    }
  | { readonly is: 'boolean' }
  | { readonly is: 'currency' }
  | { readonly is: 'weekdays' }
  /** The key of a row that must exist already; staged as its id. */
  | { readonly is: 'reference'; readonly to: 'products' | 'suppliers' };

/** One column of a kind of import. */
export interface ImportColumn {
  /** Our name: header of the template, column of the staging table and, unless said otherwise, of the table. */
  readonly name: string;
  /** Other names under which exports carry it, best first. */
  readonly aliases: readonly string[];
  readonly type: CellType;
  /** The file must have it, and no cell of it may be blank. */
  readonly required: boolean;
  /** Column of the table that it is written to; default: `name`. */
  readonly target?: string;
  /** What a blank cell means where the table takes no null, as COPY text. `today` is the day of the import. */
  readonly blank?: string;
  readonly meaning: string;
  /** Cells of the template's example rows. */
  readonly examples: readonly string[];
}

/** A kind of import as data: the reader, the SQL, the template and the docs are made from it. */
export interface ImportKindDefinition {
  readonly kind: ImportKind;
  readonly title: string;
  readonly table: ImportTable;
  /** Names of the columns that identify a row. */
  readonly key: readonly string[];
  readonly columns: readonly ImportColumn[];
  /** The table keeps `made_up` and `updated_at`. */
  readonly tracked: boolean;
}

/** Where the values of a column are kept in the table. */
export function targetOf(column: ImportColumn): string {
  return column.target ?? column.name;
}

/** Type of the column in the staging table. */
export function stagingType({ type }: ImportColumn): string {
  switch (type.is) {
    case 'number':
      return type.decimals === 0 ? 'integer' : 'numeric';
    case 'weekdays':
      return 'smallint[]';
    case 'reference':
      return 'bigint';
    case 'date':
    case 'boolean':
      return type.is;
    default:
      return 'text';
  }
}
