import { type RawBuilder, sql } from 'kysely';
import { Refusal } from '../../contract/errors.ts';
import type { Tx } from './database.ts';
import {
  type MigrationContract,
  mayRead,
  migrationContracts,
  programVersion,
} from './schema-contract.ts';

/** A migration that the database has. */
export interface AppliedMigration {
  readonly name: string;
  /** Null where it was applied before this was written down. */
  readonly minReader: string | null;
}

/** A program, as far as a schema is concerned. */
export interface SchemaProgram {
  readonly version: string;
  readonly contracts: Readonly<Record<string, MigrationContract>>;
}

/** What is to be done with a database. */
export interface SchemaPlan {
  /** Migrations to apply, in order. */
  readonly missing: readonly string[];
  /** The newest migration that the database has afterwards: newer than the program where it is ahead. */
  readonly schema: string;
}

/** The column is not there yet where only the first migration has been applied. */
export const APPLIED_QUERY = `select name, to_jsonb(applied) ->> 'min_reader' as "minReader"
  from parstock_migrations applied order by name`;

/** This program. */
export function thisProgram(): SchemaProgram {
  return { version: programVersion(), contracts: migrationContracts };
}

/**
 * Compares a database with a program: what is missing, or a refusal where the program must not run on
 * it. A database that a newer program has extended is accepted down to what its newest rows ask for:
 * while a deploy runs, old and new serve side by side.
 */
export function planSchema(
  applied: readonly AppliedMigration[],
  { version, contracts }: SchemaProgram,
): SchemaPlan {
  const known = Object.keys(contracts);
  const newest = known.at(-1) ?? '';
  const unknown = applied.filter(({ name }) => !known.includes(name));
  const barred = unknown.find(
    ({ minReader }) => minReader === null || !mayRead(version, minReader),
  );
  if (barred) throw tooNew(unknown, { version, newest });
  const schema = applied.at(-1)?.name;
  const oldest = contracts[newest]?.minUpgradeFrom ?? '';
  if (schema !== undefined && schema < oldest) {
    const through = contracts[oldest]?.since;
    const details = { found: schema, wanted: oldest, program: version, through };
    throw new Refusal('schema_too_old', details);
  }
  const names = new Set(applied.map(({ name }) => name));
  const missing = known.filter((name) => !names.has(name));
  return { missing, schema: schema !== undefined && schema > newest ? schema : newest };
}

/** Refuses while the database asks for a newer program, for one that is already running. */
export async function refuseNewerSchema(tx: Tx): Promise<void> {
  const query = sql.raw(APPLIED_QUERY) as RawBuilder<AppliedMigration>;
  const { rows } = await query.execute(tx);
  planSchema(rows, thisProgram());
}

/** The oldest program that a database admits; null before that was written down. */
export function minReaderOf(applied: readonly AppliedMigration[]): string | null {
  return applied.at(-1)?.minReader ?? null;
}

function tooNew(
  unknown: readonly AppliedMigration[],
  { version, newest }: { version: string; newest: string },
): Refusal {
  const { name: found, minReader } = unknown.at(-1)!;
  const wanted = `${newest} or older, or one that admits version ${version}`;
  return new Refusal('schema_too_new', { found, program: version, minReader, wanted });
}
