import type { Facts } from './facts/facts.ts';

/** From what is certainly a fault down to what is worth knowing. */
export const SEVERITIES = ['error', 'warning', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The nine families of faults that the audit knows. */
export const FAMILIES: Readonly<Record<number, string>> = {
  0: 'What could not be read',
  1: 'Lockfiles in step with their manifests',
  2: 'Container users against mounts',
  3: 'Work between container start and first listen',
  4: 'First-run detection',
  5: 'Set-up scripts that stop half-way',
  6: 'Deploy workflows',
  7: 'Cleaning that takes what is not its own',
  8: 'Smoke tests behind a deploy',
  9: 'Images and workflows',
};

/** A replacement of whole lines, safe enough to be made by a program. */
export interface LineEdit {
  readonly file: string;
  /** First line that is replaced; 1-based. */
  readonly line: number;
  /** Lines that are replaced; 0 inserts before `line`. */
  readonly count: number;
  readonly lines: readonly string[];
}

/** What a rule says of one place. */
export interface Draft {
  readonly file: string;
  readonly line: number;
  readonly endLine?: number;
  readonly message: string;
  /** When one place is worse or milder than the rule in general. */
  readonly severity?: Severity;
  /** When the general remedy can be made concrete. */
  readonly fix?: string;
  readonly edit?: LineEdit;
  /** Other places that the fault is joined from. */
  readonly related?: readonly Related[];
}

export interface Related {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

export interface Finding extends Draft {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly fix: string;
  /** Stays the same when lines above it come and go. */
  readonly fingerprint: string;
  /** The lines of the place, as they stand in the file. */
  readonly quoted: readonly string[];
}

/** A small repository, by path. */
export type ExampleFiles = Readonly<Record<string, string>>;

export interface Example {
  readonly name: string;
  readonly files: ExampleFiles;
}

/** One rule: what it looks for, why that bites, how to mend it, and examples that are its tests. */
export interface Rule {
  readonly id: string;
  readonly family: number;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  readonly fix: string;
  readonly references: readonly string[];
  /** In every one of these the rule finds something. */
  readonly bad: readonly Example[];
  /** In none of these it does. */
  readonly good: readonly Example[];
  check(facts: Facts): Iterable<Draft>;
}
