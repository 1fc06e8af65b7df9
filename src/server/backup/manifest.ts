/** What a backup holds, written before its sections. */
export interface Manifest {
  readonly program: string;
  readonly instant: string;
  /** Names of the migrations that had been applied, oldest first. */
  readonly migrations: readonly string[];
  /** What the newest of them asks of programs, where the tables say it. */
  readonly minReader: string | null;
  readonly tenants: readonly { readonly id: string; readonly name: string }[];
  /** In the order in which they can be filled: what is referred to comes first. */
  readonly tables: readonly TableShape[];
  readonly sequences: readonly SequenceState[];
  /** Files of imports that waited, as `<tenant>/<import>`. */
  readonly files: readonly string[];
}

export interface TableShape {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

export interface SequenceState {
  readonly name: string;
  /** A bigint, as text. */
  readonly lastValue: string;
  readonly isCalled: boolean;
}

/** What a section is: the rows of a table as COPY text, or the bytes of an uploaded file. */
export type SectionHead =
  | { readonly kind: 'table'; readonly name: string }
  | { readonly kind: 'file'; readonly name: string };

/** What a section turned out to hold. */
export interface SectionEnd {
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: number;
  /** Of the rows in any order; for a table. */
  readonly fingerprint: string;
}
