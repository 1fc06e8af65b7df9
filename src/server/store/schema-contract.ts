import { readFileSync } from 'node:fs';
import { compareVersions } from '../../contract/version.ts';

/** What a migration asks of the programs around it. Down the list, each value stays or grows. */
export interface MigrationContract {
  /** First program version that has this migration. */
  readonly since: string;
  /**
   * Oldest program version that runs on the tables as this migration leaves them. It stays while
   * migrations only add; it grows with the one that takes away what older programs still use.
   */
  readonly minReader: string;
  /** Oldest migration that the tables may stand at for a program with this migration to go on from. */
  readonly minUpgradeFrom: string;
}

const FIRST = '0001-foundation';

/** One entry per file in migrations/, oldest first. */
export const migrationContracts: Readonly<Record<string, MigrationContract>> = {
  [FIRST]: { since: '0.1.0', minReader: '0.1.0', minUpgradeFrom: FIRST },
  '0002-min-reader': { since: '0.1.0', minReader: '0.1.0', minUpgradeFrom: FIRST },
  '0003-delivery': { since: '0.1.0', minReader: '0.1.0', minUpgradeFrom: FIRST },
  '0004-promotions': { since: '0.1.0', minReader: '0.1.0', minUpgradeFrom: FIRST },
};

/** How this program and databases go together; image labels carry it, and deploys compare it. */
export interface SchemaContract {
  /** The newest migration that this program knows: where it brings a database to. */
  readonly schema: string;
  /** The oldest program version that can run on that schema. */
  readonly minReader: string;
  /** The oldest schema from which this program can upgrade directly. */
  readonly minUpgradeFrom: string;
}

/** What this program promises and asks. */
export function programContract(): SchemaContract {
  const [schema, { minReader, minUpgradeFrom }] = Object.entries(migrationContracts).at(-1)!;
  return { schema, minReader, minUpgradeFrom };
}

/** Version of the program, as its package says. */
export function programVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Whether this version runs on tables that ask for at least the other one. */
export function mayRead(version: string, minReader: string): boolean {
  return compareVersions(version, minReader) >= 0;
}
